"""Celery's doors to attribution. The work is rows; a message only rings for them."""

from __future__ import annotations

from celery import shared_task

from marketplace.errors import RunInProgress
from marketplace.models import AttributionRun
from marketplace.selectors.attribution import open_partitions
from marketplace.services.attribution import join_open_run, open_run, sweep_feed, work_job
from marketplace.services.attribution.previewing import PREVIEW_TASK, work_preview
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
        run: AttributionRun | None = open_run(kind=kind, campaign_code=campaign_code)
    except RunInProgress:
        run = join_open_run()
    ring_for(run)


@shared_task(name="marketplace.tasks.sweep_attribution")
def sweep_attribution() -> None:
    """Attribute changed orders where some wait, and close a run that its workers left behind."""
    ring_for(sweep_feed())


@shared_task(name=ESTIMATE_TASK)
def estimate_uplift(job_id: int) -> None:
    """Estimate what a campaign added."""
    work_estimate(job_id)


@shared_task(name=PREVIEW_TASK)
def preview_campaign(job_id: int) -> None:
    """Preview what a draft of rules would move."""
    work_preview(job_id)


def ring_for(run: AttributionRun | None) -> None:
    """Ring for what is open of a run."""
    if run is not None:
        for job in open_partitions(run.pk):
            ring(job)
