"""What taking an import back would do, and which orders it leaves alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.models import Order, OrderImport, OrderRevision, SalesEntry
from orders.rules.revisions import OrderState, from_body

# How many kept order numbers a preview names; all are listed by `kept_orders`.
NUMBERS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class WithdrawalPreview:
    """Orders that would leave the ledger, get their earlier state back, or stay as they are.

    Money in fen, as the change that the withdrawal brings, so mostly below zero: `gross_fen`
    and `refund_fen` by side (a refund taken back is below zero too), net = gross - refund.
    `by_county` holds (county code, change of net). `kept` holds the first kept order numbers.
    """

    orders_withdrawn: int
    orders_restored: int
    orders_kept: int
    gross_fen: int
    refund_fen: int
    net_fen: int
    by_county: tuple[tuple[str, int], ...]
    kept: tuple[str, ...]


def affected_orders(order_import: OrderImport) -> QuerySet[Order]:
    """Return the orders whose present state this import brought, ascending."""
    return Order.objects.filter(last_import=order_import, is_withdrawn=False).order_by("pk")


def changed_orders(order_import: OrderImport) -> QuerySet[Order]:
    """Return the affected orders that had a state before this import, ascending."""
    replaced = OrderRevision.objects.filter(replaced_by=order_import).values("order_id")
    return affected_orders(order_import).filter(pk__in=replaced)


def ledger_of(orders: QuerySet[Order]) -> dict[tuple[str, str], int]:
    """Return what the ledger holds of orders, in fen, by (side, county code)."""
    rows = (
        SalesEntry.objects.filter(order__in=orders.order_by())
        .values("side", "county_code")
        .annotate(fen=Sum("amount_fen"))
        .order_by()
        .values_list("side", "county_code", "fen")
    )
    return {(side, county): int(fen) for side, county, fen in rows}


def kept_orders(order_import: OrderImport) -> QuerySet[Order]:
    """Return the orders that a later report changed since this import: they stay as they are."""
    touched = OrderRevision.objects.filter(order_import=order_import).values("order_id")
    return Order.objects.filter(pk__in=touched).exclude(last_import=order_import).order_by("pk")


def earlier_states(
    order_ids: Collection[int], order_import: OrderImport
) -> dict[int, OrderState | None]:
    """Return the state that each order had before an import, None where it had none.

    States that imports withdrawn since had brought are passed over.
    """
    condition, parameters = among("order_id", order_ids)
    rows = fetch_columns(
        "SELECT order_id, id, order_import_id, replaced_by_id FROM orders_orderrevision "
        f"WHERE {condition} ORDER BY order_id, id DESC",
        parameters,
    )
    withdrawn = set(
        OrderImport.objects.filter(state=OrderImport.State.WITHDRAWN).values_list("pk", flat=True)
    ) | {order_import.pk}
    by_order: dict[int, list[tuple[int, int | None, int | None]]] = defaultdict(list)
    for order_id, *revision in rows:
        by_order[order_id].append((revision[0], revision[1], revision[2]))
    chosen = {
        order_id: _before(by_order.get(order_id, []), order_import.pk, withdrawn)
        for order_id in order_ids
    }
    bodies = dict(
        OrderRevision.objects.filter(pk__in=[pk for pk in chosen.values() if pk]).values_list(
            "pk", "body"
        )
    )
    return {
        order_id: from_body(bytes(bodies[pk])) if pk else None for order_id, pk in chosen.items()
    }


def _before(
    revisions: list[tuple[int, int | None, int | None]], import_id: int, withdrawn: set[int]
) -> int | None:
    """Return the revision that holds the state before an import; newest first come in."""
    looked_for: int | None = import_id
    for pk, brought_by, replaced_by in revisions:
        if replaced_by != looked_for:
            continue
        if brought_by is None or brought_by not in withdrawn:
            return pk
        looked_for = brought_by
    return None
