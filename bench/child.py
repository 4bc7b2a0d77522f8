"""One measured process: `python -m bench.child FUNCTION JSON-ARGUMENTS`.

Prints {"seconds", "peak_mb"}: what the function measured, and the peak of resident memory of
this process from its start to its end, with what it started where that came to more.
"""

from __future__ import annotations

import json
import sys

import django

from bench.memory import own_peak_mb, watched_memory


def main(name: str, arguments: str) -> None:
    """Call a function of `bench.jobs` or `bench.references`."""
    django.setup()
    from bench import jobs, references

    function = getattr(jobs, name, None) or getattr(references, name)
    with watched_memory() as peak:
        seconds = function(*json.loads(arguments))
    print(json.dumps({"seconds": seconds, "peak_mb": max(own_peak_mb(), *peak)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
