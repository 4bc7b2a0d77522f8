"""Run one job from claim to end, the same way in a Celery task and in a command."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from common.errors import DomainError
from operations.errors import LeaseLost
from operations.services.jobs import Claim, claim_job, fail, finish

logger = logging.getLogger(__name__)


def run_job(job_id: int, work: Callable[[Claim], dict[str, Any]]) -> bool:
    """Claim the job, do the work, write its result; say whether this call finished it.

    A refusal (DomainError) fails the job with its code. Any other exception lets it wait
    for another attempt and is raised again, so that it shows in the log. A lost lease ends
    quietly: the job belongs to somebody else now.
    """
    claim = claim_job(job_id=job_id)
    return claim is not None and run_claim(claim, work)


def run_claim(claim: Claim, work: Callable[[Claim], dict[str, Any]]) -> bool:
    """Do the work of a job that is already claimed; otherwise as `run_job`."""
    try:
        finish(claim, work(claim))
    except LeaseLost:
        logger.warning("job %s was taken over; this worker stops", claim.job_id)
        return False
    except DomainError as refusal:
        _fail_quietly(claim, code=refusal.code, message=refusal.message, retry=False)
        return False
    except Exception as error:
        _fail_quietly(claim, code=type(error).__name__, message=str(error), retry=True)
        raise
    return True


def _fail_quietly(claim: Claim, *, code: str, message: str, retry: bool) -> None:
    """Record the failure unless the job was taken over meanwhile."""
    try:
        fail(claim, code=code, message=message, retry=retry)
    except LeaseLost:
        logger.warning("job %s was taken over before its failure was noted", claim.job_id)
