"""The columns of generic files: English or Chinese headers, money in fen or in yuan.

Headers are compared without case, blanks and the width of brackets. An English money header ends
with `_fen` or `_yuan`, a Chinese one with （分） or （元）; a bare Chinese one is yuan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orders.intake.cells import Amounts, free_order_number
from orders.intake.layouts import Layout, Table
from orders.intake.numbers import OrderNumbers

# English name: Chinese headers, the first of which messages use.
_PLAIN = {
    "order_number": ("订单编号", "订单号"),
    "line_number": ("行号",),
    "buyer": ("买家",),
    "placed_at": ("下单时间",),
    "paid_at": ("付款时间", "支付时间"),
    "status": ("状态", "订单状态"),
    "sku_code": ("商家编码", "SKU编码"),
    "title": ("标题", "商品标题", "商品名称"),
    "quantity": ("数量",),
    "funder": ("出资方",),
    "refunded_at": ("退款时间",),
    "compensated_at": ("赔付时间",),
    "voucher_code": ("券码", "消费券码"),
    "campaign_code": ("活动编码",),
    "beneficiary_unit": ("计入单位",),
    "county_code": ("产地县代码",),
}
MONEY = {
    "list": ("标价金额",),
    "amount": ("成交额",),
    "subsidy": ("补贴", "补贴金额"),
    "refund": ("退款", "退款金额"),
    "freight": ("运费",),
    "compensation": ("赔付", "赔付金额"),
}
NAMES = {name: chinese[0] for name, chinese in (_PLAIN | MONEY).items()}

# No platform heads its columns so: two of these make a file generic.
_SIGNS = frozenset({"paid_at", "quantity", "amount"})
_NEEDS = ("order_number", "paid_at", "quantity", "amount")
# One of these says what was sold.
_GOODS = ("sku_code", "title")

_UNITS = {"分": "fen", "元": "yuan"}


def _known_headers() -> dict[str, tuple[str, str]]:
    """Return normalised header: (English name, unit of money or '')."""
    known = {plain_header(header): (name, "")
             for name, chinese in _PLAIN.items() for header in (name, *chinese)}  # fmt: skip
    for name, chinese in MONEY.items():
        known |= {f"{name}_{unit}": (name, unit) for unit in ("fen", "yuan")}
        known |= dict.fromkeys(chinese, (name, "yuan"))
        known |= {f"{header}({mark})": (name, unit)
                  for header in chinese for mark, unit in _UNITS.items()}  # fmt: skip
    return known


def plain_header(header: str) -> str:
    """Return a header as headers are compared: without case, blanks and width of brackets."""
    bare = header.casefold().replace("（", "(").replace("）", ")")
    return "".join(bare.split())


_KNOWN = _known_headers()


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, by English name, and what reads its money.

    `place` of an absent column is the place after all: readers add one empty cell to every
    row. `headers` are the file's own, for messages.
    """

    place: dict[str, int]
    headers: dict[str, str]
    amounts: dict[str, Amounts]


def columns_of(header: Sequence[str]) -> Columns:
    """Find the columns of a header that `recognise` has accepted as complete."""
    place = dict.fromkeys(NAMES, len(header))
    headers = dict(NAMES)
    amounts = {name: Amounts() for name in MONEY}
    for position, text in enumerate(header):
        name, unit = _KNOWN.get(plain_header(text), ("", ""))
        if name:
            place[name], headers[name] = position, text
            if unit == "fen":
                amounts[name] = Amounts(in_fen=True)
    return Columns(place, headers, amounts)


def recognise(header: Sequence[str]) -> Layout | None:
    """Recognise a generic file by its headers; None if it is none."""
    found: dict[str, list[str]] = {}
    for text in header:
        name, _unit = _KNOWN.get(plain_header(text), ("", ""))
        if name:
            found.setdefault(name, []).append(text)
    if len(_SIGNS & found.keys()) < 2:
        return None
    missing = [_both(name) for name in _NEEDS if name not in found]
    if not any(name in found for name in _GOODS):
        missing.append("/".join(map(_both, _GOODS)))
    repeated = [text for texts in found.values() if len(texts) > 1 for text in texts]
    kept = [text for name, texts in found.items() if name != "buyer" for text in texts]
    return Layout(Table.ITEMS, tuple(missing), tuple(repeated), tuple(kept))


def order_numbers(header: Sequence[str]) -> OrderNumbers | None:
    """Return the reader of a file's order numbers, None where it has no such column."""
    place = columns_of(header).place["order_number"]
    return OrderNumbers(place, free_order_number) if place < len(header) else None


def _both(name: str) -> str:
    written = f"{name}_fen" if name in MONEY else name
    return f"{NAMES[name]}（{written}）"
