"""How background work says no."""

from __future__ import annotations

from common.errors import DomainError


class LeaseLost(DomainError):
    """Another worker, or a cancellation, took the job over: this worker must write nothing more."""

    code = "lease_lost"


class UnknownJob(DomainError):
    """There is no job with that number."""

    code = "unknown_job"
    status = 404


class JobCannotChange(DomainError):
    """The job's state does not allow what was asked, such as cancelling a finished job."""

    code = "job_cannot_change"
