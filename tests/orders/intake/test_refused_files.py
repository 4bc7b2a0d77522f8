"""A file that cannot be trusted is refused as a whole, with one sentence and a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from orders.errors import FileRefused
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_54,
    ORDER_DETAIL,
    ORDER_LIST,
    SAMPLES,
    order,
    read,
    sample_rows,
    text_of,
    write_detail,
    write_list,
)


def refusal(*paths: Path, **point: str) -> str:
    """Return the code with which the files are refused; the sentence must name one of them."""
    with pytest.raises(FileRefused) as refused:
        read(*paths, **point)
    assert refused.value.status == 422
    assert "\n" not in refused.value.message
    assert refused.value.message.endswith("。")
    assert any(path.name in refused.value.message for path in paths)
    return refused.value.code


WHOLE = text_of([order(954000000000000001), order(954000000000000002)], LIST_54)
HALF_CHARACTER = "交".encode("gb18030")[:1]

CONTENTS: list[tuple[str, bytes]] = [
    ("empty_file", b""),
    ("empty_file", b"\xef\xbb\xbf\r\n\r\n"),
    ("header_only", WHOLE.partition("\r\n")[0].encode("gb18030")),
    ("header_only", WHOLE.partition("\r\n")[0].encode("gb18030") + b"\r\n,,,,\r\n\r\n"),
    ("not_decodable", WHOLE.encode("gb18030") + HALF_CHARACTER),
    ("not_decodable", WHOLE.encode("utf-8") + "交".encode()[:2]),
    ("not_decodable", WHOLE.encode("utf-16")[:-1]),
    ("not_decodable", b"\xff\xff\x80\x80" + WHOLE.encode("gb18030")),
    ("truncated", (WHOLE + '"954000000000000003","tb4825').encode("gb18030")),
    ("truncated", (WHOLE + "954000000000000003,tb48252449,").encode("gb18030")),
    ("truncated", (WHOLE + '="95400000').encode("gb18030")),
    ("truncated", (WHOLE + '"' + "open, " * 50_000).encode("gb18030")),
    ("not_a_table", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    ("not_a_table", b"\x7fELF\x02\x01\x01" + b"\0" * 200 + b"text"),
    ("not_a_table", b"\x01\x02\x03,\x04\r\n"),
    ("not_a_table", WHOLE.encode("utf-16-le")),
    ("unknown_format", "日期,金额\r\n2020-05-01,3\r\n".encode()),
    ("missing_columns", text_of([order()], ["订单编号", "总金额", "宝贝标题"]).encode()),
    ("duplicate_headers", text_of([order()], [*LIST_54, " 总金额"]).encode()),
]


@pytest.mark.parametrize(("code", "content"), CONTENTS)
def test_damaged_content_is_refused(tmp_path: Path, code: str, content: bytes) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_header_that_stands_twice_but_is_not_needed_does_no_harm(tmp_path: Path) -> None:
    assert len(read(write_list(tmp_path, [order()], [*LIST_54, "物流公司"])).sales) == 1


@pytest.mark.parametrize("name", ["nothing.csv", "folder"])
def test_what_is_no_file_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path / name) == "file_not_found"


def test_every_cut_through_the_sample_is_refused_or_ends_a_row(tmp_path: Path) -> None:
    whole = ORDER_LIST.read_bytes()
    path = tmp_path / "cut.csv"
    codes: list[str] = []
    for size in range(8_000, 12_000, 7):
        path.write_bytes(whole[:size])
        try:
            codes.extend(issue.code for issue in read(path).issues)
            codes.append("whole rows")
        except FileRefused as refused:
            codes.append(refused.code)
    assert set(codes) <= {"whole rows", "truncated", "not_decodable"}
    assert codes.count("whole rows") < 20


@pytest.mark.parametrize("other", [ORDER_LIST, ORDER_DETAIL])
def test_two_copies_of_one_table_are_refused(tmp_path: Path, other: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_bytes(other.read_bytes())
    assert refusal(other, copy) == "same_table_twice"
    assert refusal(ORDER_LIST, ORDER_DETAIL, copy) == "same_table_twice"


def test_items_beside_an_order_list_are_the_same_table_twice(tmp_path: Path) -> None:
    header = list(dict.fromkeys([*LIST_54, *DETAIL_10]))
    items = write_list(tmp_path, [order()], header)
    assert refusal(ORDER_LIST, items) == "same_table_twice"


def test_a_spreadsheets_order_numbers_are_refused() -> None:
    assert refusal(SAMPLES / "taobao_resaved_by_spreadsheet.csv") == "order_numbers_damaged"


@pytest.mark.parametrize("spelling", ["9.54042E+17", "9.54042e17", "954042000000000000"])
def test_order_numbers_that_a_spreadsheet_rounded_are_refused(
    tmp_path: Path, spelling: str
) -> None:
    rows = [order(spelling, 买家会员名=f"tb{n}") for n in range(6)]
    total = dict.fromkeys(order(), "") | {"订单编号": "合计", "总金额": "534.00"}
    assert refusal(write_list(tmp_path, [*rows, total])) == "order_numbers_damaged"
    assert refusal(write_detail(tmp_path, [{**row, "标题": "米"} for row in rows])) == (
        "order_numbers_damaged"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pdd_orders_20200508.csv", "wrong_platform"),
        ("youzan_orders_20200508.csv", "wrong_platform"),
        ("1688_orders_20200508.xlsx", "wrong_platform"),
    ],
)
def test_another_platforms_file_is_refused(name: str, code: str) -> None:
    assert refusal(SAMPLES / name) == code


def test_taobaos_file_at_another_platforms_sales_point_is_refused() -> None:
    assert refusal(ORDER_LIST, sales_point_platform="pinduoduo") == "wrong_platform"
    assert refusal(ORDER_LIST, sales_point_platform="") == "wrong_platform"


def test_another_format_than_the_one_asked_for_is_refused() -> None:
    assert refusal(ORDER_LIST, format="youzan") == "unknown_format"
    assert len(read(ORDER_LIST, format="taobao").sales) == 40


def test_another_shops_rows_are_refused(tmp_path: Path) -> None:
    path = write_list(tmp_path, [order(), order(954000000000000002, 店铺名称="别家店")])
    assert refusal(path) == "wrong_shop"
    assert len(read(path, shop_name="").sales) == 2
    path = write_list(tmp_path, [order(店铺Id="12345678", 店铺名称="")])
    assert refusal(path, shop_id="87654321") == "wrong_shop"
    assert len(read(path, shop_id="12345678").sales) == 1
    assert len(read(ORDER_LIST, shop_id="12345678").sales) == 40


def refunded(number: int, **cells: str) -> dict[str, str]:
    return order(number, 买家实际支付金额="89.00", 退款金额="20.00", **cells)


def test_a_paid_column_that_is_not_net_of_refunds_is_refused(tmp_path: Path) -> None:
    rows = [order(954000000000000001), refunded(954000000000000002), refunded(954000000000000003)]
    assert refusal(write_list(tmp_path, rows)) == "refunds_do_not_fit"


def test_one_refund_that_fits_shows_that_the_column_is_net(tmp_path: Path) -> None:
    fits = order(954000000000000003, 买家实际支付金额="69.00", 退款金额="20.00")
    reading = read(write_list(tmp_path, [refunded(954000000000000002), fits]))
    assert [sale.refunded_fen for sale in reading.sales] == [2000]
    assert [issue.code for issue in reading.issues] == ["amounts_do_not_add_up"]


def test_a_broken_row_in_the_middle_costs_only_itself(tmp_path: Path) -> None:
    rows = [
        text_of([order(954000000000000001)], LIST_54),
        '"954000000000000002","say "so"","..."\r\n',
        text_of([order(954000000000000003)], LIST_54).split("\r\n", 1)[1],
    ]
    path = tmp_path / "list.csv"
    path.write_bytes("".join(rows).encode("gb18030"))
    reading = read(path)
    assert [sale.source for sale in reading.sales] == ["1:1", "1:3"]
    assert [(issue.row, issue.code) for issue in reading.issues] == [(2, "bad_cell")]


def test_the_sample_with_details_of_another_time_still_reads(tmp_path: Path) -> None:
    some = write_detail(tmp_path, sample_rows(ORDER_DETAIL)[:10])
    reading = read(ORDER_LIST, some)
    assert sum(sale.lines is None for sale in reading.sales) == 40 - 7
