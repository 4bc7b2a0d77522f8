"""Write jobs: create, claim, renew, finish, fail, cancel, retry.

Every change of a claimed job is one UPDATE guarded by (id, token, running) whose row count
is checked, so a worker that lost its lease can change nothing. Leases are compared on the
database's clock: workers' clocks may differ (docs/decisions/0008-jobs-and-celery.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from accounts.models import User
from operations.errors import JobCannotChange, LeaseLost, UnknownJob
from operations.models import Job, JobState
from operations.models.job import ATTEMPTS_EXHAUSTED


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one job, valid while its token is the job's newest."""

    job_id: int
    token: int
    kind: str
    payload: dict[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class NewJob:
    """What `create_jobs` needs to write one row; the fields mean what they mean on Job."""

    kind: str
    task_name: str
    payload: dict[str, Any] = field(hash=False)
    group: str = ""
    ordinal: int = 0
    progress_total: int = 0


def create_job(
    *,
    kind: str,
    task_name: str,
    payload: dict[str, Any],
    created_by: User | None = None,
    group: str = "",
    ordinal: int = 0,
    progress_total: int = 0,
) -> Job:
    """Write one pending job; the caller's door rings for it (`operations.tasks.ring`)."""
    return Job.objects.create(
        kind=kind,
        task_name=task_name,
        payload=payload,
        created_by=created_by,
        group=group,
        ordinal=ordinal,
        progress_total=progress_total,
    )


def create_jobs(jobs: Iterable[NewJob], *, created_by: User | None = None) -> list[Job]:
    """Write many pending jobs at once, in the given order."""
    return Job.objects.bulk_create(
        [
            Job(
                kind=job.kind,
                task_name=job.task_name,
                payload=job.payload,
                created_by=created_by,
                group=job.group,
                ordinal=job.ordinal,
                progress_total=job.progress_total,
            )
            for job in jobs
        ],
        batch_size=500,
    )


def lease_end() -> ExpressionWrapper:
    """Return the expression "database now plus one lease"."""
    return ExpressionWrapper(
        Now() + Value(timedelta(seconds=settings.JOB_LEASE_SECONDS)),
        output_field=DateTimeField(),
    )


def claimable() -> Q:
    """Return the condition under which a job may be taken: waiting, or its lease ran out."""
    return Q(state=JobState.PENDING) | Q(state=JobState.RUNNING, lease_until__lt=Now())


def claim_job(*, job_id: int) -> Claim | None:
    """Take one job; None when it is finished, held by another worker or out of attempts.

    A job that was tried `max_attempts` times and died each time becomes failed with the
    code `attempts_exhausted` (dead letter) instead of being handed out again.
    """
    with transaction.atomic():
        taken = Job.objects.filter(claimable(), pk=job_id, attempts__lt=F("max_attempts")).update(
            state=JobState.RUNNING,
            token=F("token") + 1,
            attempts=F("attempts") + 1,
            lease_until=lease_end(),
            started_at=Coalesce(F("started_at"), Now()),
        )
        if taken != 1:
            _bury(job_id)
            return None
        # Read in the same transaction: the UPDATE above still holds the row.
        job = Job.objects.only("token", "kind", "payload").get(pk=job_id)
    return Claim(job_id=job_id, token=job.token, kind=job.kind, payload=job.payload)


def claim_next(*, group: str) -> Claim | None:
    """Take the first claimable job of a group by (ordinal, id); None when none is left.

    Losing a candidate to another worker leads to the next one, so this ends.
    """
    while True:
        candidate = (
            Job.objects.filter(claimable(), group=group)
            .order_by("ordinal", "id")
            .values_list("pk", flat=True)
            .first()
        )
        if candidate is None:
            return None
        claim = claim_job(job_id=candidate)
        if claim is not None:
            return claim


def renew(
    claim: Claim, *, done: int | None = None, total: int | None = None, note: str | None = None
) -> None:
    """Extend the lease and record progress.

    Call it inside the transaction of the chunk it reports: for a stale worker it raises
    LeaseLost, and that rolls the chunk back.
    """
    changes: dict[str, Any] = {"lease_until": lease_end()}
    if done is not None:
        changes["progress_done"] = done
    if total is not None:
        changes["progress_total"] = total
    if note is not None:
        changes["note"] = note[:200]
    _change_held(claim, changes)


def finish(claim: Claim, result: dict[str, Any]) -> None:
    """Mark the job done with its result. Raises LeaseLost for a stale worker."""
    changes = {"state": JobState.DONE, "result": result, "error_code": "", "error_message": ""}
    _change_held(claim, {**changes, "lease_until": None, "finished_at": Now()})


def fail(claim: Claim, *, code: str, message: str, retry: bool = False) -> None:
    """Mark the job failed; with `retry` it waits for another attempt while any is left.

    A retry after the last attempt fails with the code `attempts_exhausted` and the cause
    in the message. Raises LeaseLost for a stale worker.
    """
    failed = {"state": JobState.FAILED, "lease_until": None, "finished_at": Now()}
    if not retry:
        _change_held(claim, {**failed, "error_code": code[:60], "error_message": message})
        return
    waiting = {"state": JobState.PENDING, "lease_until": None}
    cause = {"error_code": code[:60], "error_message": message}
    if _held(claim).filter(attempts__lt=F("max_attempts")).update(**waiting, **cause):
        return
    exhausted = {"error_code": ATTEMPTS_EXHAUSTED, "error_message": f"{code}: {message}"}
    _change_held(claim, {**failed, **exhausted})


def cancel(job_id: int) -> None:
    """Cancel a waiting or running job; its worker is refused at its next renewal.

    Raises UnknownJob, or JobCannotChange when the job has already ended.
    """
    live = Job.objects.filter(pk=job_id, state__in=[JobState.PENDING, JobState.RUNNING])
    changed = live.update(
        state=JobState.CANCELLED, token=F("token") + 1, lease_until=None, finished_at=Now()
    )
    if changed != 1:
        _refuse(job_id, _("任务已经结束，不能取消。"))


def retry(job_id: int) -> None:
    """Let a failed or cancelled job wait for work again, with all its attempts.

    Raises UnknownJob, or JobCannotChange when the job has not failed.
    """
    ended = Job.objects.filter(pk=job_id, state__in=[JobState.FAILED, JobState.CANCELLED])
    changed = ended.update(
        state=JobState.PENDING,
        attempts=0,
        lease_until=None,
        finished_at=None,
        error_code="",
        error_message="",
    )
    if changed != 1:
        _refuse(job_id, _("只有失败或已取消的任务才能重试。"))


def _held(claim: Claim) -> Any:
    """Return the job row as long as this claim still holds it."""
    return Job.objects.filter(pk=claim.job_id, token=claim.token, state=JobState.RUNNING)


def _change_held(claim: Claim, changes: dict[str, Any]) -> None:
    if _held(claim).update(**changes) != 1:
        raise LeaseLost(
            _("任务 #%(job)s 已被其他进程接管或取消。") % {"job": claim.job_id}, job_id=claim.job_id
        )


def _bury(job_id: int) -> None:
    """Turn a claimable job without attempts left into a dead letter."""
    exhausted = Job.objects.filter(claimable(), pk=job_id, attempts__gte=F("max_attempts"))
    exhausted.update(
        state=JobState.FAILED,
        lease_until=None,
        finished_at=Now(),
        error_code=ATTEMPTS_EXHAUSTED,
        error_message=_("任务多次中断，已停止自动重试，请人工检查。"),
    )


def _refuse(job_id: int, message: str) -> None:
    if not Job.objects.filter(pk=job_id).exists():
        raise UnknownJob(_("没有编号为 %(job)s 的任务。") % {"job": job_id}, job_id=job_id)
    raise JobCannotChange(message, job_id=job_id)
