"""Attribution: the only writer of runs, attribution entries and daily totals."""

from marketplace.services.attribution.running import (
    check_run,
    open_run,
    request_run,
    resume_open_run,
    settle_run,
    work_job,
    work_run,
)

__all__ = [
    "check_run",
    "open_run",
    "request_run",
    "resume_open_run",
    "settle_run",
    "work_job",
    "work_run",
]
