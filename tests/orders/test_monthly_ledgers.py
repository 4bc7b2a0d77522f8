"""A monthly ledger states each of its rows as a declared sale: all of them, or none."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from common.sealing import decrypt_file
from operations.services import reviewing
from orders.intake.monthly.reading import read_ledger
from orders.models import DeclaredSale, EvidenceFile
from orders.services.declaring import approve_declared_sale
from tests.builders import make_unit
from tests.orders.declared_builders import person
from tests.orders.ledgers import (
    HEADER,
    ROWS,
    answer,
    code_of,
    issues,
    kept,
    one,
    stated,
    text,
    workbook,
    world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    world()


def test_every_row_waits_for_a_checker_with_the_workbook_as_its_paper() -> None:
    content = workbook()
    rows = stated(content)
    assert [(row.period_start, row.period_end, row.amount_fen) for row in rows] == [
        (date(2020, 6, 1), date(2020, 6, 30), 1_234_567),
        (date(2020, 6, 1), date(2020, 6, 30), 80_000),
        (date(2020, 7, 1), date(2020, 7, 31), 100_050),
    ]
    assert [(row.county_code, row.category_code, row.purchase_mode) for row in rows] == [
        ("522622", "tea", "assisted_sale"),
        ("522634", "tea", ""),
        ("", "", "direct_purchase"),
    ]
    assert {(row.kind, row.state, row.helper_district_code) for row in rows} == {
        ("monthly", "submitted", "330105")
    }
    assert (rows[0].quantity, rows[0].quantity_unit) == (120, "斤")
    assert rows[0].channel_class == "centre"
    assert rows[1].source == "台账“台账.xlsx”第 2 行"
    (paper,) = {paper for row in rows for paper in row.papers.all()}
    opened = io.BytesIO()
    with (Path(settings.MEDIA_ROOT) / paper.stored_as).open("rb") as sealed:
        decrypt_file(sealed, opened)
    assert opened.getvalue() == content


def test_a_text_table_says_the_same_as_the_workbook() -> None:
    said = [read_ledger(kept(content, "a")).rows for content in (workbook(), text())]
    assert said[0] == said[1]


def test_a_preview_writes_nothing_and_says_the_same() -> None:
    code, said = answer(workbook(), "--dry-run")
    assert (code, said) == (0, {"rows": 3, "amount_fen": 1_414_617, "declared": []})
    assert not DeclaredSale.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_the_same_file_again_states_nothing_and_says_so_once() -> None:
    content, again = workbook(), workbook(titles=("另一份",))
    stated(content)
    rows = DeclaredSale.objects.count()
    # The very same bytes, of whatever name.
    code, said = answer(content, name="改名.xlsx")
    assert (code, said["error"]["code"]) == (1, "ledger_stated_already")
    assert "3 行" in said["error"]["message"]
    assert "errors" not in said
    assert DeclaredSale.objects.count() == rows
    # Another file with the same rows meets them once they are in force.
    for row in DeclaredSale.objects.all():
        approve_declared_sale(row, person("审核乙"))
    code, said = answer(again)
    assert [(row["row"], row["code"]) for row in said["errors"]] == [(1, "declared_twice")]
    assert "第 2、3 行也是如此" in said["errors"][0]["message"]
    assert DeclaredSale.objects.count() == rows


def test_what_was_returned_may_be_handed_in_again() -> None:
    content = workbook()
    for row in stated(content):
        reviewing.give_back(row, person("审核乙"), "请核对")
    assert len(stated(content)) == 3


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2020-06", (6, 1), (6, 30)),
        ("2020/6", (6, 1), (6, 30)),
        ("2020.06", (6, 1), (6, 30)),
        ("202006", (6, 1), (6, 30)),
        ("２０２０年２月份", (2, 1), (2, 29)),
        ("2020年1-6月", (1, 1), (6, 30)),
        ("2020-06-01 00:00:00", (6, 1), (6, 30)),
    ],
)
def test_months_as_people_write_them(cell: object, first: tuple, last: tuple) -> None:
    (row,) = read_ledger(kept(one((cell, *ROWS[0][1:])))).rows
    assert (row.first_day, row.last_day) == (date(2020, *first), date(2020, *last))


@pytest.mark.parametrize("cell", ["6月", "2020年", "2020-13", "0101年1月", "六月", "2020年6-3月"])
def test_a_month_that_is_none_is_said_with_its_row(cell: str) -> None:
    rows = [ROWS[0], (cell, *ROWS[1][1:])]
    assert issues(text(rows)) == [(2, "bad_month")]


def test_a_period_may_be_stated_by_its_days() -> None:
    header = ("期间起", "期间止", "产地县", "金额(万元)")
    (row,) = stated(workbook([("2020-06-10", "2020年6月20日", "黄平", "3.5")], header))
    assert (row.period_start, row.period_end) == (date(2020, 6, 10), date(2020, 6, 20))
    assert (row.county_code, row.amount_fen) == ("522622", 3_500_000)


def test_a_merged_month_stands_for_the_rows_below_it() -> None:
    days = {row.period_end for row in stated(workbook(ROWS[:2], merged=["A3:A4"]))}
    assert days == {date(2020, 6, 30)}


def test_ten_thousands_are_read_to_the_fen_and_a_cell_may_say_its_own_unit() -> None:
    header = (*HEADER[:-1], "金额（万元）")
    amounts = ["1.234567", "0.5", "300元"]
    rows = [(*row[:-1], amount) for row, amount in zip(ROWS, amounts, strict=True)]
    assert [row.amount_fen for row in stated(workbook(rows, header))] == [1234567, 500000, 30000]
    assert code_of(workbook([(*ROWS[0][:-1], "0.0000001")], header)) == "ledger_rows_refused"


def test_a_title_in_ten_thousands_above_bare_amounts_is_refused() -> None:
    bare = (*HEADER[:-1], "金额")
    assert code_of(workbook(header=bare, titles=["台账", "单位：万元"])) == "ledger_unit_unclear"
    assert len(stated(workbook(header=bare))) == 3


def total(amount: object, word: str = "合计") -> tuple[object, ...]:
    return (word, *[""] * 5, amount)


def test_totals_must_be_the_sum_of_their_rows() -> None:
    rows = [ROWS[0], ROWS[1], total("13145.67", "小计"), ROWS[2], total("1000.50", "小计")]
    notes = [("填表人：某某", "", "", "", "", "", ""), ("附注", *[""] * 6)]
    assert len(stated(workbook([*rows, total("14146.17", "总计"), *notes]))) == 3


def test_totals_that_differ_refuse_the_file_with_both_figures() -> None:
    code, said = answer(workbook([*ROWS, total("14146.18")]))
    assert (code, said["error"]["code"]) == (1, "ledger_totals_differ")
    assert "14,146.18" in said["error"]["message"]
    assert "14,146.17" in said["error"]["message"]
    assert not DeclaredSale.objects.exists()


def test_a_total_may_stand_in_the_column_of_counties() -> None:
    rows = [*ROWS[:2], ("2020年6月", "合计", "", "", "", "", 13145.67)]
    assert len(stated(workbook(rows))) == 2


def test_rows_may_name_their_sales_point_or_unit_and_district() -> None:
    make_unit("school", name="样例学校")
    header = ("销售点编码", "单位", "帮扶区", "月份", "产地县", "金额（元）")
    rows = [
        ("fenghuang", "", "萧山区", "2020年6月", "黄平县", 1),
        ("萧山展销中心", "", "330105", "2020年6月", "黄平县", 2),
        ("", "样例学校", "拱墅", "2020年7月", "黄平县", 3),
    ]
    found = stated(workbook(rows[:2], header), point="")
    assert [(row.sales_point.code, row.helper_district_code) for row in found] == [
        ("fenghuang", "330109"),
        ("xiaoshan", "330105"),
    ]
    (row,) = stated(workbook(rows[2:], header), point="")
    assert (row.sales_point, row.unit.code, row.helper_district_code) == (None, "school", "330105")
