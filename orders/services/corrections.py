"""Freeze again what was frozen from a wrong entry (台账更正): checked, then worked as a job."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from operations.services.jobs import Claim, create_job, renew
from operations.services.reviewing import approve, mark_made, record_making
from orders.errors import EvidenceMissing, PeriodNotValid
from orders.models import EvidenceFile, LedgerCorrection, Order, SalesPoint
from orders.services.recording.restating import restate_orders

CORRECTION_TASK = "orders.tasks.run_correction"


@transaction.atomic
def propose_correction(
    *,
    sales_point: SalesPoint,
    first_day: date,
    last_day: date,
    reason: str,
    papers: Iterable[EvidenceFile] = (),
    actor: User | None,
) -> LedgerCorrection:
    """Prepare to freeze a sales point's sales of some days again, from today's entries.

    Both days are days of payment and included. Raises EvidenceMissing, PeriodNotValid.
    """
    if not reason.strip():
        raise EvidenceMissing(_("请说明更正的原因。"))
    if last_day < first_day:
        raise PeriodNotValid(_("止日不能早于起日。"))
    if not clock.is_plausible_period(first_day, last_day):
        raise PeriodNotValid(_("日期超出范围。"))
    row = LedgerCorrection(
        sales_point=sales_point,
        first_day=first_day,
        last_day=last_day,
        reason=reason.strip()[:500],
    )
    mark_made(row, actor)
    row.save()
    row.papers.set(papers)
    record_making(row)
    return row


def approve_correction(row: LedgerCorrection, actor: User | None) -> LedgerCorrection:
    """Put a correction in force: a job restates the orders; the door rings for `row.job`.

    Raises ReviewRefused, MakerMayNotCheck.
    """
    approved = approve(row, actor, _plan)
    approved.refresh_from_db()
    return approved


def run_correction(claim: Claim) -> dict[str, Any]:
    """Restate the orders of a correction chunk by chunk, from where it last stopped.

    Raises LeaseLost when another worker took the job over; its chunk is then rolled back.
    """
    row = LedgerCorrection.objects.get(pk=claim.payload["correction"])
    done = 0
    while chunk := list(_orders(row).filter(pk__gt=row.done_until)[: settings.IMPORT_CHUNK_ORDERS]):
        done += len(chunk)
        with transaction.atomic():
            changed = restate_orders(chunk, source=f"correction:{row.pk}", refreeze=True)
            row.done_until = chunk[-1]
            LedgerCorrection.objects.filter(pk=row.pk).update(
                done_until=row.done_until, orders_changed=F("orders_changed") + changed
            )
            renew(claim, done=done)
    row.refresh_from_db()
    return {"correction": row.pk, "orders_changed": row.orders_changed}


def _plan(row: LedgerCorrection) -> None:
    row.job = create_job(
        kind="correction",
        task_name=CORRECTION_TASK,
        payload={"correction": row.pk},
        created_by=row.checked_by,
        progress_total=_orders(row).count(),
    )
    row.save(update_fields=["job"])


def _orders(row: LedgerCorrection) -> Any:
    """Return the ids of the orders that a correction looks at, ascending."""
    start, end = clock.window_of_days(row.first_day, row.last_day)
    orders = Order.objects.filter(
        sales_point_id=row.sales_point_id, paid_at__gte=start, paid_at__lt=end, is_withdrawn=False
    )
    return orders.order_by("pk").values_list("pk", flat=True)
