"""The columns of monthly ledgers: Chinese headers as centres and units write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orders.intake.generic.columns import plain_header

# Our name: headers, the first of which messages use.
_PLAIN = {
    "month": ("月份", "月", "所属月份", "统计月份", "销售月份"),
    "first_day": ("期间起", "期间起始", "开始日期", "起始日期"),
    "last_day": ("期间止", "期间截止", "结束日期", "截止日期"),
    "sales_point": ("销售点编码", "销售点"),
    "unit": ("单位", "单位编码", "单位名称", "采购单位"),
    "district": ("帮扶区", "帮扶区代码", "帮扶区县"),
    "county": ("产地县", "产地县代码", "产地"),
    "category": ("类目", "品类"),
    "channel_class": ("渠道",),
    "purchase_mode": ("采购方式",),
    "quantity": ("数量", "销售数量"),
    "quantity_unit": ("计量单位", "数量单位"),
}
_AMOUNTS = ("金额", "销售额", "销售金额", "成交额")
NAMES = {name: headers[0] for name, headers in _PLAIN.items()} | {"amount": _AMOUNTS[0]}
FEN_OF_YUAN, FEN_OF_WAN = 100, 1_000_000
# Fen in one of what the header names; 0 where it names nothing.
_UNITS = {"": 0, "(元)": FEN_OF_YUAN, "(万元)": FEN_OF_WAN}
_KNOWN = {
    plain_header(header): (name, 0) for name, headers in _PLAIN.items() for header in headers
} | {header + mark: ("amount", fen) for header in _AMOUNTS for mark, fen in _UNITS.items()}
# So many known headers, one of them the amount or the month, make a row the header.
_SURE_HEADERS = 3


@dataclass(frozen=True, slots=True)
class LedgerColumns:
    """Where each column stands, and in what the amounts are: fen in one of it, 0 unknown."""

    place: dict[str, int]
    headers: dict[str, str]
    fen_of_one: int
    missing: tuple[str, ...]
    repeated: tuple[str, ...]


def is_ledger_header(header: Sequence[str]) -> bool:
    """Say whether a row is the header of a monthly ledger."""
    found = {_KNOWN[plain][0] for plain in map(plain_header, header) if plain in _KNOWN}
    return len(found) >= _SURE_HEADERS and bool(found & {"amount", "month"})


def columns_of(header: Sequence[str]) -> LedgerColumns:
    """Find the columns of a header; others are ignored."""
    place: dict[str, int] = {}
    headers, repeated, fen_of_one = dict(NAMES), [], 0
    for at, text in enumerate(header):
        name, fen = _KNOWN.get(plain_header(text), ("", 0))
        if not name:
            continue
        if name in place:
            repeated.append(text)
        place[name], headers[name] = at, text
        fen_of_one = fen or fen_of_one
    missing = []
    if "month" not in place and not {"first_day", "last_day"} <= place.keys():
        missing.append("月份（或期间起、期间止）")
    if "amount" not in place:
        missing.append("金额（元）或金额（万元）")
    return LedgerColumns(place, headers, fen_of_one, tuple(missing), tuple(repeated))
