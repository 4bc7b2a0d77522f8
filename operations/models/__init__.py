"""Jobs, keys of requests, append-only models, and what makers and checkers share."""

from operations.models.append_only import append_only, append_only_tables
from operations.models.idempotency import IdempotencyKey
from operations.models.job import Job, JobState
from operations.models.reviewed import STATES_IN_FORCE, Reviewed, ReviewState

__all__ = [
    "STATES_IN_FORCE",
    "IdempotencyKey",
    "Job",
    "JobState",
    "ReviewState",
    "Reviewed",
    "append_only",
    "append_only_tables",
]
