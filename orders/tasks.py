"""Background doors of orders: they carry an id and call one worker function."""

from __future__ import annotations

from celery import shared_task

from operations.services.running import run_job
from orders.intake.import_jobs import work_import, work_preview
from orders.services import corrections, importing, matching, receiving, withdrawing
from orders.services.storefront.ending import expire_orders
from orders.services.storefront.sending import receive_by_time


@shared_task(name=receiving.PREVIEW_TASK, ignore_result=True)
def preview_import(job_id: int) -> bool:
    """Read an upload and say what it would do. Safe to repeat."""
    return run_job(job_id, work_preview)


@shared_task(name=importing.IMPORT_TASK, ignore_result=True)
def run_import(job_id: int) -> bool:
    """Work an import job. Safe to repeat: the job's lease lets one worker in at a time."""
    return run_job(job_id, work_import)


@shared_task(name=withdrawing.WITHDRAWAL_TASK, ignore_result=True)
def run_withdrawal(job_id: int) -> bool:
    """Carry out the withdrawal of an import. Safe to repeat."""
    return run_job(job_id, withdrawing.run_withdrawal)


@shared_task(name=corrections.CORRECTION_TASK, ignore_result=True)
def run_correction(job_id: int) -> bool:
    """Restate the ledger of a correction. Safe to repeat."""
    return run_job(job_id, corrections.run_correction)


@shared_task(name=matching.MATCHING_TASK, ignore_result=True)
def run_matching(job_id: int) -> bool:
    """Apply a decision about goods to what is recorded. Safe to repeat."""
    return run_job(job_id, matching.run_matching)


@shared_task(name="orders.tend_storefront", ignore_result=True)
def tend_storefront() -> int:
    """Cancel what was not paid in time, receive what was sent long ago. Safe to repeat."""
    return expire_orders() + receive_by_time()
