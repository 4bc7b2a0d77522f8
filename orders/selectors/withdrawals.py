"""What taking an import back would do, and which orders it leaves alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from orders.models import Order, OrderConfirmation, OrderImport, OrderRevision, SalesEntry
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
    """Return the orders whose present state this import brought, and no other speaks for."""
    mine = Order.objects.filter(last_import=order_import, is_withdrawn=False)
    return mine.exclude(pk__in=confirmations_of(order_import).values("order_id")).order_by("pk")


def confirmations_of(order_import: OrderImport) -> QuerySet[OrderConfirmation]:
    """Return the reports of standing imports that repeat what this import brought."""
    return OrderConfirmation.objects.filter(confirms=order_import).exclude(
        order_import__state=OrderImport.State.WITHDRAWN
    )


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
    """Return the orders of this import that stay: another report changed or repeated them."""
    touched = OrderRevision.objects.filter(order_import=order_import).values("order_id")
    changed = Q(pk__in=touched) & ~Q(last_import=order_import)
    repeated = Q(pk__in=confirmations_of(order_import).values("order_id"))
    return Order.objects.filter(changed | repeated, is_withdrawn=False).order_by("pk")


def earlier_states(
    order_ids: Collection[int], order_import: OrderImport
) -> dict[int, OrderState | None]:
    """Return the state that each order had before an import, None where it had none.

    States that withdrawn imports had brought are passed over. Where several reports came
    before, the one that is furthest ahead counts, as it would have without the import.
    """
    withdrawn = set(
        OrderImport.objects.filter(state=OrderImport.State.WITHDRAWN).values_list("pk", flat=True)
    )
    revisions: dict[int, list[OrderRevision]] = defaultdict(list)
    for revision in OrderRevision.objects.filter(order_id__in=order_ids).defer("body"):
        revisions[revision.order_id].append(revision)
    confirmed: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for order_id, speaker, repeated in OrderConfirmation.objects.filter(
        order_id__in=order_ids
    ).values_list("order_id", "order_import_id", "confirms_id"):
        confirmed[order_id].append((speaker, repeated))
    chosen = {
        order_id: _before(revisions[order_id], confirmed[order_id], order_import.pk, withdrawn)
        for order_id in order_ids
    }
    wanted = [pk for pks in chosen.values() for pk in pks]
    states = {
        pk: from_body(bytes(body))
        for pk, body in OrderRevision.objects.filter(pk__in=wanted).values_list("pk", "body")
    }
    return {
        order_id: max((states[pk] for pk in sorted(pks)), key=_progress, default=None)
        for order_id, pks in chosen.items()
    }


def _progress(state: OrderState) -> tuple[int, int, int]:
    """Return how far ahead a state is; of equal ones the first recorded is kept."""
    sale = state.sale
    return sale.status.rank, sale.refunded_fen, sale.compensation_fen or 0


def _before(
    revisions: list[OrderRevision],
    confirmed: list[tuple[int, int]],
    import_id: int,
    withdrawn: set[int],
) -> list[int]:
    """Return the revisions that hold what was said of an order before an import."""
    gone = {import_id}
    while True:
        more = {repeated for speaker, repeated in confirmed if speaker in gone} | {
            revision.order_import_id
            for revision in revisions
            if revision.replaced_by_id in gone and revision.order_import_id in withdrawn
        }
        if more <= gone:
            break
        gone |= more
    return [
        revision.pk
        for revision in revisions
        if revision.replaced_by_id in gone
        and revision.order_import_id not in gone
        and revision.order_import_id not in withdrawn
    ]
