"""What taking an import back would do, and which orders it leaves alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

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

    States that withdrawn imports had brought are passed over, unless a standing report repeats
    them: that one speaks for them then. Where several reports came before, the one that is
    furthest ahead counts, as it would have without the import.
    """
    history = _histories(order_ids, order_import.pk)
    chosen = {order_id: history[order_id].earlier() for order_id in order_ids}
    wanted = [pk for pks in chosen.values() for pk in pks]
    states = {
        pk: from_body(bytes(body))
        for pk, body in OrderRevision.objects.filter(pk__in=wanted).values_list("pk", "body")
    }
    earlier: dict[int, OrderState | None] = {}
    for order_id, pks in chosen.items():
        state = max((states[pk] for pk in pks), key=_progress, default=None)
        if state is not None and state.last_import_id in history[order_id].withdrawn:
            speaker = history[order_id].speaker_for(state.last_import_id)
            state = replace(state, last_import_id=speaker)
        earlier[order_id] = state
    return earlier


def _progress(state: OrderState) -> tuple[int, int, int]:
    """Return how far ahead a state is; of equal ones the first is kept."""
    sale = state.sale
    return sale.status.rank, sale.refunded_fen, sale.compensation_fen or 0


@dataclass(slots=True)
class _History:
    """Who said what of one order, as ids of imports; None is another door, never withdrawn.

    `revisions` are (id, brought by, replaced by), `confirmed` are (speaker, whom it repeated),
    oldest first. `leaving` is the import that is being withdrawn.
    """

    leaving: int
    withdrawn: frozenset[int]
    revisions: list[tuple[int, int | None, int | None]] = field(default_factory=list)
    confirmed: list[tuple[int | None, int]] = field(default_factory=list)

    def earlier(self) -> list[int]:
        """Return the revisions that hold what others said of the order, the likeliest first.

        What the import replaced comes first, then what lay behind imports withdrawn since: it
        never came to stand, and nobody else has it.
        """
        gone = self._gone()
        others = [
            (pk, replaced)
            for pk, brought, replaced in self.revisions
            if brought not in gone and self._stands(brought)
        ]
        before = [pk for pk, replaced in others if replaced in gone]
        behind = [pk for pk, replaced in others if replaced in self.withdrawn - gone]
        return before + behind

    def _gone(self) -> set[int | None]:
        """Return the imports that the order's state goes with: this one, and those before it."""
        gone: set[int | None] = {self.leaving}
        while True:
            more = {repeated for speaker, repeated in self.confirmed if speaker in gone} | {
                brought
                for _pk, brought, replaced in self.revisions
                if replaced in gone and not self._stands(brought)
            }
            if more <= gone:
                return gone
            gone |= more

    def speaker_for(self, brought: int | None) -> int | None:
        """Return the newest standing report that repeats what a withdrawn import brought."""
        return self._repeating(brought)[-1]

    def _stands(self, brought: int | None) -> bool:
        return brought not in self.withdrawn or bool(self._repeating(brought))

    def _repeating(self, brought: int | None) -> list[int | None]:
        """Return who repeats a state and stands, directly or by repeating who did, oldest first."""
        same = {brought}
        while more := {who for who, repeated in self.confirmed if repeated in same} - same - {None}:
            same |= more
        return [
            who
            for who, repeated in self.confirmed
            if repeated in same and who != self.leaving and who not in self.withdrawn
        ]


def _histories(order_ids: Collection[int], leaving: int) -> dict[int, _History]:
    withdrawn = frozenset(
        OrderImport.objects.filter(state=OrderImport.State.WITHDRAWN).values_list("pk", flat=True)
    )
    found = {order_id: _History(leaving, withdrawn) for order_id in order_ids}
    for order_id, *revision in (
        OrderRevision.objects.filter(order_id__in=order_ids)
        .order_by("pk")
        .values_list("order_id", "pk", "order_import_id", "replaced_by_id")
    ):
        found[order_id].revisions.append((revision[0], revision[1], revision[2]))
    for order_id, speaker, repeated in (
        OrderConfirmation.objects.filter(order_id__in=order_ids)
        .order_by("pk")
        .values_list("order_id", "order_import_id", "confirms_id")
    ):
        found[order_id].confirmed.append((speaker, repeated))
    return found
