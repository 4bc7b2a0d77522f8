"""Take a confirmed import back (撤销导入): prepared by one, confirmed by another, then a job.

Nothing is deleted: ledger rows are reversed, earlier states come back from their revisions,
what a withdrawal replaces becomes a revision itself (docs/decisions/0015-withdrawal.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from operations.services.jobs import Claim, create_job, renew
from operations.services.reviewing import approve, mark_made, record_making
from orders.errors import AlreadyDecided, EvidenceMissing, ImportNotFinished
from orders.models import ImportWithdrawal, Order, OrderConfirmation, OrderImport, SalesPoint
from orders.rules.ledger_rows import GROSS_SIDE, REFUND_SIDE
from orders.selectors.decisions import NO_DECISIONS, decisions_of
from orders.selectors.recorded import recorded_orders
from orders.selectors.states import order_states
from orders.selectors.withdrawals import (
    NUMBERS_SHOWN,
    WithdrawalPreview,
    affected_orders,
    changed_orders,
    confirmations_of,
    earlier_states,
    kept_orders,
    ledger_of,
)
from orders.services.recording.context import RecordingContext, open_context
from orders.services.recording.ledgering import plan_ledger
from orders.services.recording.planned import PlannedOrder
from orders.services.recording.restating import draft_of_state, restate_duplicates
from orders.services.recording.writing import write_orders

WITHDRAWAL_TASK = "orders.tasks.run_withdrawal"
SIDES = (GROSS_SIDE, REFUND_SIDE)
_WITHDRAWABLE = (
    OrderImport.State.DONE,
    OrderImport.State.FAILED,
    OrderImport.State.CANCELLED,
)


@transaction.atomic
def propose_withdrawal(
    *, order_import: OrderImport, reason: str, actor: User | None
) -> ImportWithdrawal:
    """Prepare to take an import back.

    Raises EvidenceMissing without a reason, ImportNotFinished before it has written, while it
    runs or after it was withdrawn, AlreadyDecided where a withdrawal is prepared already.
    """
    if not reason.strip():
        raise EvidenceMissing(_("请说明撤销的原因。"))
    order_import = OrderImport.objects.select_for_update().get(pk=order_import.pk)
    _check_withdrawable(order_import)
    standing = ImportWithdrawal.objects.filter(order_import=order_import)
    if standing.exclude(state__in=["returned", "revoked"]).exists():
        raise AlreadyDecided(_("这次导入已有撤销申请，请处理已有的一行。"))
    row = ImportWithdrawal(order_import=order_import, reason=reason.strip()[:300])
    mark_made(row, actor)
    row.save()
    record_making(row)
    return row


def approve_withdrawal(row: ImportWithdrawal, actor: User | None) -> ImportWithdrawal:
    """Confirm a withdrawal: a job carries it out; the door rings for `row.job`.

    Raises ReviewRefused, MakerMayNotCheck, ImportNotFinished.
    """
    approved = approve(row, actor, _plan)
    approved.refresh_from_db()
    return approved


def preview_withdrawal(order_import: OrderImport) -> WithdrawalPreview:
    """Say what taking an import back would do. Reads only.

    Orders that only this import brought are summed in one statement; the others are planned
    like in the job.
    """
    context = _context(order_import, "preview")
    affected = affected_orders(order_import)
    touched = list(changed_orders(order_import).values_list("pk", flat=True))
    counts = Counter(withdrawn=affected.count() - len(touched))
    money: Counter[tuple[str, str]] = Counter()
    for key, fen in ledger_of(affected).items():
        money[key] -= fen
    for key, fen in ledger_of(affected.filter(pk__in=touched)).items():
        money[key] += fen
    for start in range(0, len(touched), settings.IMPORT_CHUNK_ORDERS):
        chunk = touched[start : start + settings.IMPORT_CHUNK_ORDERS]
        for order in _plan_chunk(context, order_import, chunk, ""):
            counts["withdrawn" if order.is_withdrawn else "restored"] += 1
            for entry in order.entries:
                money[entry.side, entry.frozen.county_code] += entry.amounts.amount_fen
    gross, refund = (sum(fen for key, fen in money.items() if key[0] == s) for s in SIDES)
    counties: Counter[str] = Counter()
    for (_side, county), fen in money.items():
        counties[county] += fen
    kept = kept_orders(order_import)
    return WithdrawalPreview(
        orders_withdrawn=counts["withdrawn"],
        orders_restored=counts["restored"],
        orders_kept=kept.count(),
        gross_fen=gross,
        refund_fen=-refund,
        net_fen=gross + refund,
        by_county=tuple(sorted((code, fen) for code, fen in counties.items() if fen)),
        kept=tuple(kept.values_list("number", flat=True)[:NUMBERS_SHOWN]),
    )


def run_withdrawal(claim: Claim) -> dict[str, Any]:
    """Carry a confirmed withdrawal out, chunk by chunk, from where it last stopped.

    Raises LeaseLost when another worker took the job over; its chunk is then rolled back.
    """
    row = ImportWithdrawal.objects.select_related("order_import__sales_point").get(
        pk=claim.payload["withdrawal"]
    )
    order_import, source = row.order_import, f"withdrawal:{row.pk}"
    context = _context(order_import, source)
    ids = affected_orders(order_import).values_list("pk", flat=True)
    done = 0
    while chunk := list(ids.filter(pk__gt=row.done_until)[: settings.IMPORT_CHUNK_ORDERS]):
        done += len(chunk)
        with transaction.atomic():
            context.keep_up(SalesPoint.objects.select_for_update().get(pk=context.sales_point.pk))
            # Another import may have spoken while this one waited for the sales point.
            still = list(
                affected_orders(order_import).filter(pk__in=chunk).values_list("pk", flat=True)
            )
            orders = _plan_chunk(context, order_import, still, source)
            write_orders(context, orders)
            left = [o.recorded.order_id for o in orders if o.is_withdrawn and o.recorded]
            restate_duplicates(left, source=source)
            _repeat_who_speaks([o.recorded.order_id for o in orders if o.recorded])
            gone = len(left)
            row.done_until = chunk[-1]
            ImportWithdrawal.objects.filter(pk=row.pk).update(
                done_until=row.done_until,
                orders_withdrawn=F("orders_withdrawn") + gone,
                orders_restored=F("orders_restored") + len(orders) - gone,
            )
            renew(claim, done=done)
    with transaction.atomic():
        SalesPoint.objects.select_for_update().get(pk=order_import.sales_point_id)
        _hand_over(order_import)
        ImportWithdrawal.objects.filter(pk=row.pk).update(
            orders_kept=kept_orders(order_import).count(), finished_at=clock.now()
        )
        OrderImport.objects.filter(pk=order_import.pk).update(state=OrderImport.State.WITHDRAWN)
        renew(claim, done=done)
    row.refresh_from_db()
    return {
        "import": order_import.pk,
        "orders_withdrawn": row.orders_withdrawn,
        "orders_restored": row.orders_restored,
        "orders_kept": row.orders_kept,
    }


def _hand_over(order_import: OrderImport) -> None:
    """Let the newest other report that repeated an order's state speak for it from now on."""
    repeating = confirmations_of(order_import).filter(order=OuterRef("pk")).order_by("-pk")
    mine = Order.objects.filter(last_import=order_import, is_withdrawn=False)
    handed = mine.filter(pk__in=confirmations_of(order_import).values("order_id"))
    ids = list(handed.values_list("pk", flat=True))
    Order.objects.filter(pk__in=ids).update(
        last_import=Subquery(repeating.values("order_import_id")[:1])
    )
    for start in range(0, len(ids), settings.IMPORT_CHUNK_ORDERS):
        _repeat_who_speaks(ids[start : start + settings.IMPORT_CHUNK_ORDERS])


