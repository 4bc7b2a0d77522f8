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
from marketplace.services.attribution.steering import (
    ask_run,
    join_open_run,
    reopen_run,
    sweep_feed,
)

__all__ = [
    "ask_run",
    "check_run",
    "join_open_run",
    "open_run",
    "reopen_run",
    "request_run",
    "resume_open_run",
    "settle_run",
    "sweep_feed",
    "work_job",
    "work_run",
]
