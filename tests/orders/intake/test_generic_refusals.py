"""Generic files that are refused, and orders of them that are rejected whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from orders.errors import FileRefused
from orders.intake.generic.columns import recognise
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_46,
    LIST_54,
    LIST_67,
    ORDER_LIST,
    SAMPLES,
    SHOP_SYSTEM_38,
    accounts_for_every_row,
    verdicts,
)
from tests.orders.intake.generic_files import ENGLISH, read, row, write


def refusal(*paths: Path, **point: str) -> str:
    with pytest.raises(FileRefused) as refused:
        read(*paths, **point)
    assert refused.value.message.endswith("。")
    return refused.value.code


@pytest.mark.parametrize("header", [LIST_46, LIST_54, LIST_67, DETAIL_10, SHOP_SYSTEM_38])
def test_no_table_of_taobao_is_taken_for_a_generic_one(header: list[str]) -> None:
    assert recognise(header) is None
    assert recognise([*header, "数量"]) is None


def test_where_generic_files_are_taken(tmp_path: Path) -> None:
    path = write(tmp_path, [row()], name="ExportOrderList202005081030.csv")
    assert len(read(path).sales) == len(read(path, platform="generic").sales) == 1
    assert refusal(path, platform="taobao") == "wrong_platform"
    assert refusal(path, platform="1688") == "wrong_platform"
    for platform in ("", "generic", "taobao", "1688"):
        reading = read(path, platform=platform, format="generic")
        assert (reading.format, len(reading.sales)) == ("generic", 1)
    assert refusal(path, format="taobao") == "unknown_format"


@pytest.mark.parametrize("platform", ["", "generic"])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        (ORDER_LIST.name, "wrong_platform"),
        ("pdd_orders_20200508.csv", "wrong_platform"),
        ("youzan_orders_20200508.csv", "wrong_platform"),
        ("1688_orders_20200508.xlsx", "wrong_platform"),
    ],
)
def test_a_platforms_file_is_refused_at_a_generic_sales_point(
    platform: str, name: str, code: str
) -> None:
    assert refusal(SAMPLES / name, platform=platform) == code
    assert refusal(SAMPLES / name, platform=platform, format="generic") == code


def test_taobaos_file_asked_for_as_generic_is_refused(tmp_path: Path) -> None:
    assert refusal(ORDER_LIST, platform="taobao", format="generic") == "unknown_format"
    generic = write(tmp_path, [row()])
    assert refusal(ORDER_LIST, generic, platform="taobao", format="generic") == "unknown_format"
    assert refusal(ORDER_LIST, generic, platform="taobao") == "wrong_platform"


def test_two_generic_files_are_the_same_table_twice(tmp_path: Path) -> None:
    one, two = write(tmp_path, [row()]), write(tmp_path, [row("NB-002")], name="more.csv")
    assert refusal(one, two) == "same_table_twice"


@pytest.mark.parametrize("name", ["order_number", "paid_at", "quantity", "amount_fen"])
def test_a_file_without_a_required_column_is_refused(tmp_path: Path, name: str) -> None:
    header = [each for each in ENGLISH if each != name]
    assert refusal(write(tmp_path, [row()], header)) == "missing_columns"


def test_a_file_that_says_of_no_row_what_was_sold_is_refused(tmp_path: Path) -> None:
    header = [each for each in ENGLISH if each not in ("title", "sku_code")]
    assert refusal(write(tmp_path, [row()], header)) == "missing_columns"
    assert len(read(write(tmp_path, [row()], [*header, "title"])).sales) == 1
    assert len(read(write(tmp_path, [row()], [*header, "sku_code"])).sales) == 1


def test_an_amount_in_fen_and_in_yuan_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, [row()], [*ENGLISH, "amount_yuan"])) == "duplicate_headers"
    assert refusal(write(tmp_path, [row()], [*ENGLISH, "订单编号"])) == "duplicate_headers"


def test_a_header_only_file_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, [], ENGLISH)) == "header_only"
    numbers = ["9.54E+17", "9.55E+17", "1.2e17"]
    assert refusal(write(tmp_path, [row(each) for each in numbers])) == "order_numbers_damaged"
    some = read(write(tmp_path, [row("9.54E+17"), row("NB-1")]))
    assert verdicts(some) == [(1, "rejected", "order_number_damaged")]


BAD_CELLS = {
    "order_number": [("NB 1", "bad_order_number"), ("=1+2", "bad_order_number")],
    "line_number": [("9" * 41, "bad_code")],
    "placed_at": [("2020-02-30 10:00:00", "bad_time")],
    "paid_at": [("2020-05-02", "bad_time"), ("1999-05-02 10:00:00", "bad_time")],
    "status": [("不知道", "bad_status")],
    "quantity": [
        *(("", "bad_quantity"), ("0", "bad_quantity"), ("1.5", "bad_quantity")),
        *(("1000000001g", "bad_quantity"), ("0.3g", "bad_quantity"), ("-1", "bad_quantity")),
        ("2盒", "bad_quantity"),
    ],
    "amount_fen": [("", "bad_amount"), ("-1", "bad_amount"), ("89.5", "bad_amount")],
    "list_fen": [("8899", "amount_exceeds_list")],
    "subsidy_fen": [("100", "funder_missing"), ("x", "bad_amount")],
    "refund_fen": [("8901", "refund_exceeds_payment"), ("1e3", "bad_amount")],
    "refunded_at": [("昨天", "bad_time")],
    "county_code": [("雷山县", "bad_county_code")],
    "voucher_code": [("V" * 81, "bad_code")],
    "campaign_code": [("C" * 81, "bad_code")],
}


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [(column, *case) for column, cases in BAD_CELLS.items() for case in cases],
)
def test_a_bad_cell_rejects_its_order(tmp_path: Path, column: str, cell: str, code: str) -> None:
    reading = read(write(tmp_path, [row(**{column: cell}), row("NB-002")]))
    assert verdicts(reading) == [(1, "rejected", code)]
    assert [sale.order_number for sale in reading.sales] == ["NB-002"]
    assert accounts_for_every_row(reading)


BAD_ROWS = {
    "no goods": ({"title": "", "sku_code": "-"}, "goods_missing"),
    "a subsidy above the amount": (
        {"subsidy_fen": 9000, "funder": "platform"},
        "subsidy_exceeds_amount",
    ),
    "a subsidy of the merchant": ({"subsidy_fen": 900, "funder": "商家"}, "bad_funder"),
    "a refund between consumer paid and amount": (
        {"subsidy_fen": 900, "funder": "platform", "refund_fen": 8001},
        "refund_exceeds_payment",
    ),
    "no payment": ({"paid_at": ""}, "paid_at_missing"),
    "no payment of a closed order": ({"paid_at": "", "status": "closed"}, "paid_at_missing"),
    "nobody knows when it was placed": ({"paid_at": "", "status": "unpaid"}, "bad_time"),
    "a refund before payment": (
        {
            "paid_at": "",
            "placed_at": "2020-05-02 09:00:00",
            "status": "unpaid",
            "refund_fen": "1",
        },
        "paid_without_time",
    ),
}


@pytest.mark.parametrize("story", BAD_ROWS)
def test_an_order_that_cannot_be_is_rejected(tmp_path: Path, story: str) -> None:
    cells, code = BAD_ROWS[story]
    assert verdicts(read(write(tmp_path, [row(**cells)]))) == [(1, "rejected", code)]


def test_one_bad_row_rejects_its_whole_order(tmp_path: Path) -> None:
    rows = [row(), row("NB-002"), row(quantity="?"), row()]
    reading = read(write(tmp_path, rows))
    assert verdicts(reading) == [
        (1, "rejected", "order_incomplete"),
        (3, "rejected", "bad_quantity"),
        (4, "rejected", "order_incomplete"),
    ]
    assert reading.platform_gross_fen == 8900
    assert accounts_for_every_row(reading)


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("buyer", "样甲", "样乙"),
        ("placed_at", "2020-05-02 08:00:00", "2020-05-02 08:00:01"),
        ("paid_at", "2020-05-02 09:00:40", "2020-05-02 09:00:41"),
        ("status", "已付款", "已发货"),
        ("campaign_code", "mayday-2020", "autumn-2020"),
        ("freight_fen", "100", "200"),
    ],
)
def test_rows_that_disagree_on_their_order_are_rejected(
    tmp_path: Path, column: str, one: str, other: str
) -> None:
    reading = read(write(tmp_path, [row(**{column: one}), row(**{column: other})]))
    assert verdicts(reading) == [
        (1, "rejected", "order_rows_disagree"),
        (2, "rejected", "order_rows_disagree"),
    ]


def test_a_line_number_with_other_content_rejects_the_order(tmp_path: Path) -> None:
    reading = read(write(tmp_path, [row(line_number="1"), row(line_number="1", amount_fen="1")]))
    assert verdicts(reading) == [
        (1, "rejected", "line_number_repeated"),
        (2, "rejected", "line_number_repeated"),
    ]
