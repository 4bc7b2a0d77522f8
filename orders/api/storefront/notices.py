"""`payments/{provider}/notices/`: providers tell that money came."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.bodies import check_length
from accounts.api.throttling import MinuteThrottle
from orders.api.storefront.shapes import NoticeAnswerShape
from orders.services.payments.paying import take_notice

MOST_BODY_BYTES = 64 * 1024


class NoticeThrottle(MinuteThrottle):
    """Let each provider tell so often a minute."""

    scope = "notices"
    setting = "NOTICES_PER_MINUTE"

    def get_cache_key(self, request: Request, view: Any) -> str:  # noqa: ARG002
        """Count by provider."""
        return f"throttle:{self.scope}:{view.kwargs['provider']}"


class Notices(APIView):
    """Notices of a payment provider: the signature over the raw body is who they are."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (NoticeThrottle,)

    @extend_schema(
        operation_id="payments_notices_create",
        request={"application/json": OpenApiTypes.OBJECT},
        responses=NoticeAnswerShape,
    )
    def post(self, request: Request, provider: str) -> Response:
        """Take a notice. What does not fit is kept for a person and is no payment."""
        check_length(request, most_bytes=MOST_BODY_BYTES)
        row = take_notice(provider, request.headers, request._request.body)
        return Response({"outcome": row.outcome})
