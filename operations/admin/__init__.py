"""The back office of work: jobs, and what is prepared by one and checked by another."""

from operations.admin import jobs, keys, reviewing, steps

__all__ = ["jobs", "keys", "reviewing", "steps"]
