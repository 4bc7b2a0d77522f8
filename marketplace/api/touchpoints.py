"""`touchpoints/`: mini-programs, pages and other systems tell of clicks, scans and visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.problems import CONTENT_TYPE
from accounts.api.signing import HEADERS, OptionalSignature, PerKeyThrottle, unauthenticated
from accounts.api.strict_json import StrictJSONListParser
from accounts.api.throttling import AddressThrottle
from accounts.errors import NotSigned
from accounts.services.integration import ProvenRequest
from marketplace.api.touch_shapes import (
    MOST_TOUCHES,
    REJECTED,
    TouchAnswerShape,
    TouchShape,
)
from marketplace.errors import TouchRefused
from marketplace.intake.touches import new_touch, surroundings_of
from marketplace.services.touchpoints import (
    NewTouch,
    Recorded,
    record_proven_touches,
    record_touches,
)
from orders.api.channel_shapes import ProblemShape
from orders.models import SalesPoint
from orders.selectors.channel_orders import writable_sales_point

# 500 touches of the longest fields take less. Unit: bytes.
MOST_BODY_BYTES = 512 * 1024
_PROBLEMS = {
    (status, CONTENT_TYPE): OpenApiResponse(ProblemShape, description=told)
    for status, told in {
        400: "The body cannot be read, or fields are wrong (`invalid_input`).",
        401: "A signature is there and does not hold; the codes of channel orders.",
        413: "The body is too large.",
        422: "The only touch of the request is refused; the codes of `results`.",
        429: "Too many requests.",
    }.items()
}
CONFLICT = "event_conflict"
_CONFLICT = gettext_lazy("这个 event_id 已用于另一个触点。")
_EXAMPLE = {
    "kind": "scan",
    "code": "K7M2P9QX",
    "occurred_at": "2020-05-01T09:58:12+08:00",
    "visitor_id": "5f0c2a9e7b1d4c83",
    "event_id": "scan-000001",
}


class PerAddressThrottle(AddressThrottle):
    """Let each address send so often a minute; signed requests are counted by key."""

    scope = "touches"
    setting = "TOUCH_REQUESTS_PER_MINUTE"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Count anonymous requests by address."""
        return None if request.auth else super().get_cache_key(request, view)


class Touchpoints(APIView):
    """Touches, one or many at once."""

    authentication_classes = (OptionalSignature,)
    permission_classes = (AllowAny,)
    parser_classes = (StrictJSONListParser,)
    throttle_classes = (PerKeyThrottle, PerAddressThrottle)
    most_body_bytes = MOST_BODY_BYTES

    @extend_schema(
        operation_id="touchpoints_create",
        request=PolymorphicProxySerializer(
            component_name="TouchBody",
            serializers=[TouchShape, TouchShape(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        auth=cast(Any, [{}, {f"shanhai_{name}": [] for name in HEADERS}]),
        responses={200: TouchAnswerShape, 201: TouchAnswerShape, **_PROBLEMS},
        examples=[OpenApiExample("scan", value=_EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Record touches. Repeating is harmless: an event is recorded once."""
        told = _checked(request.data)
        around = surroundings_of(told)
        points = _signed_points(request, told)
        results: list[TouchRefused | NewTouch] = []
        for item in told:
            try:
                results.append(new_touch(item, around, signed_for=points.get(item["sales_point"])))
            except TouchRefused as refusal:
                results.append(refusal)
        if isinstance(request.data, dict) and isinstance(results[0], TouchRefused):
            raise results[0]
        touches = [each for each in results if isinstance(each, NewTouch)]
        proven = cast(ProvenRequest | None, request.auth)
        recorded = record_proven_touches(proven, touches) if proven else record_touches(touches)
        if isinstance(request.data, dict) and recorded[0] is Recorded.CONFLICT:
            raise TouchRefused(str(_CONFLICT), code=CONFLICT)
        return _answer(results, recorded)

    def handle_exception(self, exc: Exception) -> Response:
        """A replay that is found only while writing is answered like one found before."""
        return super().handle_exception(unauthenticated(exc) if isinstance(exc, NotSigned) else exc)


def _checked(body: Any) -> list[dict[str, Any]]:
    """Return the touches of a body, one or a list. Raises ValidationError."""
    items = body if isinstance(body, list) else [body]
    if not 1 <= len(items) <= MOST_TOUCHES:
        raise ValidationError(_("一次提交 1 至 %(most)d 个触点。") % {"most": MOST_TOUCHES})
    if isinstance(body, dict):
        one = TouchShape(data=body)
        one.is_valid(raise_exception=True)
        return [dict(one.validated_data)]
    many = TouchShape(data=items, many=True)
    if not many.is_valid():
        raise ValidationError(
            {
                f"{place}.{name}": told
                for place, errors in many.errors.items()
                for name, told in errors.items()
            }
        )
    return [dict(item) for item in many.validated_data]


def _signed_points(request: Request, told: list[dict[str, Any]]) -> Mapping[str, SalesPoint]:
    """Return the sales points, by code, whose buyers a signed request may name."""
    if not request.auth:
        return {}
    user = cast(ProvenRequest, request.auth).key.user
    codes = {item["sales_point"] for item in told} - {""}
    found = {code: writable_sales_point(user, code) for code in codes}
    return {code: point for code, point in found.items() if point is not None}


def _answer(results: list[TouchRefused | NewTouch], recorded: list[Recorded]) -> Response:
    outcome = iter(recorded)
    rows = []
    for index, each in enumerate(results):
        row = {"index": index, "result": REJECTED, "code": "", "message": ""}
        if isinstance(each, TouchRefused):
            row |= {"code": each.code, "message": each.message}
        elif (became := next(outcome)) is Recorded.CONFLICT:
            row |= {"code": CONFLICT, "message": str(_CONFLICT)}
        else:
            row["result"] = became.value
        rows.append(row)
    counts = Counter(row["result"] for row in rows)
    status = 201 if counts[Recorded.ACCEPTED] else 200
    answer = {name: counts[name] for name in (Recorded.ACCEPTED, Recorded.DUPLICATE, REJECTED)}
    return Response({**answer, "results": rows}, status=status)
