"""A bad row costs only itself, is listed with its place and reason, and counts nowhere."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

from orders.rules.states import OrderStatus
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_54,
    SAMPLES,
    accounts_for_every_row,
    detail,
    order,
    read,
    text_of,
    verdicts,
    write_detail,
    write_list,
)

FIRST, SECOND = 954000000000000001, 954000000000000002

BAD_ORDER_CELLS = [
    ("总金额", "1e400", "bad_amount"),
    ("总金额", "NaN", "bad_amount"),
    ("总金额", "Infinity", "bad_amount"),
    ("总金额", "-89.00", "bad_amount"),
    ("总金额", "８９.００", "bad_amount"),
    ("总金额", "1,089.00", "bad_amount"),
    ("总金额", "89.001", "bad_amount"),
    ("总金额", "99999999999999", "bad_amount"),
    ("总金额", "", "bad_amount"),
    ("买家实际支付金额", "——", "bad_amount"),
    ("买家应付邮费", "89.01", "bad_amount"),
    ("退款金额", "abc", "bad_amount"),
    ("天猫卡券抵扣", "abc", "bad_amount"),
    ("宝贝总数量", "1.5", "bad_quantity"),
    ("宝贝总数量", "-1", "bad_quantity"),
    ("宝贝总数量", "1000001", "bad_quantity"),
    ("订单创建时间", "", "bad_time"),
    ("订单创建时间", "0101-09-04 00:00:00", "bad_time"),
    ("订单付款时间", "0101-09-04 00:00:00", "bad_time"),
    ("订单付款时间", "1999-12-31 23:59:59", "bad_time"),
    ("订单付款时间", "2100-01-01 00:00:00", "bad_time"),
    ("订单付款时间", "2020-02-30 00:00:00", "bad_time"),
    ("订单付款时间", "2020-05-02", "bad_time"),
    ("订单付款时间", "43953.375", "bad_time"),
    ("订单付款时间", "２０２０-05-02 09:00:00", "bad_time"),
    ("订单状态", "", "bad_status"),
    ("订单状态", "已揽件", "bad_status"),
    ("买家留言", "a\0b", "bad_cell"),
    ("总金额", "89.00\0", "bad_cell"),
    ("订单编号", "9.54042E+17", "order_number_damaged"),
    ("订单编号", "", "bad_order_number"),
    ("订单编号", "TB-954042", "bad_order_number"),
    ("订单编号", "12345", "bad_order_number"),
    ("订单编号", "９５４０４２０００００", "bad_order_number"),
    ("订单付款时间", "", "paid_without_time"),
    ("买家实际支付金额", "88.99", "amounts_do_not_add_up"),
]


@pytest.mark.parametrize(("column", "cell", "code"), BAD_ORDER_CELLS)
def test_a_bad_cell_of_an_order_rejects_its_row(
    tmp_path: Path, column: str, cell: str, code: str
) -> None:
    rows = [order(FIRST), order(SECOND) | {column: cell}]
    reading = read(write_list(tmp_path, rows))
    assert verdicts(reading) == [(2, "rejected", code)]
    assert [sale.order_number for sale in reading.sales] == [str(FIRST)]
    assert accounts_for_every_row(reading)
    assert reading.platform_gross_fen == 8900 * (2 if code == "amounts_do_not_add_up" else 1)
    assert "\0" not in reading.issues[0].message + reading.issues[0].order_number


BAD_DETAIL_CELLS = [
    ("价格", "1e400", "bad_amount"),
    ("价格", "", "bad_amount"),
    ("价格", "-1.00", "bad_amount"),
    ("价格", "9999999999.00", "bad_amount"),
    ("购买数量", "0", "bad_quantity"),
    ("购买数量", "", "bad_quantity"),
    ("购买数量", "1000001", "bad_quantity"),
    ("购买数量", "２", "bad_quantity"),
    ("订单状态", "已揽件", "bad_status"),
    ("备注", "a\0b", "bad_cell"),
]


@pytest.mark.parametrize(("column", "cell", "code"), BAD_DETAIL_CELLS)
def test_a_bad_detail_row_leaves_its_order_without_lines(
    tmp_path: Path, column: str, cell: str, code: str
) -> None:
    bad = detail(FIRST, 标题="另一件", 购买数量="100000" if column == "价格" else "1")
    details = [detail(FIRST), bad | {column: cell}, detail(SECOND)]
    reading = read(
        write_list(tmp_path, [order(FIRST), order(SECOND)]), write_detail(tmp_path, details)
    )
    assert verdicts(reading) == [
        (1, "quarantined", "detail_incomplete"),
        (2, "rejected", code),
    ]
    broken, sound = reading.sales
    assert (broken.lines, broken.flags) == (None, ("detail_incomplete",))
    assert sound.lines
    assert len(sound.lines) == 1
    assert sound.flags == ()
    assert (reading.accepted_rows, reading.platform_gross_fen) == (3, 17800)
    assert accounts_for_every_row(reading)


def test_details_of_a_rejected_order_are_quarantined(tmp_path: Path) -> None:
    orders = [order(FIRST, 总金额="x"), order(SECOND, 买家实际支付金额="1.00")]
    third = 954000000000000003
    details = [detail(FIRST), detail(SECOND), detail(SECOND), detail(third)]
    reading = read(write_list(tmp_path, [*orders, order(third)]), write_detail(tmp_path, details))
    assert [issue for issue in verdicts(reading) if issue[1] == "quarantined"] == [
        (row, "quarantined", "order_rejected") for row in (1, 2, 3)
    ]
    assert reading.orphans == {}
    assert accounts_for_every_row(reading)


def test_details_without_their_order_are_left_to_the_recorder(tmp_path: Path) -> None:
    stranger = 954000000000000009
    details = [detail(stranger), detail(FIRST), detail(stranger), detail(SECOND, 价格="x")]
    reading = read(
        write_list(tmp_path, [order(FIRST)]), write_detail(tmp_path, [*details, detail(SECOND)])
    )
    assert [line.source for line in reading.orphans[str(stranger)]] == ["2:1", "2:3"]
    assert list(reading.orphans) == [str(stranger)]
    assert verdicts(reading) == [
        (4, "rejected", "bad_amount"),
        (5, "quarantined", "detail_incomplete"),
    ]
    assert reading.accepted_rows == 2
    assert accounts_for_every_row(reading)


def test_detail_rows_end_with_one_comma_more_than_their_header(tmp_path: Path) -> None:
    path = write_detail(tmp_path, [detail(FIRST), detail(FIRST), detail(SECOND)])
    header, *rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(header + b"".join(row.replace(b"\r\n", b",\r\n") for row in rows))
    assert sum(map(len, read(path).orphans.values())) == 3
    path.write_bytes(header + rows[0] + rows[1].replace(b"\r\n", b",\r\n") + rows[2])
    assert sum(map(len, read(path).orphans.values())) == 3
    path.write_bytes(header + rows[0] + rows[1].replace(b"\r\n", b",x\r\n") + rows[2])
    assert verdicts(read(path)) == [
        (1, "quarantined", "detail_incomplete"),
        (2, "rejected", "wrong_cell_count"),
    ]


@pytest.mark.parametrize("word", ["合计", "总计：", "合计(2单)"])
def test_a_row_of_totals_counts_nowhere(tmp_path: Path, word: str) -> None:
    total = dict.fromkeys(LIST_54, "") | {"订单编号": word, "总金额": "178.00"}
    reading = read(write_list(tmp_path, [order(FIRST), order(SECOND), total]))
    assert verdicts(reading) == [(3, "rejected", "total_row")]
    assert reading.platform_gross_fen == 17800
    shuffled = read(write_list(tmp_path, [order(FIRST), {"总金额": word}], LIST_54[::-1]))
    assert shuffled.issues[0].verdict == "rejected"


def test_a_short_row_of_totals_at_the_end_is_no_cut_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes((text_of([order(FIRST)], LIST_54) + "合计,,178.00").encode())
    assert verdicts(read(path)) == [(2, "rejected", "total_row")]


def test_a_row_with_shifted_cells_is_rejected_and_its_people_forgotten(tmp_path: Path) -> None:
    whole = text_of([order(FIRST), order(SECOND)], LIST_54)
    path = tmp_path / "list.csv"
    path.write_bytes(whole.replace("样乙", "样乙,住址12025407706", 1).encode("gb18030"))
    reading = read(path)
    assert verdicts(reading) == [(1, "rejected", "wrong_cell_count")]
    assert reading.issues[0].order_number == str(FIRST)
    kept = json.loads(zlib.decompress(reading.files[0].blocks[0][2]))
    assert kept[0] == {"订单编号": str(FIRST)}


def test_a_repeated_order_counts_once_as_its_freshest(tmp_path: Path) -> None:
    sent = {"订单状态": "卖家已发货，等待买家确认"}
    part = {"买家实际支付金额": "69.00", "退款金额": "20.00"}
    rows = [
        order(FIRST) | sent,
        order(SECOND),
        order(f'="{FIRST}"', **part),
        order(f"{FIRST}\t"),
    ]
    reading = read(write_list(tmp_path, rows))
    assert verdicts(reading) == [
        (1, "duplicate", "order_repeated"),
        (4, "duplicate", "order_repeated"),
    ]
    first, second = reading.sales
    assert (first.order_number, first.source, first.refunded_fen) == (str(FIRST), "1:3", 2000)
    assert second.source == "1:2"
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (17800, 2000)
    assert accounts_for_every_row(reading)


def test_of_equal_order_rows_the_first_stands(tmp_path: Path) -> None:
    reading = read(write_list(tmp_path, [order(FIRST), order(FIRST)]))
    assert verdicts(reading) == [(2, "duplicate", "order_repeated")]
    assert reading.sales[0].source == "1:1"


def test_a_bad_row_beside_a_good_row_of_the_same_order_parks_nothing(tmp_path: Path) -> None:
    rows = [order(FIRST), order(FIRST, 总金额="x")]
    reading = read(write_list(tmp_path, rows), write_detail(tmp_path, [detail(FIRST)]))
    assert verdicts(reading) == [(2, "rejected", "bad_amount")]
    assert len(reading.sales[0].lines or ()) == 1


def test_identical_detail_rows_are_separate_lines(tmp_path: Path) -> None:
    details = [detail(订单状态="交易关闭"), detail(), detail()]
    reading = read(write_list(tmp_path, [order()]), write_detail(tmp_path, details))
    lines = reading.sales[0].lines or ()
    assert [line.line_key[-1] for line in lines] == ["3", "1", "2"]
    assert [line.is_closed for line in lines] == [True, False, False]
    assert [line.source for line in lines] == ["2:1", "2:2", "2:3"]


def test_items_that_disagree_on_their_order_are_rejected_together(tmp_path: Path) -> None:
    header = list(dict.fromkeys([*LIST_54, *DETAIL_10]))
    same = {"总金额": "178.00", "买家实际支付金额": "178.00"}
    rows = [
        order(FIRST) | detail(FIRST),
        order(FIRST, **same) | detail(FIRST),
        order(SECOND, **same) | detail(SECOND),
        order(SECOND, **same) | detail(SECOND),
        order(SECOND, **same) | detail(SECOND, 订单状态="交易关闭"),
    ]
    reading = read(write_list(tmp_path, rows, header))
    assert verdicts(reading) == [(row, "rejected", "order_rows_disagree") for row in (1, 2)]
    (sale,) = reading.sales
    assert (sale.status, sale.quantity) == (OrderStatus.SUCCEEDED, 3)
    assert [line.is_closed for line in sale.lines or ()] == [False, False, True]
    assert reading.platform_gross_fen == 17800
    assert accounts_for_every_row(reading)


def test_a_bad_item_leaves_its_order_without_lines(tmp_path: Path) -> None:
    header = list(dict.fromkeys([*LIST_54, *DETAIL_10]))
    rows = [order(FIRST) | detail(FIRST), order(FIRST) | detail(FIRST, 价格="x")]
    reading = read(write_list(tmp_path, rows, header))
    assert verdicts(reading) == [(2, "rejected", "bad_amount")]
    assert (reading.sales[0].lines, reading.sales[0].flags) == (None, ("detail_incomplete",))
    assert accounts_for_every_row(reading)


def test_the_resaved_sample_with_whole_numbers_loses_two_rows(tmp_path: Path) -> None:
    text = (SAMPLES / "taobao_resaved_by_spreadsheet.csv").read_text(encoding="utf-8-sig")
    header, *rows = [line.split(",") for line in text.splitlines() if line.strip()]
    by_buyer = {buyer: FIRST + n for n, buyer in enumerate(dict.fromkeys(row[1] for row in rows))}
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    for row in cells[:-1]:
        row["订单编号"] = str(by_buyer[row["买家会员名"]])
    reading = read(write_list(tmp_path, cells, [*header, "买家应付邮费"]))
    assert verdicts(reading) == [(13, "duplicate", "order_repeated"), (14, "rejected", "total_row")]
    assert len(reading.sales) == 12
    assert all("time_without_seconds" in sale.flags for sale in reading.sales)
