"""What is measured in a database that `bench.filling` filled."""

from __future__ import annotations

import subprocess
import sys
import time

from bench.filling import refund_some
from bench.jobs import attribute
from marketplace.services.attribution import open_run, resume_open_run


def attribute_by_two() -> float:
    """Time a full run that this process and another one work together."""
    started = time.perf_counter()
    open_run(kind="full")
    command = [sys.executable, "-m", "bench.child", "work_open_run", "[]"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as other:
        resume_open_run()
    assert other.returncode == 0
    return time.perf_counter() - started


def work_open_run() -> float:
    """Time helping with the open run."""
    started = time.perf_counter()
    resume_open_run()
    return time.perf_counter() - started


def attribute_refunds(orders: int) -> float:
    """Refund a line of `orders` orders, then time `attribute --changed`."""
    refund_some(orders)
    return attribute("changed")
