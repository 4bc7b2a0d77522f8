"""The shapes of quotes and orders. Money in fen; lines are numbered from 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.strict_fields import StrictInteger, StrictSerializer, StrictText
from accounts.services.addresses import PostalAddress
from common.clock import in_shanghai
from common.money import MAX_FEN
from orders.models import StorefrontOrder
from orders.rules.storefront.quotes import MOST_LINES, MOST_PIECES, Problem, Quote
from orders.selectors.storefront.quoting import MEANINGS
from orders.selectors.storefront.vouchers import MEANINGS as VOUCHER_MEANINGS
from orders.selectors.storefront.vouchers import Valued

_REGION = r"^[1-9][0-9]{5}$"


class StrictUuid(serializers.UUIDField):
    """A UUID as JSON text."""

    def to_internal_value(self, data: Any) -> UUID:
        """Return the UUID; a number is none."""
        if type(data) is not str:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class WantedLineShape(StrictSerializer):
    """So many of a SKU."""

    sku_code = StrictText(max_length=40)
    quantity = StrictInteger(min_value=1, max_value=MOST_PIECES)


def _lines() -> serializers.ListSerializer:
    return serializers.ListSerializer(
        child=WantedLineShape(), min_length=1, max_length=MOST_LINES, allow_empty=False
    )


class _Basket(StrictSerializer):
    lines = _lines()

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a SKU that stands twice: which of the two was meant?"""
        if len({line["sku_code"] for line in lines}) < len(lines):
            raise serializers.ValidationError(_("同一规格出现多次，请合并数量。"))
        return lines

    def wanted(self) -> list[tuple[str, int]]:
        """Return (SKU code, quantity) of a valid body."""
        return [(line["sku_code"], line["quantity"]) for line in self.validated_data["lines"]]


class QuoteBodyShape(_Basket):
    """What shall be bought, sent to where: a division code (GB/T 2260), with which voucher."""

    region_code = serializers.RegexField(_REGION)
    voucher_code = StrictText(max_length=40, required=False, default="", allow_blank=True)


class OrderBodyShape(_Basket):
    """An order: `due_fen` is what the shopper was shown; `waived_returns` fresh SKUs they keep."""

    address_id = StrictUuid()
    due_fen = StrictInteger(min_value=0, max_value=MAX_FEN)
    waived_returns = serializers.ListField(
        child=StrictText(max_length=40), max_length=MOST_LINES, required=False, default=list
    )
    campaign_code = StrictText(max_length=80, required=False, default="", allow_blank=True)
    voucher_code = StrictText(max_length=40, required=False, default="", allow_blank=True)


class ProblemLineShape(serializers.Serializer):
    """Why something cannot be ordered."""

    code = serializers.ChoiceField([problem.value for problem in Problem])
    message = serializers.CharField()


class QuotedLineShape(serializers.Serializer):
    """One line with its price. Lines with problems are in no sum."""

    sku_code = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price_fen = serializers.IntegerField()
    amount_fen = serializers.IntegerField()
    subsidy_fen = serializers.IntegerField()
    needs_waiver = serializers.BooleanField()
    ships_by = serializers.DateField(allow_null=True)
    problems = ProblemLineShape(many=True)


class QuotedVoucherShape(serializers.Serializer):
    """One of the shopper's vouchers before this basket: what it takes off, or why nothing."""

    code = serializers.CharField()
    name = serializers.CharField()
    discount_fen = serializers.IntegerField()
    is_usable = serializers.BooleanField()
    reason = serializers.CharField()
    message = serializers.CharField()


class QuoteShape(serializers.Serializer):
    """What an order would come to at this moment; `vouchers` has the best first."""

    lines = QuotedLineShape(many=True)
    goods_fen = serializers.IntegerField()
    freight_fen = serializers.IntegerField()
    subsidy_fen = serializers.IntegerField()
    due_fen = serializers.IntegerField()
    problems = ProblemLineShape(many=True)
    vouchers = QuotedVoucherShape(many=True)
    is_orderable = serializers.BooleanField()


