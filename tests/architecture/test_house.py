"""The house rules, checked on every file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.workers import ROOT

APPS = ("common", "accounts", "operations", "products", "orders", "marketplace", "config")
MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 50
# Names that say nothing about what is inside.
BANNED_NAMES = {"utils", "util", "helpers", "helper", "misc", "manager", "managers"}
# Put together here, so that this file does not contain them.
LEFTOVERS = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "breakpoint" + "("]
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js",
    "npm" + "mirror",
    "tuna.tsing" + "hua",
    "mirrors.ali" + "yun",
    "--index" + "-url",
    "--extra-index" + "-url",
]
TEXT = {".py", ".md", ".txt", ".in", ".toml", ".sh", ".html", ".css", ".yml", ".yaml", ".csv", ""}


def tracked() -> list[Path]:
    """Return every file of the project, without what git ignores."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


FILES = tracked()
SOURCES = [path for path in FILES if path.suffix == ".py" and "migrations" not in path.parts]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_of_text() -> Iterator[tuple[str, int, str]]:
    for path in FILES:
        if path.suffix in TEXT:
            text = path.read_text(encoding="utf-8", errors="ignore")
            for number, line in enumerate(text.splitlines(), 1):
                yield named(path), number, line


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        named(path): count
        for path in SOURCES
        if (count := len(path.read_text(encoding="utf-8").splitlines())) >= MOST_FILE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length >= MOST_FUNCTION_LINES:
                    long.append(f"{named(path)}:{node.lineno} {node.name} has {length} lines")
    assert long == []


def test_every_file_name_says_what_is_inside() -> None:
    assert [named(path) for path in SOURCES if path.stem in BANNED_NAMES] == []


def test_no_business_rule_hides_in_a_signal() -> None:
    signal = re.compile(r"^\s*@receiver\b|\bdjango\.dispatch\b|\b(pre|post)_(save|delete)\b", re.M)
    allowed = {"operations/apps.py"}
    found = [
        named(path)
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in APPS
        and named(path) not in allowed
        and signal.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("word", LEFTOVERS)
def test_nothing_is_left_for_later(word: str) -> None:
    whole = re.compile(rf"\b{re.escape(word)}" + (r"\b" if word[-1].isalpha() else ""))
    found = [f"{name}:{number}" for name, number, line in lines_of_text() if whole.search(line)]
    assert found == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_tracked_file_names_a_package_registry(host: str) -> None:
    allowed = {"Makefile"} if host.startswith("--") else set()
    found = [
        f"{name}:{number}"
        for name, number, line in lines_of_text()
        if host in line.lower() and name not in allowed
    ]
    assert found == []


def test_the_locks_have_a_hash_for_every_package_and_no_address() -> None:
    for kind in ("runtime", "dev"):
        lock = (ROOT / "requirements" / f"{kind}.txt").read_text()
        packages = re.findall(r"^[A-Za-z0-9][^\n]*==", lock, re.M)
        blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
        assert packages
        assert all("--hash=sha256:" in block for block in blocks)
        assert "://" not in lock


def test_both_locks_agree_on_every_runtime_package() -> None:
    def pins(kind: str) -> set[str]:
        lock = (ROOT / "requirements" / f"{kind}.txt").read_text()
        return set(re.findall(r"^([A-Za-z0-9][\w.\-\[\],]*==[\w.]+)", lock, re.M))

    assert pins("runtime") <= pins("dev")


def test_every_variable_that_is_read_is_documented() -> None:
    documented = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    read = set()
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] in APPS:
            text = path.read_text(encoding="utf-8")
            read |= set(re.findall(r"env_(?:text|bool|int|list)\(\s*\"([A-Z_]+)\"", text))
    for path in (ROOT / "scripts").glob("*.sh"):
        read |= set(re.findall(r"\$\{(SHANHAI_[A-Z_]+):-", path.read_text()))
    assert read
    assert read - documented == set()


def test_only_the_settings_read_the_environment() -> None:
    allowed = {"config/env.py", "config/celery.py", "config/wsgi.py"}
    found = [
        named(path)
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in APPS
        and named(path) not in allowed
        and re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_imports_go_down_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_every_model_change_has_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
