"""Keep the state that a report is about to replace (订单前态)."""

from __future__ import annotations

from datetime import datetime

from operations.services.bulk import insert_rows
from orders.models import OrderRevision
from orders.rules.revisions import to_body
from orders.selectors.states import order_states
from orders.services.recording.entries import Numbered


def keep_revisions(updates: Numbered, replaced_at: datetime, import_id: int | None) -> None:
    """Store the states of orders that are about to be written over, before they are.

    An order that a decision states again keeps its reported state, and a withdrawn one has
    none: neither leaves a revision. Call inside the transaction that writes the orders.
    """
    replaced = [
        order_id
        for order_id, order in updates
        if not order.keeps_report and order.recorded and not order.recorded.is_withdrawn
    ]
    if not replaced:
        return
    insert_rows(
        OrderRevision,
        ["order_id", "order_import_id", "replaced_by_id", "replaced_at", "body"],
        [
            (state.order_id, state.last_import_id, import_id, replaced_at, to_body(state))
            for state in order_states(replaced).values()
        ],
    )
