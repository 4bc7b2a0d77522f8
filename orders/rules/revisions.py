"""An order's reported state as JSON and back, so that it can be restored. Pure."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from orders.rules.sale import (
    RecordedGoods,
    ReportedLine,
    ReportedSale,
    ReportedVoucher,
    StatedAmounts,
)
from orders.rules.states import OrderStatus


@dataclass(slots=True)
class OrderState:
    """What is recorded of an order now, as if its source said it again, without contact data.

    Decisions are not in it. `sale.lines` are all recorded lines with their sources across
    imports, `missing` the keys of those that the newest report did not repeat. `source` and
    `last_import_id` say who reported.
    """

    order_id: int
    sale: ReportedSale
    buyer_key: str
    payer_unit_code: str
    fingerprint: str
    has_detail: bool
    flags: list[str]
    missing: frozenset[str]
    source: str
    last_import_id: int | None
    is_withdrawn: bool


def to_body(state: OrderState) -> bytes:
    """Write a state as compressed JSON."""
    values = asdict(state)
    values["missing"] = sorted(state.missing)
    text = json.dumps(values, ensure_ascii=False, default=_as_text)
    return zlib.compress(text.encode(), 6)


def from_body(body: bytes) -> OrderState:
    """Read a state that `to_body` wrote. Raises ValueError or zlib.error for anything else."""
    values: dict[str, Any] = json.loads(zlib.decompress(bytes(body)))
    sale = values.pop("sale")
    lines = sale.pop("lines")
    sale.update(
        status=OrderStatus(sale["status"]),
        placed_at=datetime.fromisoformat(sale["placed_at"]),
        paid_at=_moment(sale["paid_at"]),
        refunded_at=_moment(sale["refunded_at"]),
        compensated_at=_moment(sale.get("compensated_at")),
        subsidies=_shares(sale["subsidies"]),
        flags=tuple(sale["flags"]),
        contact=None,
        lines=None,
    )
    report = ReportedSale(**sale)
    if lines is not None:
        report = replace(report, lines=tuple(_line(line) for line in lines))
    values["missing"] = frozenset(values["missing"])
    return OrderState(sale=report, **values)


def _line(values: dict[str, Any]) -> ReportedLine:
    stated, goods = values.pop("stated"), values.pop("goods")
    vouchers = values.pop("vouchers")
    amounts = None
    if stated is not None:
        stated.update(
            subsidies=_shares(stated["subsidies"]), refunded_at=_moment(stated["refunded_at"])
        )
        amounts = StatedAmounts(**stated)
    told = tuple(ReportedVoucher(**voucher) for voucher in vouchers)
    known = None
    if goods is not None:
        parts = tuple((part[0], part[1], part[2], part[3]) for part in goods["parts"])
        known = RecordedGoods(goods["sku_code"], parts)
    return ReportedLine(vouchers=told, stated=amounts, goods=known, **values)


def _shares(rows: list[list[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((funder, fen) for funder, fen in rows)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value)}")
