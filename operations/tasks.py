"""The doorbell and the sweeper that rings again (docs/decisions/0008-jobs-and-celery.md).

Other apps' doors import `ring`; services never do.
"""

from __future__ import annotations

import logging

from celery import current_app, shared_task
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import KombuError, OperationalError

from operations.models import Job
from operations.selectors.jobs import jobs_to_ring
from operations.services.idempotency import sweep_idempotency_keys

logger = logging.getLogger(__name__)

# One sweep rings at most this often, so a long backlog cannot flood the broker.
SWEEP_LIMIT = 200


def ring(job: Job) -> None:
    """Send the job's task once the present transaction is committed.

    A broker that is down is logged and nothing else: the work is a row, and the sweeper
    rings again.
    """
    task_name, job_id = job.task_name, job.pk
    transaction.on_commit(lambda: _send(task_name, job_id), robust=True)


@shared_task(name="operations.sweep_jobs", ignore_result=True)
def sweep_jobs() -> int:
    """Ring for every job that waits without anyone having rung lately; return how many."""
    rung = 0
    waiting = list(jobs_to_ring(quiet_seconds=settings.JOB_SWEEP_SECONDS, limit=SWEEP_LIMIT))
    for job in waiting:
        if not _send(job.task_name, job.pk):
            break
        Job.objects.filter(pk=job.pk).update(rung_at=Now())
        rung += 1
    return rung


@shared_task(name="operations.sweep_idempotency_keys", ignore_result=True)
def sweep_keys() -> int:
    """Forget keys of requests after seven days; return how many. Safe to repeat."""
    return sweep_idempotency_keys()


def _send(task_name: str, job_id: int) -> bool:
    """Send one message, without retries; say whether the broker took it."""
    try:
        task = current_app.tasks.get(task_name)
        if task is not None:
            task.apply_async(args=(job_id,), retry=False)
        else:
            current_app.send_task(task_name, args=(job_id,), retry=False)
    except (OperationalError, KombuError, OSError) as error:
        logger.warning("broker unreachable, job %s waits for the sweeper: %s", job_id, error)
        return False
    return True
