"""State recorded orders again: what they count for changed, not what was reported of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction

from operations.selectors.among import among
from operations.selectors.reviewed import in_force
from operations.services.bulk import fetch_columns
from orders.models import LinkedOrders, SalesPoint
from orders.rules.fingerprints import HEAD_LENGTH, UNCOMPARED
from orders.rules.revisions import OrderState
from orders.selectors.decisions import NO_DECISIONS, Decisions, decisions_of
from orders.selectors.recorded import RecordedOrder, recorded_orders
from orders.selectors.states import order_states
from orders.services.recording.context import RecordingContext, open_context
from orders.services.recording.drafting import LINE_DOUBTS, draft_order
from orders.services.recording.ledgering import plan_ledger
from orders.services.recording.planned import PlannedOrder
from orders.services.recording.writing import write_orders


@transaction.atomic
def restate_orders(
    order_ids: Collection[int],
    *,
    source: str,
    refreeze: bool = False,
) -> int:
    """Bring the ledger of orders to what decisions in force, codes and matches say now.

    Every standing row of a line that changes is reversed and stated again with its original
    dates; `source` names the decision on the new rows. With `refreeze` the other codes, too,
    are frozen again from today's entries. An order that nobody has paid only gets the SKUs of
    its lines. Withdrawn orders stay out. Returns how many orders changed.
    """
    changed = 0
    for point_id, numbers in _numbers_by_point(order_ids).items():
        point = SalesPoint.objects.select_for_update().get(pk=point_id)
        context = open_context(point, source=source)
        recorded = recorded_orders(point_id, numbers)
        orders = drafts_of_recorded(context, recorded, source)
        plan_ledger(context, orders, refreeze=refreeze)
        moved = [order for order in orders if order.entries or order.is_matched_anew]
        write_orders(context, moved)
        changed += len(moved)
    return changed


def restate_duplicates(order_ids: Collection[int], *, source: str) -> int:
    """Restate the orders that are excluded as duplicates of these: it depends on their standing.

    A duplicate is excluded only while the order that it repeats stands in the ledger.
    """
    duplicates = list(
        LinkedOrders.objects.filter(in_force(), order_id__in=order_ids)
        .order_by("duplicate_id")
        .values_list("duplicate_id", flat=True)
    )
    return restate_orders(duplicates, source=source) if duplicates else 0


def drafts_of_recorded(
    context: RecordingContext,
    recorded: dict[str, RecordedOrder],
    entry_source: str,
) -> list[PlannedOrder]:
    """Draft recorded orders from their own state, under the decisions in force."""
    ids = [known.order_id for known in recorded.values() if not known.is_withdrawn]
    states, decisions = order_states(ids), decisions_of(ids)
    by_id = {known.order_id: known for known in recorded.values()}
    drafts = []
    for order_id, state in states.items():
        order = draft_of_state(
            context, state, by_id[order_id], decisions.get(order_id, NO_DECISIONS), entry_source
        )
        order.keeps_report = True
        drafts.append(order)
    return drafts


def draft_of_state(
    context: RecordingContext,
    state: OrderState,
    known: RecordedOrder,
    decisions: Decisions,
    entry_source: str,
) -> PlannedOrder:
    """Draft an order from a state of it; who reported it and its doubts stay as stored."""
    order = draft_order(context, state.sale, None, (), decisions)
    sources = {line.line_key: line.source for line in state.sale.lines or ()}
    lines = [
        line._replace(
            is_missing=line.settled.line.line_key in state.missing,
            source=sources.get(line.settled.line.line_key, line.source),
        )
        for line in order.lines
    ]
    fingerprint = state.fingerprint
    if order.is_matched_anew:
        fingerprint = fingerprint[:HEAD_LENGTH] + UNCOMPARED
    return replace(
        order,
        recorded=known,
        lines=lines,
        flags=[
            *(flag for flag in state.flags if flag not in LINE_DOUBTS),
            *(flag for flag in order.flags if flag in LINE_DOUBTS),
        ],
        fingerprint=fingerprint,
        buyer_key=state.buyer_key,
        source=state.source,
        last_import_id=state.last_import_id,
        entry_source=entry_source,
    )


def _numbers_by_point(order_ids: Collection[int]) -> dict[int, list[str]]:
    condition, parameters = among("id", order_ids)
    rows = fetch_columns(
        f"SELECT sales_point_id, number FROM orders_order WHERE {condition} "
        "ORDER BY sales_point_id, id",
        parameters,
    )
    found: dict[int, list[str]] = {}
    for point_id, number in rows:
        found.setdefault(point_id, []).append(number)
    return found
