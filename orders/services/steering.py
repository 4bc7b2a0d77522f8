"""Steer an import through its life: confirm, cancel, resume.

Each act locks the import, so of two at once the second is refused. The states and their moves
are in docs/decisions/0018-life-of-an-import.md. The door rings for the job.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from operations.models import Job, JobState
from operations.services.jobs import cancel, create_job, retry
from orders.errors import AlreadyDecided, DatesNotConfirmed, ImportCannotChange
from orders.models import ImportWithdrawal, OrderImport
from orders.selectors.imports import can_be_resumed, outside_orders
from orders.services.importing import IMPORT_TASK
from orders.services.receiving import PREVIEW_TASK

State = OrderImport.State
_LIVE = (JobState.PENDING, JobState.RUNNING)


@transaction.atomic
def confirm_import(
    order_import: OrderImport, actor: User | None, *, dates_confirmed: bool = False
) -> OrderImport:
    """Let a previewed import be written: a job reads its files again and writes.

    Raises ImportCannotChange unless it waits for this, and DatesNotConfirmed where payments lie
    outside the expected period and `dates_confirmed` is not said.
    """
    row = _locked(order_import)
    if row.state != State.PREVIEWED:
        raise _cannot(row, _("导入 #%(id)s 当前为“%(state)s”，不能确认。"))
    outside = outside_orders(row)
    if outside and not dates_confirmed:
        raise DatesNotConfirmed(
            _("有 %(count)s 个订单的付款日不在预计期间，请先勾选确认。") % {"count": outside}
        )
    row.state = State.RUNNING
    row.job = _new_job(row, actor)
    row.save(update_fields=["state", "job"])
    _audit(row, actor, "import.confirm", {"outside_orders": [None, outside]} if outside else {})
    return row


@transaction.atomic
def cancel_import(order_import: OrderImport, actor: User | None) -> OrderImport:
    """Stop an import: nothing was written before it ran; chunks that were written stay.

    A worker that is at it is refused at its next renewal, and its chunk is rolled back. Raises
    ImportCannotChange for one that has ended.
    """
    row = _locked(order_import)
    if row.state not in {State.UPLOADED, State.PREVIEWED, State.RUNNING}:
        raise _cannot(row, _("导入 #%(id)s 当前为“%(state)s”，不能取消。"))
    before = row.state
    row.state, row.finished_at = State.CANCELLED, clock.now()
    row.save(update_fields=["state", "finished_at"])
    if row.job is not None and Job.objects.select_for_update().get(pk=row.job.pk).state in _LIVE:
        cancel(row.job.pk)
    changes: dict[str, list[object]] = {
        "state": [before, row.state],
        "done_orders": [None, row.done_orders],
    }
    _audit(row, actor, "import.cancel", changes)
    return row


@transaction.atomic
def resume_import(order_import: OrderImport, actor: User | None) -> OrderImport:
    """Go on after the last chunk that was written, or read again what was never confirmed.

    Raises ImportCannotChange unless the import was cancelled, failed or lost its job, and
    AlreadyDecided while its withdrawal is asked for or done.
    """
    row = _locked(order_import)
    if not can_be_resumed(row):
        raise _cannot(row, _("导入 #%(id)s 当前为“%(state)s”，不能继续。"))
    standing = ImportWithdrawal.objects.filter(order_import=row)
    if standing.exclude(state__in=["returned", "revoked"]).exists():
        raise AlreadyDecided(_("这次导入已有撤销申请，请处理已有的一行。"))
    before = row.state
    is_confirmed = row.job is not None and row.job.task_name == IMPORT_TASK
    is_confirmed = is_confirmed or row.started_at is not None
    row.state = State.RUNNING if is_confirmed else State.UPLOADED
    row.finished_at, row.refusal_code, row.refusal_message = None, "", ""
    if row.job is not None and row.job.state != JobState.DONE:
        retry(row.job.pk)
    else:
        row.job = _new_job(row, actor)
    row.save(update_fields=["state", "finished_at", "refusal_code", "refusal_message", "job"])
    _audit(row, actor, "import.resume", {"state": [before, row.state]})
    return row


def _locked(order_import: OrderImport) -> OrderImport:
    return (
        OrderImport.objects.select_for_update(of=("self",))
        .select_related("job", "sales_point")
        .get(pk=order_import.pk)
    )


def _new_job(row: OrderImport, actor: User | None) -> Job:
    """Make the job that an import of this state needs."""
    writes = row.state == State.RUNNING
    return create_job(
        kind="import" if writes else "import-preview",
        task_name=IMPORT_TASK if writes else PREVIEW_TASK,
        payload={"import": row.pk},
        created_by=actor,
        progress_total=row.findings["orders"] if writes and row.findings else 0,
    )


def _audit(
    row: OrderImport, actor: User | None, action: str, changes: dict[str, list[object]]
) -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind=row._meta.label_lower,
        object_key=row.pk,
        changes=changes,
    )


def _cannot(row: OrderImport, sentence: str) -> ImportCannotChange:
    return ImportCannotChange(
        sentence % {"id": row.pk, "state": row.get_state_display()}, import_id=row.pk
    )
