"""A rejected order keeps its month and money, and words that leave doubt never move money."""

from __future__ import annotations

from datetime import date

import pytest

from orders.intake.raw_blocks import names_a_person
from orders.rules.readings import Reading
from tests.orders.intake.exports import accounts_for_every_row
from tests.orders.intake.platform_files import (
    BUILDERS,
    a1688,
    a1688_line,
    codes,
    douyin,
    jd,
    money,
    one_sale,
    pdd,
    read,
    read_rows,
    write,
    youzan,
    youzan_item,
)

MAY = date(2020, 5, 1)

# A second order beside a good one: with a status that nobody knows, and what it came to.
UNKNOWN = {
    "pdd": (pdd("200501-123456789019999", 订单状态="未知"), 3680),
    "youzan": (youzan("E20200501150000000000099", 订单状态="未知"), 16800),
    "1688": (a1688("885000000000007999", 订单状态="未知"), 7360),
    "jd": (jd("120000000009", 订单状态="未知"), 8900),
    "douyin": (
        douyin("4800000000000000099", 主订单编号="4800000000000000009", 订单状态="未知"),
        9600,
    ),
}


def told(reading: Reading) -> list[tuple[int, date | None, int | None, int | None]]:
    """Return (row, day of payment, gross, refund) of every issue."""
    return [(i.row, i.paid_on, i.gross_fen, i.refund_fen) for i in reading.issues]


@pytest.mark.parametrize("platform", UNKNOWN)
def test_an_order_of_unknown_status_is_rejected_with_its_month_and_money(tmp_path, platform):
    bad, gross_fen = UNKNOWN[platform]
    good = BUILDERS[platform]()
    reading = read_rows(platform, tmp_path, good, bad)
    assert codes(reading) == [(2, "rejected", "bad_status")]
    (issue,) = reading.issues
    assert issue.paid_on is not None
    assert (issue.paid_on.year, issue.paid_on.month) == (2020, 5)
    assert (issue.gross_fen, issue.refund_fen) == (gross_fen, 0)
    (sale,) = reading.sales
    assert reading.platform_gross_fen == sale.goods_fen + sale.freight_fen + gross_fen
    assert accounts_for_every_row(reading)


def test_the_money_of_a_rejected_order_stands_on_one_of_its_rows(tmp_path):
    first = jd("120000000009", 订单金额="178.00", 结算金额="178.00", 应付金额="160.00")
    reading = read_rows("jd", tmp_path, jd(), first, first | {"订单状态": "未知", "商品ID": "2"})
    assert codes(reading) == [(2, "rejected", "order_incomplete"), (3, "rejected", "bad_status")]
    assert told(reading) == [(2, date(2020, 5, 2), 17800, 0), (3, None, None, None)]
    assert reading.platform_gross_fen == 8900 + 17800


def test_a_sub_order_that_stands_twice_in_a_rejected_order_counts_once(tmp_path):
    other = douyin("4800000000000000012", 售后状态="退款成功")
    reading = read_rows(
        "douyin",
        tmp_path,
        douyin(),
        other,
        douyin(商品数量="5", 商品单价="20.00"),  # the first sub-order, with other goods
    )
    assert {code for _row, _verdict, code in codes(reading)} == {"order_rows_disagree"}
    day = date(2020, 5, 2)
    rest = [(row, None, None, None) for row in (2, 3)]
    assert told(reading) == [(1, day, 19200, 9600), *rest]
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (19200, 9600)


def test_an_unpaid_order_that_is_rejected_has_no_money(tmp_path):
    reading = read_rows("jd", tmp_path, jd(), jd("120000000009", 订单状态="未知", 付款确认时间=""))
    assert told(reading) == [(2, None, None, None)]
    assert reading.platform_gross_fen == 8900


def test_of_an_order_that_stands_twice_the_row_that_is_understood_counts(tmp_path):
    reading = read_rows("pdd", tmp_path, pdd(), pdd(订单状态="未知"))
    assert codes(reading) == [(2, "rejected", "bad_status")]
    assert len(reading.sales) == 1
    assert reading.platform_gross_fen == 3680
    assert accounts_for_every_row(reading)


@pytest.mark.parametrize(
    ("platform", "bad"),
    [
        ("pdd", pdd("200501-123456789019999", 售后状态="部分退款成功")),
        ("youzan", youzan("E20200501150000000000099", 订单退款状态="部分退款成功")),
        (
            "douyin",
            douyin(
                "4800000000000000099", 主订单编号="4800000000000000009", 售后状态="部分退款成功"
            ),
        ),
    ],
)
def test_a_refund_of_a_part_without_an_amount_is_not_taken_for_everything(tmp_path, platform, bad):
    reading = read_rows(platform, tmp_path, BUILDERS[platform](), bad)
    assert codes(reading) == [(2, "rejected", "refund_amount_missing")]
    assert reading.platform_refund_fen == 0


def test_a_refund_of_a_part_is_its_amount(tmp_path):
    sale = one_sale("youzan", tmp_path, youzan(订单退款状态="部分退款成功", 订单已退款金额="10.00"))
    assert money(sale) == (16800, 0, 16800, 1000)


def test_an_item_of_which_a_part_was_refunded_stands(tmp_path):
    items = [youzan_item(商品退款状态="部分退款成功")]
    orders = write(tmp_path, [youzan(订单已退款金额="10.00")], name="orders.csv")
    reading = read("youzan", orders, write(tmp_path, items, name="items.csv"))
    (sale,) = reading.sales
    assert sale.lines is not None
    assert [line.is_closed for line in sale.lines] == [False]


@pytest.mark.parametrize("words", ["锁定(取消申请中)", "未完成"])
def test_what_is_not_done_yet_is_not_read_as_done(tmp_path, words):
    reading = read_rows("jd", tmp_path, jd(), jd("120000000009", 订单状态=words))
    assert codes(reading) == [(2, "rejected", "bad_status")]


def test_joined_sub_orders_of_one_number_are_refused(tmp_path):
    twice = {
        "子订单编号": "4800000000000000011;4800000000000000011",
        "订单应付金额": "88.00;88.00",
    }
    reading = read_rows("douyin", tmp_path, douyin(**twice))
    assert codes(reading) == [(1, "rejected", "joined_cells")]


@pytest.mark.parametrize("cell", ["合计", "总计："])
def test_totals_below_an_order_without_numbers_are_no_line_of_it(tmp_path, cell):
    total = a1688_line(**{"货品标题": cell, "数量": "2", "单价(元)": "0"})
    reading = read_rows("1688", tmp_path, a1688(), total)
    assert codes(reading) == [(2, "rejected", "total_row")]
    (sale,) = reading.sales
    assert sale.quantity == 2


@pytest.mark.parametrize(
    "header",
    [
        "收货人 手机号",
        "收件人姓名（必填）",
        "详细收货地址 / 提货地址",
        "买家留言(备注)",
        "收货人",
        "发票：购货单位名称",
    ],
)
def test_columns_of_people_are_known_in_any_dress(header):
    assert names_a_person(header)


@pytest.mark.parametrize(
    "header",
    ["是否手机订单", "商品名称", "收货人省份", "店铺名称", "订单编号", "商家编码-规格维度"],
)
def test_columns_of_goods_are_kept(header):
    assert not names_a_person(header)
