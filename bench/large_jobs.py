"""What is measured in a database that `bench.filling` filled."""

from __future__ import annotations

import subprocess
import sys
import time

from bench.filling import refund_some
from marketplace.services.attribution import open_run, request_run, resume_open_run, work_run


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
    """Refund a line of `orders` orders, then time a run of what changed.

    Not the command: it also lists the marks that name no campaign, which reads every order.
    """
    refund_some(orders)
    started = time.perf_counter()
    run = work_run(request_run(kind="changed").pk)
    assert run.orders == orders
    return time.perf_counter() - started
