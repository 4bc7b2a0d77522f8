"""The error file opens without a live formula and comes back as the cells that it was made of."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from common.csv_text import BYTE_ORDER_MARK, written
from orders.intake.reading import read_files
from orders.models import ImportPart, SalesPoint
from orders.rules.readings import Reading
from orders.rules.sale import ReportedSale
from orders.selectors.error_files import error_rows
from tests.builders import make_sales_point
from tests.orders.intake.torture import SUBJECTS, Subject
from tests.orders.intake.writers.dress import FREE_TEXTS

# An amount that rejects its row when it is spoiled, and a free text.
COLUMNS = {
    "taobao-67": ("总金额", "宝贝标题"),
    "taobao-items": ("总金额", "标题"),
    "generic": ("amount_fen", "title"),
    "generic-chinese": ("成交额", "标题"),
    "pdd": ("商品总价(元)", "商品"),
    "youzan": ("商品金额合计", "全部商品名称"),
    "1688": ("货品总价(元)", "货品标题"),
    "jd": ("订单金额", "商品名称"),
    "douyin": ("订单应付金额", "选购商品"),
}
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
TEXTS = FREE_TEXTS | st.sampled_from(FORMULA_STARTS).flatmap(
    lambda mark: st.text("1A(),;'\"= \t米", max_size=8).map(lambda text: f"{mark}{text}号")
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "subject", [each for each in SUBJECTS if each.name in COLUMNS], ids=lambda each: each.name
)
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(titles=st.lists(TEXTS, min_size=3, max_size=3))
@example(titles=["品", "\t'号", "=1"])
def test_an_error_file_comes_back_as_it_was(
    tmp_path: Path, subject: Subject, titles: list[str]
) -> None:
    amount, title = COLUMNS[subject.name]
    sound = subject.make(3)[0]
    header = [name.strip() for name in sound.header]
    for row, text in enumerate(titles):
        sound = sound.with_cell(row, header.index(title), text)
    place = header.index(amount)
    spoiled = sound
    for row in range(2):
        spoiled = spoiled.with_cell(row, place, "=1+1")
    table = error_table(spoiled.save(tmp_path / "first.csv"), subject.platform)
    for row in table[1:]:
        assert not [cell for cell in row if isinstance(cell, str) and is_live(cell)]
    assert_no_formula(tmp_path / "opened.xlsx", table)

    whole = read(sound.save(tmp_path / "sound.csv"), subject.platform)
    assert len(whole.sales) == 3
    again = read(save(tmp_path / "errors.csv", table), subject.platform)
    assert [issue.code for issue in again.issues] == ["bad_amount"] * 2
    column = table[0].index(amount)
    for row, sold in zip(table[1:], sound.rows, strict=False):
        row[column] = sold[place]
    corrected = read(save(tmp_path / "corrected.csv", table), subject.platform)
    assert corrected.issues == []
    assert list(map(content, corrected.sales)) == list(map(content, whole.sales[:2]))


def error_table(path: Path, platform: str) -> list[list[str | int]]:
    """Import a file and return its error file as a table; nothing stays in the database."""
    with transaction.atomic():
        if not SalesPoint.objects.filter(code="shop").exists():
            make_sales_point("shop", platform=platform, shop_name="")
        call_command("import_orders", path, sales_point="shop", json=True, stdout=StringIO())
        table = list(error_rows(ImportPart.objects.get()))
        transaction.set_rollback(True)
    return table


def save(path: Path, table: Sequence[Sequence[str | int]]) -> Path:
    path.write_text(BYTE_ORDER_MARK + "".join(written(table)), encoding="utf-8", newline="")
    return path


def read(path: Path, platform: str) -> Reading:
    return read_files([path], sales_point_platform=platform, shop_id="", shop_name="")


def content(sale: ReportedSale) -> tuple[object, ...]:
    """Return what an order says, without the people in it: error files have none."""
    lines = [
        (line.line_key, line.title, line.attributes, line.seller_code, line.list_fen, line.stated)
        for line in sale.lines or ()
    ]
    times = sale.placed_at, sale.paid_at
    money = sale.goods_fen, sale.freight_fen, sale.consumer_paid_fen, sale.refunded_fen
    return sale.order_number, sale.status, sale.title, sale.quantity, times, money, lines


def is_live(cell: str) -> bool:
    """Say whether a spreadsheet would compute a cell."""
    return cell.startswith(FORMULA_STARTS)


def assert_no_formula(path: Path, table: Sequence[Sequence[str | int]]) -> None:
    """Assert that a spreadsheet that takes the csv apart finds no formula in it."""
    text = "".join(written(table))
    assert list(csv.reader(StringIO(text, newline=""))) == [list(map(str, row)) for row in table]
    book = openpyxl.Workbook()
    for row in csv.reader(StringIO(text, newline="")):
        book.active.append(row)
    book.save(path)
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
