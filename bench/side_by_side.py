"""Side by side with two packages of the index: equal credits, time and memory, on one file.

They are installed from requirements/bench.txt into an environment of their own under var/, for
their licences and dependencies are not the project's. Where that fails nothing is measured, and
the table says why.
"""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import ROOT, run_python
from bench.shape import write_paths

PEERS = (
    ("ChannelAttribution", "first, last and linear together", ("first", "last", "linear")),
    *(
        ("marketing-attribution-models", model, (model,))
        for model in ("first", "last", "linear", "position")
    ),
)
_OURS = "attribute_paths"
_LOCK = ROOT / "requirements" / "bench.txt"
# Sums of a million floats in another order differ in their last digits.
_RELATIVE = 1e-9


class NotMeasured(Exception):
    """The packages cannot be had here; the text says why."""


@dataclass(frozen=True)
class Ran:
    """What one tool took for one model on the file."""

    tool: str
    model: str
    seconds: float
    peak_mb: int


def compare(folder: Path, paths: int) -> list[Ran]:
    """Run every model that both have, check that the credits are equal, return what each took.

    Raises NotMeasured, and AssertionError where credits differ.
    """
    python = _environment(ROOT / "var" / "bench-peers")
    file = write_paths(folder, paths)
    ran: list[Ran] = []
    ours: dict[str, dict[str, float]] = {}
    for model in ("first", "last", "linear", "position"):
        found = _ours(model, file)
        ours[model] = found["credits"][model]
        ran.append(Ran(_OURS, model, found["seconds"], found["peak_mb"]))
    for package, label, models in PEERS:
        found = _theirs(python, package, models[0], file)
        for model in models:
            _check_equal(package, model, found["credits"][model], ours[model])
        ran.append(Ran(package, label, found["seconds"], found["peak_mb"]))
    return ran


def as_lines(ran: list[Ran], paths: int) -> list[str]:
    """Return the table in Markdown."""
    return [
        f"{paths:,} paths; credits equal to {_RELATIVE:g} of each:",
        "",
        "| tool | model | time | memory |",
        "| --- | --- | ---: | ---: |",
        *(f"| {row.tool} | {row.model} | {row.seconds:.2f} s | {row.peak_mb} MB |" for row in ran),
    ]


def _environment(folder: Path) -> Path:
    """Return the Python of the packages' own environment, made where it is not there yet."""
    if not _LOCK.exists():
        raise NotMeasured(f"no {_LOCK.name}")
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    _do(sys.executable, "-m", "venv", "--clear", str(folder))
    _do(str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(_LOCK))
    stamp.write_text(wanted)
    return python


def _do(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotMeasured(said[-1] if said else f"{command[0]} ended with {done.returncode}")
    return done.stdout


def _ours(model: str, file: Path) -> dict:
    answer = file.with_suffix(".json")
    command = ("-m", "bench.child", "attribute_paths", json.dumps([str(file), model, str(answer)]))
    found = json.loads(run_python({}, *command).splitlines()[-1])
    credited = json.loads(answer.read_text())["credits"]
    found["credits"] = {model: {name: each["conversions"] for name, each in credited.items()}}
    return found


def _theirs(python: Path, package: str, model: str, file: Path) -> dict:
    said = _do(str(python), "bench/peer_models.py", package, model, str(file))
    return json.loads(said.splitlines()[-1])


def _check_equal(
    package: str, model: str, theirs: dict[str, float], ours: dict[str, float]
) -> None:
    names = {name for name, credit in ours.items() if credit}
    assert names == {name for name, credit in theirs.items() if credit}, (package, model)
    for name in names:
        same = math.isclose(ours[name], theirs[name], rel_tol=_RELATIVE)
        assert same, f"{package} {model} {name}: {theirs[name]} against {ours[name]}"
