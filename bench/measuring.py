"""Runs the rounds: each job and its reference beside each other, in fresh databases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bench.databases import Databases
from bench.tables import ATTRIBUTION_TABLES, IMPORT_TABLES

ROOT = Path(__file__).resolve().parents[1]
SLICE_ORDERS = 6000
CHANGED_ORDERS = 1000


@dataclass(frozen=True)
class Export:
    """A simulated export pair."""

    orders: int
    files: list[str]


@dataclass
class Samples:
    """What was measured, by vendor and name, one figure a round."""

    seconds: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    peak_mb: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    statements: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))


def simulate(folder: Path, orders: int) -> Export:
    """Write an export pair, or find the one that an earlier run wrote."""
    out = folder / f"export-{orders}"
    if not (out / "expected.json").exists():
        shutil.rmtree(out, ignore_errors=True)
        manage({}, "simulate_mayday", "--orders", str(orders), "--seed", "60", "--out", str(out))
    return Export(orders, sorted(map(str, out.glob("*.csv"))))


class Bench:
    """The rounds of one vendor. Databases `imported`, `small` and `attributed` are kept."""

    def __init__(
        self, databases: Databases, folder: Path, large: Export, small: Export, workbook: Path,
        samples: Samples,
    ) -> None:  # fmt: skip
        self._databases = databases
        self._media = folder / "media"
        self._large, self._small = large, small
        self._workbook = str(workbook)
        self._samples = samples
        self._is_first = True

    def prepare(self) -> None:
        """Make the database that every import starts from."""
        prepare_database(self._databases, "seeded")

    def round(self) -> None:
        """Measure every job and every reference once."""
        self._imports()
        self._workbooks()
        self._attributions()
        self._reports()
        self._is_first = False

    def clear(self) -> None:
        """Remove the databases."""
        for name in ("work", "small", "imported", "attributed", "seeded"):
            self._databases.drop(name)

    def _imports(self) -> None:
        self._measure("import", "seeded", "import_files", self._large.files, keep="imported")
        self._measure("import small", "seeded", "import_files", self._small.files, keep="small")
        self._measure(
            "import reference", "seeded", "write_ready_rows", IMPORT_TABLES, source="imported"
        )
        if self._databases.vendor == "postgresql":
            slice_orders = min(SLICE_ORDERS, self._large.orders)
            self._measure("bulk_create", "seeded", "bulk_create", slice_orders, source="imported")

    def _workbooks(self) -> None:
        self._run("read workbook", "seeded", "read_workbook", self._workbook)
        self._run("calamine alone", "seeded", "calamine_alone", self._workbook)
        if self._is_first:  # for its memory
            self._measure("import workbook", "seeded", "import_workbook", self._workbook)

    def _attributions(self) -> None:
        copies = self._databases.vendor == "postgresql"
        reference = "copy_through" if copies else "write_ready_rows"
        self._measure("attribute", "imported", "attribute", "full", keep="attributed")
        self._measure(
            "attribute reference", "imported", reference, ATTRIBUTION_TABLES, source="attributed"
        )
        self._measure("attribute small", "small", "attribute", "full")
        self._measure(
            "attribute changed", "attributed", "attribute_changes", self._large.files,
            CHANGED_ORDERS,
        )  # fmt: skip

    def _reports(self) -> None:
        for name in ("report_from_totals", "report_from_entries", "whole_report"):
            self._run(name, "attributed", name)

    def _measure(
        self, label: str, start: str, function: str, *arguments: object,
        source: str = "", keep: str = "",
    ) -> None:  # fmt: skip
        """Run a function in a clone of `start`; in the first round keep the result as `keep`."""
        target = keep if keep and self._is_first else "work"
        self._databases.clone(start, target)
        self._run(label, target, function, *arguments, source=source)
        if target == "work":
            self._databases.drop(target)

    def _run(
        self, label: str, target: str, function: str, *arguments: object, source: str = ""
    ) -> None:
        urls = self._databases.url(target), self._databases.url(source) if source else ""
        key = self._databases.vendor, label
        measure_child(self._samples, key, urls, self._media, function, *arguments)


def measure_child(
    samples: Samples, key: tuple[str, str], urls: tuple[str, str], media: Path, function: str,
    *arguments: object,
) -> None:  # fmt: skip
    """Run a function in a process of its own and keep what it measured under (vendor, label).

    `urls`: the database it works on, and the one that a reference takes its rows from or ''.
    """
    shutil.rmtree(media, ignore_errors=True)
    environment = {
        "DATABASE_URL": urls[0],
        "BENCH_SOURCE_URL": urls[1],
        "SHANHAI_MEDIA_DIR": str(media),
    }
    command = ["-m", "bench.child", function, json.dumps(arguments)]
    found = json.loads(run_python(environment, *command).splitlines()[-1])
    samples.seconds[key].append(found["seconds"])
    samples.peak_mb[key].append(found["peak_mb"])
    samples.statements[key].append(found["statements"])
    print(f"  {key[0]:10} {key[1]:20} {found['seconds']:8.2f} s", flush=True)


def prepare_database(databases: Databases, name: str) -> None:
    """Make a migrated and seeded database."""
    databases.create(name)
    environment = {"DATABASE_URL": databases.url(name)}
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "load_seeds", "--json")


def manage(environment: dict[str, str], *arguments: str) -> str:
    return run_python(environment, "manage.py", *arguments)


def run_python(environment: dict[str, str], *arguments: str) -> str:
    """Run a Python process of the project. Raises RuntimeError with what it said last."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[:3])}: {(done.stderr or done.stdout)[-3000:]}")
    return done.stdout
