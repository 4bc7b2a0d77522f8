"""Resident memory of a process together with the processes that it starts."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_EVERY_SECONDS = 0.02
_PAGES_PER_MB = (1 << 20) // os.sysconf("SC_PAGE_SIZE")


@contextmanager
def watched_memory() -> Iterator[list[int]]:
    """Give a list of one figure, the peak in MB so far, sampled while the block runs."""
    peak, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(_EVERY_SECONDS):
            peak[0] = max(peak[0], _pages(os.getpid()) // _PAGES_PER_MB)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()


def own_peak_mb() -> int:
    """Return the highest resident size of this process, in MB.

    Not getrusage's: its figure is carried over from the process that started this one.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024)
    return 0


def _pages(process: int) -> int:
    """Count the resident pages of a process and of those below it; 0 for one that has ended."""
    place = Path("/proc") / str(process)
    try:
        pages = int((place / "statm").read_text().split()[1])
        tasks = list((place / "task").iterdir())
        children = " ".join((task / "children").read_text() for task in tasks)
    except (OSError, IndexError):
        return 0
    return pages + sum(_pages(int(child)) for child in children.split())
