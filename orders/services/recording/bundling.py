"""The parts of a bundle line, as the ledger shall hold them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from orders.rules.bundles import split_refunded, split_sold
from orders.rules.ledger_rows import GROSS_SIDE, Frozen, LineState
from orders.selectors.recorded_ledgers import RecordedLedger
from orders.services.recording.context import Buying, RecordingContext
from orders.services.recording.planned import PlannedLine
from orders.services.recording.stating import amounts_of, refunded_on, told


class HeldPart(NamedTuple):
    """A part with what it freezes, its packs and grams in all, and its weight in money."""

    ordinal: int
    frozen: Frozen
    quantity: int
    weight_grams: int
    share: int


def parts_of(
    context: RecordingContext,
    line: PlannedLine,
    buying: Buying,
    ledger: RecordedLedger,
    day: date,
) -> list[HeldPart]:
    """Return the parts of a line sold on a day; none where its SKU is no bundle.

    A line that stands in the ledger keeps the parts that were frozen first: its sale was of
    those (docs/decisions/0006-counting.md).
    """
    if line.sku is None:
        return []
    quantity, bundle = line.settled.line.quantity, line.sku.sku_code
    fresh = [
        HeldPart(
            part.ordinal,
            context.frozen(part.sku, buying, day=day, bundle=bundle),
            part.quantity * quantity,
            part.sku.net_grams * part.quantity * quantity,
            part.quantity * part.reference_price_fen,
        )
        for part in line.sku.parts_on(day)
    ]
    standing = [
        HeldPart(
            component,
            row.frozen,
            row.amounts.quantity,
            row.amounts.weight_grams,
            row.amounts.size_fen,
        )
        for (line_key, component), rows in ledger.standing.items()
        if component and line_key == line.settled.line.line_key
        for row in rows
        if row.side == GROSS_SIDE
    ]
    if fresh and standing and not _is_same_sale(standing, fresh):
        return fresh
    return sorted(standing) if _is_of(standing, bundle) else fresh


def part_states(line: PlannedLine, parts: list[HeldPart], reason: str) -> list[LineState]:
    """Split a line's money to its parts, by quantity times reference price, and state each."""
    sold, refunded = amounts_of(line, reason, 0)
    sold_parts = split_sold(sold, [part.share for part in parts])
    refunded_parts = split_refunded(refunded, sold_parts)
    return [
        LineState(
            line.settled.line.line_key,
            part.frozen,
            reason,
            money._replace(quantity=part.quantity, weight_grams=part.weight_grams),
            back,
            component=part.ordinal,
            refunded_on=refunded_on(line),
        )
        for part, money, back in zip(parts, sold_parts, refunded_parts, strict=True)
    ]


def _is_same_sale(standing: list[HeldPart], fresh: list[HeldPart]) -> bool:
    """Say whether the report says of the line what the standing rows say, but for the parts."""
    return told(standing[0].frozen) == told(fresh[0].frozen)


def _is_of(standing: list[HeldPart], bundle: str) -> bool:
    return bool(standing) and standing[0].frozen.bundle_sku_code == bundle
