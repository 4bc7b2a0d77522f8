"""Append the ledger rows of planned orders, and put the orders into the feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from operations.services.bulk import insert_rows
from orders.models import ChangedOrder, SalesEntry
from orders.rules.fingerprints import seal_of
from orders.rules.ledger_rows import NewEntry
from orders.rules.seals import FROZEN_COLUMNS
from orders.services.recording.context import RecordingContext
from orders.services.recording.planned import PlannedOrder

# How many codes of `Frozen` stand together in SEALED_COLUMNS; the rest are later columns.
_EARLY_CODES = 13

Numbered = list[tuple[int, PlannedOrder]]


def write_entries(context: RecordingContext, numbered: Numbered, redeemed: set[int]) -> None:
    """Append every planned row, in one statement, and one feed row for each changed order.

    Redemptions are evidence too: an order that has some, or had (`redeemed`), is looked at again.
    """
    changed = [(order_id, order) for order_id, order in numbered if order.entries]
    insert_rows(
        SalesEntry,
        [*FROZEN_COLUMNS, "order_id", "seal"],
        _entry_rows(context, changed),
    )
    insert_rows(
        ChangedOrder,
        ["order_id", "reason"],
        (
            (order_id, "recorded")
            for order_id, order in numbered
            if order.entries or order_id in redeemed or _has_vouchers(order)
        ),
    )


def _has_vouchers(order: PlannedOrder) -> bool:
    is_update = order.recorded is not None and order.sale.paid_at is not None
    return is_update and any(line.settled.line.vouchers for line in order.lines)


def _entry_rows(context: RecordingContext, numbered: Numbered) -> Iterator[tuple[Any, ...]]:
    code = context.sales_point.code
    for order_id, order in numbered:
        sources: dict[str, str] = {}
        fallback = order.entry_source or order.source
        if not order.entry_source:
            sources = {line.settled.line.line_key: line.source for line in order.lines}
        sequences = order.next_sequence
        for entry in order.entries:
            key = (entry.line_key, entry.component)
            sequence = sequences.get(key, 0)
            sequences[key] = sequence + 1
            values = (
                code,
                order.sale.order_number,
                entry.line_key,
                entry.component,
                sequence,
                *_entry_values(entry),
                sources.get(entry.line_key, fallback),
                entry.paid.occurred_at,
                entry.paid.event_date,
                entry.moment.occurred_at,
                entry.moment.event_date,
                entry.moment.is_assumed,
                context.recorded_at,
                *entry.frozen[_EARLY_CODES:],
                entry.amounts.weight_grams,
            )
            yield (*values, order_id, seal_of(values))


def _entry_values(entry: NewEntry) -> tuple[Any, ...]:
    amounts = entry.amounts
    return (
        entry.kind,
        entry.side,
        entry.corrects_id,
        *entry.frozen[:_EARLY_CODES],  # they stand in the order of the sealed columns
        amounts.quantity,
        amounts.amount_fen,
        amounts.consumer_paid_fen,
        amounts.subsidy_fen,
        dict(amounts.subsidies),
        amounts.freight_fen,
        amounts.excluded_fen,
        entry.excluded_reason,
    )
