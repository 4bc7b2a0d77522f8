"""`channels/{sales_point}/orders/{external_number}/`: another system reports one order."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django.http import Http404
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.problems import CONTENT_TYPE
from accounts.api.signing import PerKeyThrottle, SignatureAuthentication, unauthenticated
from accounts.api.strict_json import StrictJSONParser
from accounts.errors import NotSigned
from accounts.services.integration import ProvenRequest, spend_nonce
from orders.api.channel_shapes import (
    ChannelOrderShape,
    ProblemShape,
    RecordedOrderShape,
    RecordedShape,
    ReportAnswerShape,
)
from orders.errors import ChannelOrderRefused
from orders.intake.cells import BadCell, free_order_number
from orders.intake.channel_orders import channel_sale, without_people
from orders.models import ChannelReport, SalesPoint
from orders.selectors.channel_orders import channel_order, writable_sales_point
from orders.services.channel_reports import ReceivedBody, record_channel_report

# On their way, clients and proxies drop such parts of an address: it would name another order.
_AMBIGUOUS = frozenset({"", ".", ".."})
# An order of 300 lines with long titles takes a quarter of it. Unit: bytes.
MOST_BODY_BYTES = 512 * 1024

_PROBLEMS = {
    (status, CONTENT_TYPE): OpenApiResponse(ProblemShape, description=told)
    for status, told in {
        400: "The body cannot be read, or fields are wrong (`invalid_input`).",
        401: "`signature_missing`, `timestamp_outside_window`, `signature_wrong`, `nonce_spent`, "
        "`key_revoked`, `key_expired`, `key_not_yet_valid`, `address_not_allowed`.",
        404: "No such order, or a sales point that the key may not write.",
        411: "The body comes without its length.",
        413: "The body is too large.",
        422: "The order contradicts itself; the codes are those of generic files.",
        429: "Too many requests of this key.",
    }.items()
}
_EXAMPLE = {
    "status": "succeeded",
    "placed_at": "2020-05-01T10:00:00+08:00",
    "paid_at": "2020-05-01T10:00:40+08:00",
    "buyer": "buyer-0001",
    "campaign_code": "mayday-2020",
    "freight_fen": 800,
    "lines": [
        {
            "line_number": "1",
            "sku_code": "QDN-LS-001",
            "title": "Leishan silver-ball tea",
            "quantity": 2,
            "list_fen": 33600,
            "amount_fen": 31600,
            "subsidies": [{"funder": "platform", "amount_fen": 1600}],
            "refunded_fen": 5000,
            "refunded_at": "2020-05-06T09:00:00+08:00",
        }
    ],
}


class ChannelOrderDetail(APIView):
    """One order of a sales point, named by the number that the other system gave it."""

    authentication_classes = (SignatureAuthentication,)
    permission_classes = (IsAuthenticated,)
    parser_classes = (StrictJSONParser,)
    throttle_classes = (PerKeyThrottle,)
    most_body_bytes = MOST_BODY_BYTES

    @extend_schema(
        operation_id="channels_orders_update",
        request=ChannelOrderShape,
        responses={200: ReportAnswerShape, 201: ReportAnswerShape, **_PROBLEMS},
        examples=[OpenApiExample("order", value=_EXAMPLE, request_only=True)],
    )
    def put(self, request: Request, sales_point: str, external_number: str) -> Response:
        """State an order as it stands now. Repeating is harmless; older states change nothing."""
        point, number = self._place(request, sales_point, external_number)
        told = cast(dict[str, Any], request.data)
        stated = ChannelOrderShape(data=told)
        stated.is_valid(raise_exception=True)
        try:
            sale = channel_sale(number, stated.validated_data)
        except BadCell as bad:
            raise ChannelOrderRefused(bad.message, code=bad.code) from bad
        body = ReceivedBody(request._request.body, without_people(told))
        report = record_channel_report(
            proven=_proven(request), sales_point=point, sale=sale, body=body
        )
        is_new = report.result == ChannelReport.Result.CREATED
        answer = {"result": report.result, "order": _recorded(point, number)}
        return Response(answer, status=201 if is_new else 200)

    @extend_schema(
        operation_id="channels_orders_retrieve",
        responses={
            200: RecordedShape,
            **{kind: told for kind, told in _PROBLEMS.items() if kind[0] in {400, 401, 404, 429}},
        },
    )
    def get(self, request: Request, sales_point: str, external_number: str) -> Response:
        """Return what is recorded of an order."""
        point, number = self._place(request, sales_point, external_number)
        spend_nonce(_proven(request))
        return Response({"order": _recorded(point, number)})

    def handle_exception(self, exc: Exception) -> Response:
        """A replay that is found only while writing is answered like one found before."""
        return super().handle_exception(unauthenticated(exc) if isinstance(exc, NotSigned) else exc)

    def _place(self, request: Request, code: str, number: str) -> tuple[SalesPoint, str]:
        """Return sales point and order number. Raises Http404 outside the key's reach."""
        point = writable_sales_point(_proven(request).key.user, code)
        if point is None:
            raise Http404
        try:
            if _AMBIGUOUS & set(number.split("/")):
                raise BadCell("bad_order_number", gettext("地址中的订单编号有空的或只有点的一段。"))
            return point, free_order_number(number)
        except BadCell as bad:
            raise ValidationError({"external_number": [bad.message]}) from bad


class AddressWithoutSlash(APIView):
    """An order's address without its last slash is refused: a redirect would lose the report."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, *_: Any, **__: Any) -> None:
        """Refuse every method. Raises NotFound."""
        raise NotFound(gettext("地址应以 / 结尾。"), code="slash_missing")


def _proven(request: Request) -> ProvenRequest:
    """Return what SignatureAuthentication, the only way in, has found."""
    return cast(ProvenRequest, request.auth)


def _recorded(point: SalesPoint, number: str) -> dict[str, Any]:
    found = channel_order(point, number)
    if found is None:
        raise Http404
    return dict(RecordedOrderShape(asdict(found)).data)
