"""`counter/...`: a clerk rings up sales, at once or after a gap in the network."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import StrictView
from accounts.api.scoping import request_standing
from accounts.api.strict_fields import StrictInteger, StrictMoment, StrictSerializer, StrictText
from accounts.models import User
from common.clock import in_shanghai
from common.money import MAX_FEN
from operations.services.idempotency import content_hash
from orders.errors.counter import CounterSaleRefused
from orders.intake.cells import MOST_PIECES, BadCell
from orders.intake.counter_sales import counter_sale
from orders.intake.generic.words import MOST_GRAMS
from orders.models import CounterSale, SalesPoint
from orders.selectors.counter import CLERKS, MOST_FOUND, counter_at, find_skus
from orders.services.counter import RungUp, record_counter_sale, sale_number
from products.rules.search import QueryTooLong

MOST_LINES = 200
# The one sign that PostgreSQL has in no text.
NUL = "\x00"
TENDERS = ("cash", "wechat", "alipay", "card", "other")


class IsClerk(BasePermission):
    """Clerks and managers of centres who may sell."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        """Say whether the caller rings up sales at all; where, is asked per sales point."""
        return bool(request.user.is_staff) and request_standing(request).may_as(CLERKS, "orders")


def _text(longest: int) -> StrictText:
    return StrictText(max_length=longest, required=False, default="", allow_blank=True)


class CounterLineShape(StrictSerializer):
    """One line with the amounts of the whole line: what it costs by the list, and what was paid."""

    sku_code = _text(80)
    title = _text(300)
    quantity = StrictInteger(min_value=1, max_value=MOST_PIECES, required=False, default=None)
    weight_grams = StrictInteger(min_value=1, max_value=MOST_GRAMS, required=False, default=None)
    list_fen = StrictInteger(min_value=0, max_value=MAX_FEN)
    amount_fen = StrictInteger(min_value=0, max_value=MAX_FEN)
    beneficiary_unit = _text(120)


class TenderShape(StrictSerializer):
    """What was taken, and how."""

    kind = serializers.ChoiceField(TENDERS)
    amount_fen = StrictInteger(min_value=1, max_value=MAX_FEN)


class CounterSaleBodyShape(StrictSerializer):
    """One sale at a counter; `tenders` add up to the lines' amounts."""

    sales_point = StrictText(max_length=40)
    sold_at = StrictMoment()
    lines: serializers.ListSerializer = serializers.ListSerializer(
        child=CounterLineShape(), min_length=1, max_length=MOST_LINES
    )
    tenders: serializers.ListSerializer = serializers.ListSerializer(
        child=TenderShape(), max_length=len(TENDERS)
    )
    payer_unit = _text(120)
    campaign_code = _text(80)


class CounterSaleShape(serializers.Serializer):
    """A sale as it was recorded. `flags`: `price_differs`, `stock_short`."""

    client_uuid = serializers.UUIDField()
    number = serializers.CharField()
    sales_point = serializers.CharField()
    total_fen = serializers.IntegerField()
    flags = serializers.ListField(child=serializers.CharField())
    sold_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()


class CounterSkuShape(serializers.Serializer):
    """A SKU at the counter; `on_hand` is null where no stock is kept."""

    sku_code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    net_content = serializers.CharField()
    price_fen = serializers.IntegerField()
    price_basis_grams = serializers.IntegerField(allow_null=True)
    on_hand = serializers.IntegerField(allow_null=True)


class CounterSkusShape(serializers.Serializer):
    """What was found, the exact code first."""

    results = CounterSkuShape(many=True)


class CounterView(StrictView):
    """A view for clerks at their own counters."""

    authentication_classes = (SessionAuthentication,)
    permission_classes = (IsClerk,)
    most_body_bytes = 256 * 1024

    def counter(self, code: str) -> SalesPoint:
        """Return the counter with a code. Raises NotFound outside the clerk's reach."""
        point = counter_at(request_standing(self.request), code.replace(NUL, ""))
        if point is None:
            raise NotFound(_("没有这个销售点，或不在您的权限内。"), code="sales_point_not_found")
        return point


class CounterSaleDetail(CounterView):
    """One sale, named by the uuid that the counter gave it."""

    @extend_schema(
        operation_id="counter_sales_update",
        request=CounterSaleBodyShape,
        responses={200: CounterSaleShape, 201: CounterSaleShape},
    )
    def put(self, request: Request, client_uuid: UUID) -> Response:
        """Record a sale once: the same uuid again is the same sale."""
        asked = CounterSaleBodyShape(data=request.data)
        asked.is_valid(raise_exception=True)
        stated: dict[str, Any] = asked.validated_data
        point = self.counter(stated["sales_point"])
        try:
            sale = counter_sale(sale_number(client_uuid), stated)
        except BadCell as bad:
            raise CounterSaleRefused(bad.message, code=bad.code) from bad
        tenders = [(tender["kind"], tender["amount_fen"]) for tender in stated["tenders"]]
        rung = RungUp(client_uuid, sale, tenders, content_hash(request.data))
        row, is_new = record_counter_sale(point, cast(User, request.user), rung)
        return Response(_shown(row), status=201 if is_new else 200)


class CounterSkus(CounterView):
    """Goods at a counter."""

    @extend_schema(
        operation_id="counter_skus_list",
        parameters=[
            OpenApiParameter("q", str, required=True, description=gettext_lazy("编码、名称或拼音")),
            OpenApiParameter("sales_point", str, required=True),
        ],
        responses=CounterSkusShape,
    )
    def get(self, request: Request) -> Response:
        """Find SKUs by code, name or pinyin, at most 50, with what lies on the shelf."""
        point = self.counter(request.query_params.get("sales_point", ""))
        try:
            found = find_skus(point, request.query_params.get("q", "").replace(NUL, ""))
        except QueryTooLong as error:
            raise ValidationError({"q": [_("查询过长。")]}) from error
        return Response({"results": [asdict(sku) for sku in found[:MOST_FOUND]]})


def _shown(row: CounterSale) -> dict[str, Any]:
    return {
        "client_uuid": row.client_uuid,
        "number": row.number,
        "sales_point": row.sales_point.code,
        "total_fen": row.total_fen,
        "flags": row.flags,
        "sold_at": in_shanghai(row.sold_at),
        "received_at": in_shanghai(row.received_at),
    }
