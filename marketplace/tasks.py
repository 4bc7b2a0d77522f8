"""Celery's doors to attribution. The work is rows; a message only rings for them."""

from __future__ import annotations

from celery import shared_task

from marketplace.errors import RunInProgress
from marketplace.models import AttributionRun
from marketplace.selectors.attribution import open_partitions
from marketplace.selectors.attribution import open_run as find_open_run
from marketplace.services.attribution import open_run, settle_run, work_job
from marketplace.services.uplift.estimating import ESTIMATE_TASK, work_estimate
from operations.tasks import ring


@shared_task(name="marketplace.tasks.attribute_partition")
def attribute_partition(job_id: int) -> None:
    """Work one partition, and close its run after the last one."""
    work_job(job_id)


@shared_task(name="marketplace.tasks.request_attribution")
def request_attribution(kind: str = AttributionRun.Kind.CHANGED, campaign_code: str = "") -> None:
    """Open a run and ring for its partitions; while another is open, ring for that one."""
    try:
        run = open_run(kind=kind, campaign_code=campaign_code)
    except RunInProgress:
        other = find_open_run()
        if other is None:
            return
        run = settle_run(other.pk)
    for job in open_partitions(run.pk):
        ring(job)


@shared_task(name=ESTIMATE_TASK)
def estimate_uplift(job_id: int) -> None:
    """Estimate what a campaign added."""
    work_estimate(job_id)
