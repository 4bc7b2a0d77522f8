"""Jobs, and the declaration of append-only models."""

from operations.models.append_only import append_only, append_only_tables
from operations.models.job import Job, JobState

__all__ = ["Job", "JobState", "append_only", "append_only_tables"]
