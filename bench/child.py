"""One measured process: `python -m bench.child FUNCTION JSON-ARGUMENTS`.

Prints {"seconds", "peak_mb", "statements"}: what the function measured; the peak of resident
memory of this process from its start to its end, with what it started where that came to more;
the statements that Django sent (those of COPY are not among them).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django

from bench.memory import own_peak_mb, watched_memory


def main(name: str, arguments: str) -> None:
    """Call a function of `bench.jobs`, `large_jobs`, `references` or `filling`."""
    django.setup()
    from django.db import connection

    from bench import filling, jobs, large_jobs, references

    homes = (jobs, large_jobs, references, filling)
    function = next(getattr(home, name) for home in homes if hasattr(home, name))
    statements = 0

    def count(execute: Callable, *asked: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*asked)

    with watched_memory() as peak, connection.execute_wrapper(count):
        seconds = function(*json.loads(arguments))
    found = {"seconds": seconds, "peak_mb": max(own_peak_mb(), *peak), "statements": statements}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
