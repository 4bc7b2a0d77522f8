"""Two imports of overlapping files at the same time write every order once."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from pathlib import Path

import pytest

from orders.models import OrderImport
from tests.killing import (
    QUICK,
    STORE,
    assert_audit_is_clean,
    import_here,
    load_seeds,
    recorded,
    simulate,
    start_over,
)
from tests.soak.conftest import Figure
from tests.workers import start_command

pytestmark = [
    pytest.mark.soak,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("transactional_db"),
]
ORDERS = 2000
ROUNDS = 3


def part_of(files: list[Path], folder: Path, first: float, last: float) -> list[str]:
    """Write the orders between two shares of the order list, with their details."""
    folder.mkdir()
    tables = {}
    for file in files:
        with file.open(encoding="gb18030", newline="") as text:
            tables[file.name] = list(csv.reader(text))
    numbers = list(dict.fromkeys(row[0] for row in min(tables.values(), key=len)[1:]))
    kept = set(numbers[int(first * len(numbers)) : int(last * len(numbers))])
    for name, (header, *rows) in tables.items():
        with (folder / name).open("w", encoding="gb18030", newline="") as text:
            csv.writer(text).writerows([header, *(row for row in rows if row[0] in kept)])
    return [str(folder / name) for name in tables]


def test_overlapping_imports_at_once_write_every_order_once(tmp_path: Path, figure: Figure) -> None:
    files = simulate(tmp_path / "whole", ORDERS)
    halves = [
        part_of(files, tmp_path / "first", 0, 0.7),
        part_of(files, tmp_path / "second", 0.3, 1),
    ]
    load_seeds()
    import_here(files)
    alone = recorded()
    for _ in range(ROUNDS):
        start_over()
        with ExitStack() as stack:
            running = [
                stack.enter_context(
                    start_command("import_orders", "--sales-point", STORE, *half, env=QUICK)
                )
                for half in halves
            ]
            assert [process.wait() for process in running] == [0, 0]
        together = recorded()
        assert together["ledger"] == alone["ledger"]
        assert together["net_fen"] == alone["net_fen"]
        assert together["rows"][:5] == alone["rows"][:5]
        imports = OrderImport.objects.all()
        assert sum(each.created for each in imports) == ORDERS
        assert sum(each.unchanged for each in imports) == round(0.4 * ORDERS)
        assert_audit_is_clean()
    figure(f"{ROUNDS} times two imports of {ORDERS:,} orders at once, 40 % in both")
