"""Workbooks are read like the text tables that they hold, and what is lost in them is seen."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from common.clock import SHANGHAI
from orders.rules.readings import Reading
from tests.orders.intake import exports, generic_files
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_54,
    ORDER_DETAIL,
    ORDER_LIST,
    accounts_for_every_row,
    detail,
    order,
    sample_rows,
    text_of,
    verdicts,
)
from tests.orders.intake.generic_files import row
from tests.orders.intake.workbooks import fill, refusal, rewrite, table, write_workbook

HEADER = list(row())
# A sheet knows no zones.
PAID_AT = datetime(2020, 5, 2, 9, 0, 40, tzinfo=SHANGHAI).replace(tzinfo=None)


def content(reading: Reading) -> tuple[Any, ...]:
    """Return all that a reading says but for the files."""
    return (
        list(reading.sales),
        reading.orphans,
        reading.issues,
        reading.accepted_rows,
        reading.platform_gross_fen,
        reading.platform_refund_fen,
        [(facts.rows, facts.blocks) for facts in reading.files],
    )


def one_sale(path: Path):
    (sale,) = generic_files.read(path).sales
    return sale


def test_every_encoding_and_the_workbook_of_one_file_give_the_same_reading(
    tmp_path: Path,
) -> None:
    pair = [(sample_rows(ORDER_LIST), LIST_54), (sample_rows(ORDER_DETAIL), DETAIL_10)]
    readings = []
    for encoding in ("gb18030", "utf-8", "utf-8-sig", "utf-16"):
        paths = []
        for number, (rows, header) in enumerate(pair):
            paths.append(tmp_path / f"{encoding}-{number}.csv")
            paths[-1].write_bytes(text_of(rows, header).encode(encoding))
        readings.append(exports.read(*paths))
    books = [
        write_workbook(tmp_path / f"{number}.xlsx", table(rows, header))
        for number, (rows, header) in enumerate(pair)
    ]
    readings.append(exports.read(*books))

    first = content(readings[0])
    assert len(first[0]) == 40
    assert all(content(reading) == first for reading in readings)
    assert [facts.encoding for facts in readings[-1].files] == ["xlsx", "xlsx"]
    assert readings[-1].files[0].size_bytes == books[0].stat().st_size


def test_the_name_of_a_file_means_nothing(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "book.xlsx", table([row()], HEADER))
    named_csv = book.rename(tmp_path / "sales.csv")
    text = generic_files.write(tmp_path, [row()], name="text.xlsx")
    assert one_sale(named_csv) == one_sale(text)


def test_times_and_numbers_may_be_cells_of_their_kind(tmp_path: Path) -> None:
    cells = row(paid_at=PAID_AT, quantity=2, amount_fen=8900.0, list_fen=10000, line_number=1)
    typed = table([{**cells, "paid_at": PAID_AT, "quantity": 2.0, "amount_fen": 8900.0}], [*cells])
    text = generic_files.write(tmp_path, [cells | {"amount_fen": "8900"}])
    assert one_sale(write_workbook(tmp_path / "typed.xlsx", typed)) == one_sale(text)


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [(37.800000000000004, 3780), (0.1 + 0.2, 30), (1e-13, 0), (89, 8900), (1234567.89, 123456789)],
)
def test_binary_dust_is_no_money(tmp_path: Path, yuan: float, fen: int) -> None:
    header = [name if name != "amount_fen" else "成交额（元）" for name in HEADER]
    cells = dict(zip(header, row().values(), strict=True))
    # As a spreadsheet stores it, to the last binary digit.
    path = write_workbook(tmp_path / "dust.xlsx", table([cells | {"成交额（元）": 77.125}], header))
    rewrite(path, "xl/worksheets/sheet1.xml", b">77.125<", f">{yuan!r}<".encode())
    assert one_sale(path).goods_fen == fen


def test_a_time_just_short_of_its_second_is_that_second(tmp_path: Path) -> None:
    almost = PAID_AT.replace(second=39, microsecond=999_600)
    path = write_workbook(tmp_path / "times.xlsx", table([{**row(), "paid_at": almost}], HEADER))
    paid_at = one_sale(path).paid_at
    assert paid_at is not None
    assert paid_at.replace(tzinfo=None) == PAID_AT


def test_midnight_is_a_time_too(tmp_path: Path) -> None:
    midnight = PAID_AT.replace(hour=0, second=0)
    path = write_workbook(tmp_path / "times.xlsx", table([{**row(), "paid_at": midnight}], HEADER))
    paid_at = one_sale(path).paid_at
    assert paid_at is not None
    assert paid_at.replace(tzinfo=None) == midnight


def test_order_numbers_that_lost_their_digits_are_refused(tmp_path: Path) -> None:
    rows = [{**row(), "order_number": 954000000000000001 + 7 * n} for n in range(6)]
    path = write_workbook(tmp_path / "lost.xlsx", table(rows, HEADER))
    assert refusal(path) == "order_numbers_damaged"


def test_one_damaged_number_rejects_its_row(tmp_path: Path) -> None:
    rows = [{**row(), "order_number": 954000000000000001}, {**row(), "order_number": 12345678}]
    reading = generic_files.read(write_workbook(tmp_path / "lost.xlsx", table(rows, HEADER)))
    assert verdicts(reading) == [(1, "rejected", "order_number_damaged")]
    assert [sale.order_number for sale in reading.sales] == ["12345678"]


def test_titles_above_the_header_are_skipped_and_rows_counted_below_it(tmp_path: Path) -> None:
    rows = table([row("A-1"), row("A-2", quantity="many"), row("A-3")], HEADER)
    path = tmp_path / "titled.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, len(HEADER) + 2, "五月销售\n明细表")
        sheet.write_string(1, 0, "单位：分")
        fill(sheet, rows, first_row=4)
        sheet.write_string(6, len(HEADER) + 1, "旁注")
    titled = (
        "五月销售明细表\r\n\r\n单位：分,,,\r\n" + text_of([row("A-1")], HEADER).partition("\r\n")[0]
    )
    text = tmp_path / "titled.csv"
    body = text_of([row("A-1"), row("A-2", quantity="many"), row("A-3")], HEADER)
    text.write_text(titled + body[body.index("\r\n") :], encoding="utf-8", newline="")

    for each in (path, text):
        reading = generic_files.read(each)
        assert verdicts(reading) == [(2, "rejected", "bad_quantity")]
        assert [sale.source for sale in reading.sales] == ["1:1", "1:3"]
        assert accounts_for_every_row(reading)


def test_a_title_does_not_hide_tabs(tmp_path: Path) -> None:
    path = tmp_path / "tabs.txt"
    body = text_of([row()], HEADER, delimiter="\t")
    path.write_text("五月销售，含退款\r\n" + body, encoding="utf-8", newline="")
    assert one_sale(path).goods_fen == 8900


def test_a_row_of_totals_is_no_order(tmp_path: Path) -> None:
    rows = [*table([row()], HEADER), ["合计", None, None, None, 1, 8900]]
    reading = generic_files.read(write_workbook(tmp_path / "sums.xlsx", rows))
    assert verdicts(reading) == [(2, "rejected", "total_row")]
    assert len(reading.sales) == 1


def test_the_sheet_with_a_known_header_is_read(tmp_path: Path) -> None:
    notes = [["说明"], ["本表由系统导出"]]
    sales = table([row()], HEADER)
    path = write_workbook(tmp_path / "notes.xlsx", notes, sales, table([row("OLD")], HEADER),
                          hidden=[2])  # fmt: skip
    assert one_sale(path).order_number == "NB-001"


def test_two_tables_of_sales_in_one_workbook_are_refused(tmp_path: Path) -> None:
    months = [table([row(f"A-{month}")], HEADER) for month in (5, 6)]
    assert refusal(write_workbook(tmp_path / "months.xlsx", *months)) == "several_tables"


def test_formulas_give_what_was_calculated_and_errors_reject_their_row(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    refund = [*HEADER, "refund_fen"]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        fill(sheet, table([row(f"A-{number}") for number in range(1, 5)], refund))
        amount, back = HEADER.index("amount_fen"), len(HEADER)
        sheet.write_formula(1, amount, "=89*100", None, 8900)
        sheet.write_formula(2, back, "=1/0", None, "#DIV/0!")
        sheet.write_formula(3, back, '=HYPERLINK("http://example.invalid","0")', None, "")
        sheet.write_string(4, back, "=1+1")
    reading = generic_files.read(path)
    assert verdicts(reading) == [(number, "rejected", "bad_amount") for number in (2, 3, 4)]
    assert "#DIV/0!" in reading.issues[0].message
    assert [sale.goods_fen for sale in reading.sales] == [8900]


def test_merged_cells_never_count_an_amount_twice(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        fill(sheet, table([row("A-1"), row("A-2"), row("A-2", amount_fen="")], HEADER))
        amount = HEADER.index("amount_fen")
        sheet.merge_range(2, amount, 3, amount, 17800)
    reading = generic_files.read(path)
    assert [sale.order_number for sale in reading.sales] == ["A-1"]
    assert {code for _row, _verdict, code in verdicts(reading)} == {
        "bad_amount", "order_incomplete",
    }  # fmt: skip


def test_a_simulated_workbook_says_so(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "sim.xlsx", table([{**row(), "title": "模拟数据"}], HEADER))
    assert generic_files.read(path).is_simulated


def test_taobaos_pair_may_be_half_a_workbook(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "list.xlsx", table([order()], LIST_54))
    reading = exports.read(book, exports.write_detail(tmp_path, [detail()]))
    assert [len(sale.lines or ()) for sale in reading.sales] == [1]
