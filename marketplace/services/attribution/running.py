"""Runs: open one, work its partitions, close it. One run is open at a time.

A run is rows: the run and one job per partition. Any number of workers take the jobs; a run
whose workers were killed is finished by whoever works it next (docs/decisions/0007-attribution.md,
"Storage and runs").
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import DomainError
from marketplace.errors import AttributionFailed, RunInProgress
from marketplace.models import AttributionRun
from marketplace.rules.attribution_models import ENGINE_VERSION
from marketplace.rules.campaigns import CampaignRules
from marketplace.selectors import attribution as selectors
from marketplace.selectors.campaigns import current_versions, find_campaign
from marketplace.services.attribution.batches import rules_hash
from marketplace.services.attribution.partitions import partition_jobs, work_partition
from operations.errors import LeaseLost
from operations.models import JobState
from operations.selectors.jobs import GroupProgress, group_progress
from operations.services.jobs import Claim, claim_job, claim_next, create_jobs, fail
from orders.models import SalesEntry

logger = logging.getLogger(__name__)

# How often a worker looks again while others hold the last partitions. Unit: seconds.
WAIT_SECONDS = 0.5
Kind = AttributionRun.Kind
Status = AttributionRun.Status
Watch = Callable[[GroupProgress], None]


def request_run(
    *,
    kind: str,
    campaign_code: str = "",
    requested_by: User | None = None,
    batch_orders: int | None = None,
) -> AttributionRun:
    """Open a run and its partition jobs, finishing an open run first in this process.

    Raises UnknownCampaign. A run with nothing to do is closed at once.
    """
    while True:
        try:
            return open_run(
                kind=kind,
                campaign_code=campaign_code,
                requested_by=requested_by,
                batch_orders=batch_orders,
            )
        except RunInProgress:
            resume_open_run()


def open_run(
    *,
    kind: str,
    campaign_code: str = "",
    requested_by: User | None = None,
    batch_orders: int | None = None,
) -> AttributionRun:
    """Open a run and its partition jobs. Raises RunInProgress while one is open.

    `batch_orders`: orders per partition, by default settings.ATTRIBUTION_BATCH_ORDERS; results
    do not depend on it. The run is full, whatever is asked, where the credits that stand were
    computed by another version of the engine. Raises UnknownCampaign for a campaign run of a
    code that names none.
    """
    if kind == Kind.CAMPAIGN:
        find_campaign(campaign_code)
    with transaction.atomic():
        if selectors.is_of_another_engine():
            kind, campaign_code = Kind.FULL, ""
        run = _create_run(kind, campaign_code, requested_by)
        size = batch_orders or settings.ATTRIBUTION_BATCH_ORDERS
        jobs = partition_jobs(run, selectors.run_group(run.pk), size)
        create_jobs(jobs, created_by=requested_by)
    return run if jobs else settle_run(run.pk)


def resume_open_run(watch: Watch | None = None) -> AttributionRun | None:
    """Work the open run to its end in this process; None when no run is open."""
    run = selectors.open_run()
    return None if run is None else work_run(run.pk, watch)


def work_run(run_id: int, watch: Watch | None = None) -> AttributionRun:
    """Work the partitions of a run until none is left, and return the ended run.

    Partitions that others hold are waited for: they end, or their lease runs out and they are
    worked here. `watch` is told the progress after each partition.
    """
    group = selectors.run_group(run_id)
    while True:
        claim = claim_next(group=group)
        if claim is not None:
            work_claim(claim)
        elif selectors.has_open_partitions(run_id):
            time.sleep(WAIT_SECONDS)
        else:
            return settle_run(run_id)
        if watch is not None:
            watch(group_progress(group))


def work_job(job_id: int) -> None:
    """Work one partition, if it is to be had, and close its run if it was the last one."""
    claim = claim_job(job_id=job_id)
    if claim is not None:
        work_claim(claim)
    run = selectors.run_of_partition(job_id)
    if run is not None:
        settle_run(run)


def work_claim(claim: Claim) -> bool:
    """Work a claimed partition; say whether this call finished it.

    A refusal fails it; any other error lets it wait for another attempt.
    """
    try:
        work_partition(claim)
    except LeaseLost:
        logger.warning("partition %s was taken over; this worker stops", claim.job_id)
        return False
    except Exception as error:
        refused = isinstance(error, DomainError)
        code = error.code if isinstance(error, DomainError) else type(error).__name__
        if not refused:
            logger.exception("partition %s failed", claim.job_id)
        _note_failure(claim, code, str(error), retry=not refused)
        return False
    return True


def settle_run(run_id: int) -> AttributionRun:
    """Close a run whose partitions have all ended; otherwise return it as it is.

    One partition that failed makes the run failed: what the others wrote is right, and the
    orders that were not reached stay in the feed.
    """
    if selectors.has_open_partitions(run_id):
        return AttributionRun.objects.get(pk=run_id)
    with transaction.atomic():
        run = AttributionRun.objects.select_for_update().get(pk=run_id)
        if run.status != Status.OPEN or selectors.has_open_partitions(run_id):
            return run
        _close(run)
    return run


def check_run(run: AttributionRun) -> AttributionRun:
    """Return the run. Raises AttributionFailed, with the first cause, when it has failed."""
    if run.status != Status.FAILED:
        return run
    ended_badly = [JobState.FAILED, JobState.CANCELLED]
    job = selectors.partitions_of(run.pk).filter(state__in=ended_badly).order_by("id").first()
    cause = f"{job.error_code} {job.error_message}".strip() if job is not None else ""
    raise AttributionFailed(
        _("计算批次 #%(run)s 失败：%(cause)s") % {"run": run.pk, "cause": cause}, run=run.pk
    )


def _create_run(kind: str, campaign_code: str, requested_by: User | None) -> AttributionRun:
    """Write the run; the partial unique constraint lets one be open."""
    try:
        with transaction.atomic():
            versions = current_versions()
            return AttributionRun.objects.create(
                kind=kind,
                campaign_code=campaign_code,
                requested_by=requested_by,
                rules_hash=rules_hash(versions),
                versions=_numbers(versions),
                engine_version=ENGINE_VERSION,
                started_at=clock.now(),
                watermark=SalesEntry.objects.aggregate(last=Max("id"))["last"] or 0,
            )
    except IntegrityError:
        raise RunInProgress(_("另一个归因计算正在进行，请等它结束。")) from None


def _close(run: AttributionRun) -> None:
    partitions = list(selectors.partitions_of(run.pk).values_list("state", "result"))
    done = [result for state, result in partitions if state == JobState.DONE]
    run.status = Status.DONE if len(done) == len(partitions) else Status.FAILED
    run.orders = sum(result["orders"] for result in done)
    run.candidates = sum(result["candidates"] for result in done)
    run.entries_written = sum(result["entries_written"] for result in done)
    # Rules published while the run worked: it has no one hash, and the feed holds their orders.
    hashes = {result["rules_hash"] for result in done} or {run.rules_hash}
    run.rules_hash = hashes.pop() if len(hashes) == 1 else ""
    versions = current_versions()
    run.versions = _numbers(versions) if rules_hash(versions) == run.rules_hash else {}
    run.digest = selectors.state_digest()
    run.finished_at = clock.now()
    run.save()


def _numbers(versions: Sequence[CampaignRules]) -> dict[str, int]:
    return {rules.code: rules.number for rules in versions}


def _note_failure(claim: Claim, code: str, message: str, *, retry: bool) -> None:
    try:
        fail(claim, code=code, message=message, retry=retry)
    except LeaseLost:
        logger.warning("partition %s was taken over before its failure was noted", claim.job_id)
