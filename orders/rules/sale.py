"""The neutral shape of a sale: what every file format and every reporting door turns into.

Pure data, no framework. Money in fen, times aware. One `ReportedSale` is one order as one
source states it now; `orders.services.recording` is its only reader. Nobody changes these
objects once they are made; they are not frozen because that would make each several times as
slow to create, and a file has hundreds of thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orders.rules.states import OrderStatus


@dataclass(slots=True)
class ReportedVoucher:
    """A voucher redeemed on a line: its code, its campaign's code, what it took off (fen)."""

    voucher_code: str
    campaign_code: str
    discount_fen: int


@dataclass(slots=True)
class StatedAmounts:
    """What a source states of one line, where it does not leave it to be divided.

    `amount_fen` = list less merchant discount; `subsidies` by funder within it; `refunded_fen`
    cumulative consumer money; `refunded_at` None where no date is given.
    """

    amount_fen: int
    subsidies: tuple[tuple[str, int], ...]
    refunded_fen: int
    refunded_at: datetime | None


# Ordinal, SKU code, packs in one box, reference price of one pack in fen.
Part = tuple[int, str, int, int]


@dataclass(slots=True)
class RecordedGoods:
    """What a recorded line was matched to and split into: '' and () for neither."""

    sku_code: str
    parts: tuple[Part, ...]


@dataclass(slots=True)
class ReportedLine:
    """One line of a reported order.

    `line_key` follows docs/decisions/0004 (see `orders.rules.line_keys`). `list_fen` is the list
    amount of the whole line. `is_closed` is the file's own mark on the line. `source` names
    the raw row: "<part ordinal>:<row>". `weight_grams` is of the whole line, 0 = not stated;
    a line sold by weight is one piece. `beneficiary_unit` is the code or name of the 计入单位,
    `county_code` the origin as the source states it: a matched SKU's own goes first. Either
    all lines of an order have `stated` amounts or none has. `goods` is None for a line that a
    source reports, and known for one that is recorded: a sale keeps the parts of its box.
    """

    line_key: str
    title: str
    attributes: str
    seller_code: str
    unit_price_fen: int
    quantity: int
    list_fen: int
    is_closed: bool
    source: str
    weight_grams: int = 0
    beneficiary_unit: str = ""
    county_code: str = ""
    vouchers: tuple[ReportedVoucher, ...] = ()
    stated: StatedAmounts | None = None
    goods: RecordedGoods | None = None


@dataclass(slots=True)
class ReportedContact:
    """Who receives the order. Personal data: sealed before it is stored, never logged."""

    name: str
    phone: str
    address: str


@dataclass(slots=True)
class ReportedSale:
    """One order as reported.

    `goods_fen` = what all lines cost after merchant discount, subsidy included, freight
    excluded. `consumer_paid_fen` = consumer money paid in all, before refunds, freight
    included: goods + freight = consumer paid + subsidies. `refunded_fen` = cumulative
    consumer money refunded. All three are 0 or as stated while `paid_at` is None (unpaid).
    `lines` is None when the source has no detail for this order; then `quantity` and `title`
    describe the order as a whole. `buyer` is the platform's buyer name, or '' when masked.
    `refunded_at` is None where the source gives no date. `payer_unit` is the code or name of a
    unit that pays, as the source states it; who names no known unit is a consumer.
    `compensation_fen` = cumulative money that the merchant paid the buyer beside the refund, no
    part of any other figure; None where the source does not say: what is recorded stays then.
    `compensated_at` dates the newest of it, None where the source does not.
    """

    order_number: str
    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    goods_fen: int
    freight_fen: int
    consumer_paid_fen: int
    subsidies: tuple[tuple[str, int], ...]
    refunded_fen: int
    refunded_at: datetime | None
    lines: tuple[ReportedLine, ...] | None
    title: str
    quantity: int
    buyer: str
    contact: ReportedContact | None
    reference_code: str
    flags: tuple[str, ...]
    source: str
    payer_unit: str = ""
    compensation_fen: int | None = None
    compensated_at: datetime | None = None
