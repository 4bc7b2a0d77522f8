"""What waits, what died, how far a group has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DateTimeField, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Now

from operations.models import Job, JobState
from operations.models.job import ATTEMPTS_EXHAUSTED


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """Jobs of one group by state."""

    total: int
    done: int
    failed: int
    open: int


def waiting_jobs() -> QuerySet[Job]:
    """Return jobs that wait for a worker: pending, or running on an expired lease.

    Not a violation: the sweeper rings for them (invariant I6 lists them).
    """
    expired = Q(state=JobState.RUNNING, lease_until__lt=Now())
    return Job.objects.filter(Q(state=JobState.PENDING) | expired).order_by("id")


def dead_jobs() -> QuerySet[Job]:
    """Return jobs that used up their attempts: the violation of invariant I6."""
    return Job.objects.filter(state=JobState.FAILED, error_code=ATTEMPTS_EXHAUSTED).order_by("id")


def jobs_to_ring(*, quiet_seconds: int, limit: int) -> QuerySet[Job]:
    """Return waiting jobs for which nobody rang within the last `quiet_seconds`, oldest first."""
    quiet_since = ExpressionWrapper(
        Now() - Value(timedelta(seconds=quiet_seconds)), output_field=DateTimeField()
    )
    return (
        waiting_jobs()
        .annotate(last_rung_at=Coalesce("rung_at", "created_at"))
        .filter(last_rung_at__lt=quiet_since)[:limit]
    )


def group_progress(group: str) -> GroupProgress:
    """Count the jobs of a group by state; cancelled ones count as failed."""
    ended_badly = [JobState.FAILED, JobState.CANCELLED]
    counts = Job.objects.filter(group=group).aggregate(
        total=Count("id"),
        done=Count("id", filter=Q(state=JobState.DONE)),
        failed=Count("id", filter=Q(state__in=ended_badly)),
    )
    open_jobs = counts["total"] - counts["done"] - counts["failed"]
    return GroupProgress(counts["total"], counts["done"], counts["failed"], open_jobs)
