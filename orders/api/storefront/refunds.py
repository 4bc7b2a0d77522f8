"""`orders/{number}/refunds/...`: a shopper asks for money back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.paging import PAGE_PARAMETERS, Pages
from accounts.api.shopper_tokens import ShopperView
from accounts.api.strict_fields import StrictInteger, StrictSerializer, StrictText
from common.clock import in_shanghai
from operations.services.idempotency import Answer
from orders.api.storefront.keys import PARAMETER, answered_once
from orders.models import Refund
from orders.rules.storefront.quotes import MOST_LINES, MOST_PIECES
from orders.selectors.storefront.orders import order_of
from orders.services.storefront.refunding import request_refund, withdraw_refund


class RefundPieceShape(StrictSerializer):
    """So many pieces of a line, by its number in the order."""

    number = StrictInteger(min_value=1, max_value=MOST_LINES)
    quantity = StrictInteger(min_value=1, max_value=MOST_PIECES)


class RefundBodyShape(StrictSerializer):
    """What shall be paid back, and why."""

    kind = serializers.ChoiceField(Refund.Kinds.values)
    lines: serializers.ListSerializer = serializers.ListSerializer(
        child=RefundPieceShape(), min_length=1, max_length=MOST_LINES
    )
    reason = StrictText(max_length=200)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a line that stands twice."""
        if len({line["number"] for line in lines}) < len(lines):
            raise serializers.ValidationError(_("同一行出现多次，请合并数量。"))
        return lines


class RefundShape(serializers.Serializer):
    """A refund; `note` is what the office says to it."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(Refund.Kinds.choices)
    state = serializers.ChoiceField(Refund.States.choices)
    reason = serializers.CharField()
    amount_fen = serializers.IntegerField()
    freight_fen = serializers.IntegerField()
    lines = RefundPieceShape(many=True)
    requested_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class Refunds(ShopperView):
    """Refunds of one of the shopper's orders."""

    pagination_class = Pages

    @extend_schema(
        operation_id="orders_refunds_list",
        parameters=PAGE_PARAMETERS,
        responses=RefundShape(many=True),
    )
    def get(self, request: Request, number: str) -> Response:
        """List them, the newest first."""
        pages = self.pagination_class()
        rows = order_of(self.shopper, number).refunds.prefetch_related("lines__line")
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([_shown(refund) for refund in page])

    @extend_schema(
        operation_id="orders_refunds_create",
        parameters=[PARAMETER],
        request=RefundBodyShape,
        responses={201: RefundShape},
    )
    def post(self, request: Request, number: str) -> Response:
        """Ask for money back, once for an Idempotency-Key; a person decides."""
        asked = RefundBodyShape(data=request.data)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        order = order_of(self.shopper, number)

        def act() -> Answer:
            refund = request_refund(
                order,
                kind=told["kind"],
                pieces={line["number"]: line["quantity"] for line in told["lines"]},
                reason=told["reason"],
            )
            return Answer(201, _shown(refund))

        return answered_once(request, self.shopper, act)


class RefundWithdrawal(ShopperView):
    """Taking a request back."""

    @extend_schema(operation_id="orders_refunds_withdrawal", request=None, responses=RefundShape)
    def post(self, request: Request, number: str, refund_number: str) -> Response:  # noqa: ARG002
        """Take it back while nobody has decided."""
        order = order_of(self.shopper, number)
        return Response(_shown(withdraw_refund(order, refund_number)))


def _shown(refund: Refund) -> dict[str, Any]:
    return {
        "number": refund.number,
        "kind": refund.kind,
        "state": refund.state,
        "reason": refund.reason,
        "amount_fen": refund.amount_fen,
        "freight_fen": refund.freight_fen,
        "lines": [
            {"number": row.line.number, "quantity": row.quantity} for row in refund.lines.all()
        ],
        "requested_at": in_shanghai(refund.requested_at),
        "decided_at": in_shanghai(refund.decided_at),
        "note": refund.note,
    }