def _repeat_who_speaks(order_ids: Collection[int]) -> None:
    """Where one that repeated speaks for an order now, let the others repeat that one.

    Where a door speaks nothing is left to do: what it said is never taken back.
    """
    rows = OrderConfirmation.objects.filter(
        order_id__in=order_ids, order__last_import__isnull=False
    ).select_related("order__last_import")
    repeated = {
        row.order_id: row.confirms_id
        for row in rows
        if row.order_import_id == row.order.last_import_id
    }
    moved = [
        row
        for row in rows
        if row.confirms_id == repeated.get(row.order_id)
        and row.order_import_id != row.order.last_import_id
    ]
    for row in moved:
        row.confirms = cast(OrderImport, row.order.last_import)
    OrderConfirmation.objects.bulk_update(moved, ["confirms"], batch_size=500)


def _plan(row: ImportWithdrawal) -> None:
    order_import = OrderImport.objects.select_for_update().get(pk=row.order_import_id)
    _check_withdrawable(order_import)
    row.job = create_job(
        kind="withdrawal",
        task_name=WITHDRAWAL_TASK,
        payload={"withdrawal": row.pk},
        created_by=row.checked_by,
        progress_total=affected_orders(order_import).count(),
    )
    row.save(update_fields=["job"])


def may_be_withdrawn(order_import: OrderImport) -> bool:
    """Say whether an import has written and stands still."""
    return order_import.state in _WITHDRAWABLE and order_import.started_at is not None


def _check_withdrawable(order_import: OrderImport) -> None:
    if not may_be_withdrawn(order_import):
        raise ImportNotFinished(
            _("导入 #%(id)s 当前为“%(state)s”，不能撤销。")
            % {"id": order_import.pk, "state": order_import.get_state_display()}
        )


def _context(order_import: OrderImport, source: str) -> RecordingContext:
    return open_context(order_import.sales_point, source=source)


def _plan_chunk(
    context: RecordingContext, order_import: OrderImport, ids: Collection[int], source: str
) -> list[PlannedOrder]:
    """Draft each order as it was before the import, or as withdrawn where it was not."""
    numbers = list(Order.objects.filter(pk__in=ids).values_list("number", flat=True))
    recorded = recorded_orders(order_import.sales_point_id, numbers)
    now, before = order_states(ids), earlier_states(ids, order_import)
    decisions = decisions_of(ids)
    orders: list[PlannedOrder] = []
    for known in recorded.values():
        state = before[known.order_id] or now[known.order_id]
        decided = decisions.get(known.order_id, NO_DECISIONS)
        order = draft_of_state(context, state, known, decided, source)
        order.is_withdrawn = before[known.order_id] is None
        orders.append(order)
    plan_ledger(context, orders)
    return orders
