"""The parts of a bundle line, as the ledger shall hold them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from orders.rules.bundles import split_refunded, split_sold
from orders.rules.ledger_rows import GROSS_SIDE, Frozen, LineState
from orders.selectors.recorded_ledgers import RecordedLedger
from orders.services.recording.context import Buying, RecordingContext
from orders.services.recording.planned import PlannedLine
from orders.services.recording.stating import amounts_of, first_frozen, refunded_on


class HeldPart(NamedTuple):
    """A part with what it freezes, its packs and grams in all, and its weight in money."""

    ordinal: int
    frozen: Frozen
    quantity: int
    weight_grams: int
    share: int


def held_parts(
    context: RecordingContext,
    line: PlannedLine,
    buying: Buying,
    ledger: RecordedLedger,
    day: date,
) -> list[HeldPart]:
    """Return the parts of a line with what they freeze, or froze first; none of other goods."""
    if line.sku is None or not line.parts:
        return []
    key, boxes = line.settled.line.line_key, line.settled.line.quantity
    held = []
    for ordinal, sku_code, packs, price_fen in line.parts:
        sku = context.book.by_code[sku_code]
        fresh = context.frozen(sku, buying, day=day, bundle=line.sku.sku_code)
        quantity, grams = packs * boxes, sku.net_grams * packs * boxes
        frozen = first_frozen(fresh, ledger, (key, ordinal))
        for row in ledger.standing.get((key, ordinal), ()):
            if row.side == GROSS_SIDE and row.amounts.quantity == quantity and frozen == row.frozen:
                grams = row.amounts.weight_grams
        held.append(HeldPart(ordinal, frozen, quantity, grams, packs * price_fen))
    return held


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
