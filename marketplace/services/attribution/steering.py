"""Who opens runs: people, the schedule, and a second try at what failed."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from marketplace.errors import RunCannotBeRetried, RunInProgress
from marketplace.models import AttributionRun
from marketplace.selectors import attribution as selectors
from marketplace.services.attribution.running import open_run, settle_run
from operations.models import JobState
from operations.services.jobs import retry
from orders.models import ChangedOrder

# After a failed run the schedule leaves the feed to people for so long.
REST_AFTER_FAILURE = timedelta(hours=1)
Status = AttributionRun.Status


@transaction.atomic
def ask_run(*, kind: str, campaign_code: str, actor: User) -> AttributionRun:
    """Open a run that a person asks for. Raises RunInProgress, UnknownCampaign."""
    run = open_run(kind=kind, campaign_code=campaign_code, requested_by=actor)
    _record(run, actor, "requested")
    return run


def join_open_run() -> AttributionRun | None:
    """Return the open run; None where none is, or where all that it lacked was to be closed."""
    run = selectors.open_run()
    if run is not None:
        run = settle_run(run.pk)
    return run if run is not None and run.status == Status.OPEN else None


def sweep_feed() -> AttributionRun | None:
    """Open a run of the changed orders where some wait and nothing stands against it.

    Closes a run whose last worker died before it could. None where there is nothing to do: a
    run is open, the feed is empty, or the last run failed less than an hour ago and would
    fail again.
    """
    if join_open_run() is not None or not ChangedOrder.objects.exists():
        return None
    last = AttributionRun.objects.order_by("-id").first()
    if last is not None and last.status == Status.FAILED and _ended_lately(last):
        return None
    try:
        return open_run(kind=AttributionRun.Kind.CHANGED)
    except RunInProgress:
        return None


@transaction.atomic
def reopen_run(run: AttributionRun, actor: User) -> AttributionRun:
    """Open the last run again and let its failed partitions wait for work.

    Raises RunCannotBeRetried where it has not failed, or where a later run has opened since:
    its entries must stay the last. Raises RunInProgress while another run is open.
    """
    run = AttributionRun.objects.select_for_update().get(pk=run.pk)
    if run.status != Status.FAILED:
        raise RunCannotBeRetried(_("计算批次 #%(run)s 没有失败，不能重试。") % {"run": run.pk})
    try:
        with transaction.atomic():
            run.status, run.finished_at = Status.OPEN, None
            run.save(update_fields=["status", "finished_at"])
    except IntegrityError:
        raise RunInProgress(_("另一个归因计算正在进行，请等它结束。")) from None
    # Asked after the run is open: from here on no other can open.
    if not selectors.can_be_retried(run):
        raise RunCannotBeRetried(
            _("计算批次 #%(run)s 之后已有新的计算，请重新发起。") % {"run": run.pk}
        )
    ended_badly = [JobState.FAILED, JobState.CANCELLED]
    for job in selectors.partitions_of(run.pk).filter(state__in=ended_badly):
        retry(job.pk)
    _record(run, actor, "retried")
    return run


def _ended_lately(run: AttributionRun) -> bool:
    return run.finished_at is not None and clock.now() - run.finished_at < REST_AFTER_FAILURE


def _record(run: AttributionRun, actor: User, action: str) -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind=AttributionRun._meta.label_lower,
        object_key=run.pk,
        changes={"kind": [None, run.kind], "campaign_code": [None, run.campaign_code]},
    )
