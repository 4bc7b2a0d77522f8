"""The project's own tooling: the Python it picks, the servers it provides, the demo's judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.compare_demo import differences
from tests.workers import ROOT


def pick_python(path: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "scripts/pick_python.sh"],
        cwd=ROOT,
        env={"PATH": path, "HOME": str(home)},
        capture_output=True,
        text=True,
    )


def provision(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.provision", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def command(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_shim_that_fails_does_not_hide_a_python_that_works(tmp_path: Path) -> None:
    shims, real = tmp_path / "shims", tmp_path / "real"
    shims.mkdir(), real.mkdir()
    for name in ("python3.14", "python3.13", "python3.12", "python3.11", "python3"):
        command(shims / name, "echo 'pyenv: command not found' >&2; exit 127")
    (real / "python3").symlink_to(os.path.realpath(sys.executable))
    picked = pick_python(f"{shims}:{real}:/usr/bin:/bin", tmp_path)
    assert picked.returncode == 0, picked.stderr
    version = [picked.stdout.strip(), "-c", "import sys; print(sys.version_info >= (3, 11))"]
    assert subprocess.run(version, capture_output=True, text=True).stdout == "True\n"


def test_a_python_of_a_version_manager_is_found_when_none_is_on_path(tmp_path: Path) -> None:
    folder = tmp_path / ".pyenv" / "versions" / "3.13.0" / "bin"
    folder.mkdir(parents=True)
    (folder / "python3").symlink_to(os.path.realpath(sys.executable))
    assert pick_python("/usr/bin:/bin", tmp_path).returncode == 0


def test_the_command_gets_its_servers_and_its_exit_code_is_ours() -> None:
    say = "import os; print(os.environ['TEST_REDIS_URL'], 'DATABASE_URL' in os.environ); exit(7)"
    done = provision(
        "--redis", "--", sys.executable, "-c", say, DATABASE_URL="postgresql://other/db"
    )
    assert done.returncode == 7
    assert done.stdout.startswith("redis://")
    assert done.stdout.endswith("False\n")


def test_servers_that_are_given_are_used() -> None:
    say = "import os; print(os.environ['TEST_REDIS_URL'], os.environ['DATABASE_URL'])"
    done = provision(
        "--redis", "--postgres", "--", sys.executable, "-c", say,
        TEST_REDIS_URL="redis://given:1/0", TEST_PG_URL="postgresql://given/db",
    )  # fmt: skip
    assert done.stdout.split() == ["redis://given:1/0", "postgresql://given/db"]


def test_a_missing_command_is_a_usage_error() -> None:
    assert provision("--redis").returncode == 2
    assert provision("--nonsense", "--", "true").returncode == 2


@pytest.fixture
def figures() -> dict:
    return {
        "totals": {"net_fen": 100, "orders": 1},
        "by_day": [{"date": "2020-05-01", "net_fen": 100}],
        "by_county": [{"code": "522634", "net_fen": 100}],
    }


def test_equal_reports_show_no_difference(figures: dict) -> None:
    report = json.loads(json.dumps(figures))
    report["totals"]["lines"] = 5
    assert list(differences(figures, report)) == []


def test_one_fen_one_missing_day_and_one_strange_county_are_seen(figures: dict) -> None:
    report = json.loads(json.dumps(figures))
    report["totals"]["net_fen"] = 101
    report["by_day"] = []
    report["by_county"].append({"code": "", "net_fen": 1})
    assert [line.split(":")[0] for line in differences(figures, report)] == [
        "totals.net_fen",
        "by_day[2020-05-01]",
        "by_county[]",
    ]
