"""`make bench`: measure, print the table, write var/bench.json.

BENCH_ORDERS (60000), BENCH_ROUNDS (5) and BENCH_DATABASES (sqlite,postgresql) give quick looks.
BENCH_LARGE (1000000) orders with touches are attributed on PostgreSQL and as many paths given to
other packages, the full runs in BENCH_LARGE_ROUNDS (1); BENCH_LARGE=0 leaves both out.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench import side_by_side
from bench.databases import Databases, PostgresqlDatabases, SqliteDatabases
from bench.large import LargeBench
from bench.large_results import LargeTable
from bench.measuring import ROOT, Bench, Samples, simulate
from bench.results import Result, Table, as_json, as_lines, noise
from bench.workbooks import write_workbook


def main() -> int:
    """Run all rounds and report; 2 when PostgreSQL is wanted and not given."""
    orders = int(os.environ.get("BENCH_ORDERS", "60000"))
    rounds = int(os.environ.get("BENCH_ROUNDS", "5"))
    vendors = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    server = os.environ.get("DATABASE_URL", "")
    if "postgresql" in vendors and not server.startswith(("postgres://", "postgresql://")):
        print("no PostgreSQL: run `make bench`, or name one by DATABASE_URL", file=sys.stderr)
        return 2
    started = time.perf_counter()
    var = ROOT / "var"
    exports = var / "bench"
    exports.mkdir(parents=True, exist_ok=True)
    small = max(orders // 10, 1)
    print(f"simulate {orders:,} and {small:,} orders", flush=True)
    pair = simulate(exports, orders), simulate(exports, small)
    workbook = write_workbook(exports)
    samples = Samples()
    scratch = Path(tempfile.mkdtemp(prefix="run-", dir=exports))
    benches = [
        Bench(_databases(vendor, scratch, server), scratch, *pair, workbook, samples)
        for vendor in vendors
    ]
    try:
        _measure(benches, rounds)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    rows = [row for vendor in vendors for row in Table(samples, vendor, orders, small).rows()]
    rows += _large(vendors, exports, server, rounds, samples)
    tools = _side_by_side(exports)
    answer = {
        "orders": orders,
        "rounds": rounds,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "seconds": round(time.perf_counter() - started),
        "results": as_json(rows),
        "side_by_side": tools,
        "noise": noise(samples),
    }
    (var / "bench.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    _print([*as_lines(rows), "", *tools], answer)
    return 0


def _measure(benches: list[Bench], rounds: int) -> None:
    try:
        for bench in benches:
            bench.prepare()
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds}", flush=True)
            for bench in benches:
                bench.round()
    finally:
        for bench in benches:
            bench.clear()


def _large(
    vendors: list[str], folder: Path, server: str, rounds: int, samples: Samples
) -> list[Result]:
    """Measure the large database, on PostgreSQL alone: an embedded one is not made for it."""
    orders = _large_size()
    if not orders or "postgresql" not in vendors:
        return []
    print(f"fill and attribute {orders:,} orders", flush=True)
    bench = LargeBench(_databases("postgresql", folder, server), folder, orders, samples)
    try:
        bench.run(rounds, full_rounds=int(os.environ.get("BENCH_LARGE_ROUNDS", "1")))
    finally:
        bench.clear()
    return LargeTable(samples, "postgresql", orders).rows()


def _side_by_side(folder: Path) -> list[str]:
    """Return the table of other packages, or why there is none."""
    paths = _large_size()
    if not paths:
        return []
    print(f"{paths:,} paths, side by side", flush=True)
    try:
        return side_by_side.as_lines(side_by_side.compare(folder, paths), paths)
    except side_by_side.NotMeasured as error:
        return [f"other packages: NOT MEASURED, {error}"]


def _large_size() -> int:
    return int(os.environ.get("BENCH_LARGE", "1000000"))


def _databases(vendor: str, folder: Path, server: str) -> Databases:
    return SqliteDatabases(folder) if vendor == "sqlite" else PostgresqlDatabases(server)


def _print(lines: list[str], answer: dict) -> None:
    print("", *lines, "", sep="\n")
    print("noise, seconds as min / median / max:")
    for row in answer["noise"]:
        print(
            f"  {row['database']:10} {row['name']:20} "
            f"{row['min']:9.3f} / {row['median']:9.3f} / {row['max']:9.3f}"
        )
    print(f"{answer['rounds']} rounds in {answer['seconds']} s, written to var/bench.json")


if __name__ == "__main__":
    sys.exit(main())
