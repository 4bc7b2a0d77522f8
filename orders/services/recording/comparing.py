"""Compare a report with what is recorded in full, where their fingerprints differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from operations.services.bulk import update_rows
from orders.models import Order
from orders.rules.fingerprints import HEAD_LENGTH
from orders.rules.sale import RecordedGoods, ReportedLine
from orders.services.recording.planned import PlannedLine, PlannedOrder


def says_nothing_new(order: PlannedOrder, old_lines: Sequence[ReportedLine]) -> bool:
    """Say whether a drafted report comes to what is recorded already, SKU by SKU.

    A fingerprint holds what lines matched when they were reported; a decision that matches them
    later moves the lines and not the report. Orders with missing lines are not compared.
    """
    known, lines = order.recorded, order.reported.lines
    if known is None or known.is_missing_lines or not lines or len(lines) != len(old_lines):
        return False
    if order.fingerprint[:HEAD_LENGTH] != known.fingerprint[:HEAD_LENGTH]:
        return False
    recorded = {line.line_key: replace(line, source="") for line in old_lines}
    planned = {line.settled.line.line_key: line for line in order.lines}
    return all(
        _as_recorded(line, planned[line.line_key]) == recorded.get(line.line_key) for line in lines
    )


def renew_fingerprints(orders: Sequence[PlannedOrder]) -> None:
    """Store the fingerprints of orders that stand as reported; nothing else of them changes."""
    update_rows(
        Order,
        "id",
        ["fingerprint"],
        [(order.recorded.order_id, order.fingerprint) for order in orders if order.recorded],
    )


def _as_recorded(line: ReportedLine, planned: PlannedLine) -> ReportedLine:
    """Return a reported line as it would be read back once it was written."""
    return replace(
        line,
        source="",
        weight_grams=planned.weight_grams,
        beneficiary_unit=planned.beneficiary_code,
        goods=RecordedGoods(planned.sku_code, planned.parts),
    )