def quote_as_json(quote: Quote, vouchers: Sequence[Valued]) -> dict[str, Any]:
    """Show a quote with the shopper's vouchers."""
    return {
        "lines": [
            {
                "sku_code": line.sku_code,
                "title": line.offer.title if line.offer else "",
                "quantity": line.quantity,
                "unit_price_fen": line.offer.price_fen if line.offer else 0,
                "amount_fen": line.amount_fen,
                "subsidy_fen": line.subsidy_fen,
                "needs_waiver": bool(line.offer and line.offer.is_fresh),
                "ships_by": line.offer.ships_by if line.offer else None,
                "problems": _told(line.problems),
            }
            for line in quote.lines
        ],
        "goods_fen": quote.goods_fen,
        "freight_fen": quote.freight_fen,
        "subsidy_fen": quote.subsidy_fen,
        "due_fen": quote.due_fen,
        "problems": _told(quote.problems),
        "vouchers": [_voucher(valued) for valued in vouchers],
        "is_orderable": quote.is_orderable,
    }


def _voucher(valued: Valued) -> dict[str, Any]:
    return {
        "code": valued.voucher.code,
        "name": valued.voucher.batch.name,
        "discount_fen": valued.discount_fen,
        "is_usable": valued.reason is None,
        "reason": valued.reason.value if valued.reason else "",
        "message": str(VOUCHER_MEANINGS[valued.reason]) if valued.reason else "",
    }


def _told(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"code": problem.value, "message": str(MEANINGS[problem])} for problem in problems]


class OrderLineShape(serializers.Serializer):
    """One line as it was ordered."""

    number = serializers.IntegerField()
    sku_code = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price_fen = serializers.IntegerField()
    amount_fen = serializers.IntegerField()
    subsidy_fen = serializers.IntegerField()
    waives_return = serializers.BooleanField()
    ships_by = serializers.DateField(allow_null=True)


class DeliveryShape(serializers.Serializer):
    """Who receives where."""

    receiver = serializers.CharField()
    phone = serializers.CharField()
    region_code = serializers.CharField()
    region = serializers.CharField()
    detail = serializers.CharField()


class OrderShape(serializers.Serializer):
    """A storefront order."""

    number = serializers.CharField()
    state = serializers.ChoiceField(StorefrontOrder.States.choices)
    goods_fen = serializers.IntegerField()
    freight_fen = serializers.IntegerField()
    subsidy_fen = serializers.IntegerField()
    due_fen = serializers.IntegerField()
    voucher_code = serializers.CharField()
    lines = OrderLineShape(many=True)
    delivery = DeliveryShape()
    placed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


_ORDER_FIELDS = (*("number", "state", "goods_fen", "freight_fen", "due_fen"),)
_MOMENTS = (
    *(
        "placed_at",
        "expires_at",
        "paid_at",
        "shipped_at",
        "received_at",
        "cancelled_at",
        "closed_at",
    ),
)
_LINE_FIELDS = (
    *("number", "title", "quantity", "unit_price_fen", "amount_fen", "subsidy_fen"),
    *("waives_return", "ships_by"),
)


def order_as_json(order: StorefrontOrder, postal: PostalAddress) -> dict[str, Any]:
    """Show an order to its shopper. `lines` and their SKUs should be prefetched."""
    return {
        **{name: getattr(order, name) for name in _ORDER_FIELDS},
        **{name: in_shanghai(getattr(order, name)) for name in _MOMENTS},
        "lines": [
            {
                "sku_code": line.sku.code,
                **{name: getattr(line, name) for name in _LINE_FIELDS},
            }
            for line in order.lines.all()
        ],
        "delivery": asdict(postal),
    }


class PaymentBodyShape(StrictSerializer):
    """Through whom the shopper wants to pay."""

    provider = StrictText(max_length=20)


class PaymentShape(serializers.Serializer):
    """A try to pay; `parameters` is what the provider's client needs."""

    number = serializers.CharField()
    provider = serializers.CharField()
    amount_fen = serializers.IntegerField()
    state = serializers.CharField()
    parameters = serializers.DictField()


class ShipmentShape(serializers.Serializer):
    """A parcel on its way."""

    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    shipped_at = serializers.DateTimeField()


class NoticeAnswerShape(serializers.Serializer):
    """What became of a notice; a provider need not send it again."""

    outcome = serializers.CharField()
