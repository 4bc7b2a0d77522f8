"""The shapes of orders that other systems report and read back."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.strict_fields import (
    StrictBoolean,
    StrictInteger,
    StrictMoment,
    StrictSerializer,
    StrictText,
)
from common.money import MAX_FEN
from orders.intake.cells import MOST_PIECES
from orders.intake.generic.words import MOST_GRAMS
from orders.models import ChannelReport
from orders.rules.states import OrderStatus

# More lines in one order are a file, not a report.
MOST_LINES = 300
MOST_SHARES = 20


def _fen(**more: Any) -> StrictInteger:
    return StrictInteger(min_value=0, max_value=MAX_FEN, **more)


def _list(child: StrictSerializer, longest: int, **more: Any) -> serializers.ListSerializer:
    return serializers.ListSerializer(child=child, max_length=longest, **more)


def _text(longest: int) -> StrictText:
    return StrictText(max_length=longest, required=False, default="", allow_blank=True)


class SubsidyShape(StrictSerializer):
    """What one funder paid towards a line; it is part of the line's amount."""

    funder = StrictText(max_length=40)
    amount_fen = _fen()


class VoucherShape(StrictSerializer):
    """A voucher that was redeemed on a line, and what it took off."""

    voucher_code = StrictText(max_length=80)
    campaign_code = _text(80)
    discount_fen = _fen(required=False, default=0)


class LineShape(StrictSerializer):
    """One line with the amounts of the whole line; it has a quantity or a weight.

    amount = list less merchant discount, subsidies included, freight excluded. `refunded_fen`
    is cumulative consumer money.
    """

    line_number = StrictText(max_length=40)
    sku_code = _text(80)
    title = _text(300)
    attributes = _text(300)
    quantity = StrictInteger(min_value=1, max_value=MOST_PIECES, required=False, default=None)
    weight_grams = StrictInteger(min_value=1, max_value=MOST_GRAMS, required=False, default=None)
    list_fen = _fen()
    amount_fen = _fen()
    subsidies = _list(SubsidyShape(), MOST_SHARES, required=False, default=list)
    refunded_fen = _fen(required=False, default=0)
    refunded_at = StrictMoment(required=False, default=None, allow_null=True)
    closed = StrictBoolean(required=False, default=False)
    beneficiary_unit = _text(120)
    county_code = _text(6)
    vouchers = _list(VoucherShape(), MOST_SHARES, required=False, default=list)


class ContactShape(StrictSerializer):
    """Who receives the order; stored encrypted, never returned."""

    name = _text(60)
    phone = _text(30)
    address = _text(300)


class ChannelOrderShape(StrictSerializer):
    """One order as it stands now. `buyer` is hashed, `contact` encrypted.

    `compensation_fen` is cumulative money beside refunds; left out, what is recorded stays.
    """

    status = serializers.ChoiceField([status.value for status in OrderStatus])
    placed_at = StrictMoment()
    paid_at = StrictMoment(allow_null=True)
    buyer = _text(120)
    contact = ContactShape(required=False, default=None, allow_null=True)
    payer_unit = _text(120)
    campaign_code = _text(80)
    freight_fen = _fen(required=False, default=0)
    compensation_fen = _fen(required=False, default=None)
    compensated_at = StrictMoment(required=False, default=None, allow_null=True)
    lines = _list(LineShape(), MOST_LINES, allow_empty=False)


class RecordedOrderShape(serializers.Serializer):
    """What is recorded of an order. Money in fen, goods only unless named otherwise."""

    number = serializers.CharField()
    status = serializers.ChoiceField([status.value for status in OrderStatus])
    paid_at = serializers.DateTimeField(allow_null=True)
    gross_fen = serializers.IntegerField()
    refund_fen = serializers.IntegerField()
    net_fen = serializers.IntegerField()
    freight_fen = serializers.IntegerField()
    excluded_fen = serializers.IntegerField()
    compensation_fen = serializers.IntegerField()
    unmatched = serializers.ListField(child=serializers.CharField())
    flags = serializers.ListField(child=serializers.CharField())
    is_withdrawn = serializers.BooleanField()


class RecordedShape(serializers.Serializer):
    """A recorded order."""

    order = RecordedOrderShape()


class ReportAnswerShape(RecordedShape):
    """What became of a report, and the order as it is recorded now."""

    result = serializers.ChoiceField(ChannelReport.Result.values)


class ProblemShape(serializers.Serializer):
    """A refusal (RFC 9457): `code` is stable, `errors` names fields."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
