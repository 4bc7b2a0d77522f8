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


class ReviewRefused(DomainError):
    """The state of a reviewed row does not allow the act that was asked."""

    code = "review_refused"


class MakerMayNotCheck(DomainError):
    """Who prepared a row may not check it, nor who asked its revocation the revocation."""

    code = "maker_may_not_check"
    status = 403


class ReasonMissing(DomainError):
    """Giving back and revoking need a reason in words."""

    code = "reason_missing"
    status = 422


class OutOfReach(DomainError):
    """What was stated lies outside the places that the person may write for."""

    code = "out_of_reach"
    status = 403


class KeyUsedOtherwise(DomainError):
    """The idempotency key came with another request before."""

    code = "idempotency_key_reused"
    status = 422
