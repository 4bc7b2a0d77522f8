"""Whatever is read of a tortured file is written whole, and the audit finds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.services.audit.running import audit
from orders.models import Order, OrderImport, SalesEntry
from orders.rules.readings import Reading
from tests.flows.conftest import Command
from tests.flows.conftest import run as run  # a fixture
from tests.flows.conftest import seeded as seeded
from tests.orders.intake.test_torture import BITS, each_format
from tests.orders.intake.torture import LONG, Subject, changed, outcome
from tests.orders.intake.writers.sheets import Sheet

pytestmark = pytest.mark.usefixtures("seeded")

SALES_POINTS = {
    "": "fenghuang-shangshan",
    "taobao": "xunqianji",
    "1688": "alibaba-1688",
    "pdd": "pinduoduo-shop",
    "jd": "jd-shop",
    "youzan": "youzan-shop",
    "douyin": "douyin-shop",
}
SHOP = {"taobao": "寻黔记"}
# A row of another shop refuses its file.
SHOP_COLUMNS = ("店铺Id", "店铺名称")
# What databases and JSON are choosy about.
CELLS = (
    *("a\0b", "\x1b[31m", "\x7f", "\ufeff", "\ufffd", "\U0001f600" * 400, LONG, "9" * 5000),
    *("10000000000.00", "9999999999.99", "1000000", "9999-12-31 23:59:59", "", "'", '{"a":1}'),
)


def spoiled(subject: Subject) -> list[Sheet]:
    """Return tables with an order for every nasty cell in every column, and a sound one."""
    spots = [
        (table, column, cell)
        for table, sheet in enumerate(subject.make(1))
        for column, name in enumerate(sheet.header)
        if name not in SHOP_COLUMNS
        for cell in CELLS
    ]
    sheets = subject.make(len(spots) + 1)
    tables = [[list(row) for row in sheet.rows] for sheet in sheets]
    for row, (table, column, cell) in enumerate(spots):
        tables[table][row][column] = cell
    return [sheet.with_rows(*map(tuple, rows)) for sheet, rows in zip(sheets, tables, strict=True)]


def import_there(run: Command, subject: Subject, paths: Sequence[Path]) -> dict[str, Any]:
    answer = run("import_orders", "--sales-point", SALES_POINTS[subject.platform], *paths)
    assert audit().violations == []
    return answer


def compare(answer: dict[str, Any], reading: Reading | str) -> None:
    """Assert that the database holds what was read, all of it or nothing."""
    if isinstance(reading, str):
        assert answer["error"]["code"] == reading
        assert not Order.objects.exists()
        assert not OrderImport.objects.exists()
        return
    assert answer["difference_fen"] == 0 or answer["rejected"]
    assert answer["rows"] == sum(
        answer[name] for name in ("accepted", "rejected", "quarantined", "duplicate")
    )
    assert set(Order.objects.values_list("number", flat=True)) == {
        sale.order_number for sale in reading.sales
    }
    paid = {sale.order_number for sale in reading.sales if sale.paid_at and sale.goods_fen}
    assert paid == set(
        SalesEntry.objects.filter(side="gross").values_list("order_number", flat=True)
    )


@each_format
def test_nasty_cells_in_every_column_leave_whole_orders(
    run: Command, tmp_path: Path, subject: Subject
) -> None:
    paths = subject.save(tmp_path, spoiled(subject))
    preview = run(
        "import_orders", "--sales-point", SALES_POINTS[subject.platform], *paths, "--dry-run"
    )
    answer = import_there(run, subject, paths)
    compare(answer, outcome(paths, subject.platform, SHOP.get(subject.platform, "")))
    assert preview["rows"] == answer["rows"]
    assert preview["gross_fen"] == answer["gross_fen"]
    again = import_there(run, subject, paths)
    assert (again["created"], again["updated"]) == (0, 0)


@each_format
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(st.tuples(st.floats(0, 1), BITS, st.integers(0, 9)), max_size=6))
def test_a_file_with_any_bytes_changed_leaves_whole_orders(
    run: Command, tmp_path: Path, subject: Subject, changes: list[tuple[float, bytes, int]]
) -> None:
    paths = subject.save(tmp_path, subject.make(3))
    path = paths[len(changes) % len(paths)]
    path.write_bytes(changed(path.read_bytes(), changes))
    with transaction.atomic():
        compare(
            import_there(run, subject, paths),
            outcome(paths, subject.platform, SHOP.get(subject.platform, "")),
        )
        transaction.set_rollback(True)
