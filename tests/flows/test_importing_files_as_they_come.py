"""Zipped exports and workbooks go through the same command as text files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from orders.intake.import_jobs import read_uploads
from orders.models import ImportPart, Order, OrderImport
from tests.flows.conftest import Command
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_54,
    ORDER_DETAIL,
    ORDER_LIST,
    order,
    sample_rows,
    write_list,
)
from tests.orders.intake.workbooks import table, write_workbook

pytestmark = pytest.mark.usefixtures("seeded")

STORE = ("--sales-point", "xunqianji")


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    path = tmp_path / "五月.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for file in (ORDER_LIST, ORDER_DETAIL):
            target.write(file, f"导出/{file.name}")
    return path


@pytest.fixture
def books(tmp_path: Path) -> list[Path]:
    pair = (("list", ORDER_LIST, LIST_54), ("detail", ORDER_DETAIL, DETAIL_10))
    return [write_workbook(tmp_path / f"{name}.xlsx", table(sample_rows(file), header))
            for name, file, header in pair]  # fmt: skip


def test_a_zipped_pair_is_imported_as_its_two_files(run: Command, zipped: Path) -> None:
    answer = run("import_orders", *STORE, zipped)
    assert (answer["orders"], answer["net_fen"], answer["difference_fen"]) == (40, 347550, 0)
    assert [file["name"] for file in answer["files"]] == [ORDER_LIST.name, ORDER_DETAIL.name]
    again = run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)
    assert again["unchanged"] == 40


def test_a_pair_of_workbooks_is_the_same_pair(run: Command, books: list[Path]) -> None:
    answer = run("import_orders", *STORE, *books)
    assert (answer["orders"], answer["net_fen"], answer["difference_fen"]) == (40, 347550, 0)
    assert set(ImportPart.objects.values_list("encoding", flat=True)) == {"xlsx"}
    again = run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)
    assert again["unchanged"] == 40


def test_a_worker_reads_stored_workbooks_again(run: Command, books: list[Path]) -> None:
    run("import_orders", *STORE, *books)
    order_import = OrderImport.objects.select_related("sales_point").get()
    assert len(read_uploads(order_import).sales) == 40


def test_a_refused_archive_writes_nothing(run: Command, tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as target:
        target.write(write_list(tmp_path, [order()]), "list.csv")
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as target:
        target.write(inner, "inner.zip")
    answer = run("import_orders", *STORE, outer)
    assert answer["error"]["code"] == "nested_archive"
    assert not Order.objects.exists()
    assert not OrderImport.objects.exists()
