"""What a good row comes to: cells undressed, money by the identity, doubts as flags."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from common.clock import SHANGHAI
from orders.rules.readings import Reading
from orders.rules.sale import ReportedContact, ReportedSale
from orders.rules.states import OrderStatus
from tests.orders.intake.exports import (
    LIST_67,
    accounts_for_every_row,
    detail,
    order,
    read,
    write_detail,
    write_list,
)


def reading_of(folder: Path, **cells: Any) -> Reading:
    # A part refund that fits stands beside, so that the file as a whole makes sense.
    other = order(954000000000000009, 买家实际支付金额="69.00", 退款金额="20.00")
    reading = read(write_list(folder, [order(**cells), other], LIST_67))
    assert accounts_for_every_row(reading)
    return reading


def sale_of(folder: Path, **cells: Any) -> ReportedSale:
    reading = reading_of(folder, **cells)
    assert reading.issues == []
    return reading.sales[0]


@pytest.mark.parametrize(
    "number",
    [
        '="954000000000000001"',
        "'954000000000000001",
        "\t954000000000000001\t",
        "954000000000000001 ",
        "\ufeff954000000000000001",
        "9540000\u200b00000000001",
        '="\'954000000000000001"',
    ],
)
def test_an_order_number_is_one_however_it_is_dressed(tmp_path: Path, number: str) -> None:
    rows = [order(number), order(954000000000000002)]
    reading = read(write_list(tmp_path, rows, encoding="utf-8"))
    assert reading.sales[0].order_number == "954000000000000001"


@pytest.mark.parametrize("cell", ["89.00元", " 89 ", '="89.0"', "'89.00", "89.00\t"])
def test_an_amount_is_one_however_it_is_dressed(tmp_path: Path, cell: str) -> None:
    assert sale_of(tmp_path, 总金额=cell).goods_fen == 8900


@pytest.mark.parametrize("cell", ["", "-", "——", "NULL", '=""', "\t"])
def test_an_empty_amount_of_a_side_column_is_nothing(tmp_path: Path, cell: str) -> None:
    sale = sale_of(tmp_path, 退款金额=cell, 买家应付邮费=cell, 集分宝抵扣=cell)
    assert (sale.refunded_fen, sale.freight_fen, sale.subsidies) == (0, 0, ())


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("买家已付款，等待卖家发货", OrderStatus.PAID),
        ("买家已付款,等待卖家发货", OrderStatus.PAID),
        ("买家已付款｜｜｜等待卖家发货", OrderStatus.PAID),
        ("买家已付款|||等待卖家发货", OrderStatus.PAID),
        (" 卖家已发货， 等待买家确认 ", OrderStatus.SHIPPED),
        ("交易成功", OrderStatus.SUCCEEDED),
        ("交易关闭", OrderStatus.CLOSED),
        ("已发货", OrderStatus.SHIPPED),
    ],
)
def test_status_words_are_known_in_every_spelling(
    tmp_path: Path, word: str, status: OrderStatus
) -> None:
    assert sale_of(tmp_path, 订单状态=word).status is status


@pytest.mark.parametrize(
    ("cell", "hour", "minute", "second", "flags"),
    [
        ("2020-05-02 09:00:40", 9, 0, 40, ()),
        ("2020/5/2 9:00:40", 9, 0, 40, ()),
        ("2020/05/02 23:59", 23, 59, 0, ("time_without_seconds",)),
        ("2020-05-02T00:00:00", 0, 0, 0, ()),
        ("'2020-05-02 09:00:40\t", 9, 0, 40, ()),
    ],
)
def test_times_are_shanghai_times(
    tmp_path: Path, cell: str, hour: int, minute: int, second: int, flags: tuple[str, ...]
) -> None:
    sale = sale_of(tmp_path, 订单付款时间=cell)
    assert sale.paid_at == datetime(2020, 5, 2, hour, minute, second, tzinfo=SHANGHAI)
    assert sale.flags == flags


def test_payment_wins_over_the_status_word(tmp_path: Path) -> None:
    sale = sale_of(tmp_path, 订单状态="等待买家付款")
    assert (sale.status, sale.flags) == (OrderStatus.PAID, ("payment_without_status",))
    assert sale.consumer_paid_fen == 8900


@pytest.mark.parametrize(
    ("word", "status", "flags"),
    [
        ("等待买家付款", OrderStatus.UNPAID, ()),
        ("交易关闭", OrderStatus.CLOSED, ()),
        ("交易成功", OrderStatus.UNPAID, ("status_without_payment",)),
        ("买家已付款，等待卖家发货", OrderStatus.UNPAID, ("status_without_payment",)),
    ],
)
def test_an_order_without_payment_time_is_unpaid(
    tmp_path: Path, word: str, status: OrderStatus, flags: tuple[str, ...]
) -> None:
    reading = reading_of(
        tmp_path, 订单状态=word, 订单付款时间="", 买家实际支付金额="0.00", 天猫卡券抵扣="5.00"
    )
    sale = reading.sales[0]
    assert (sale.status, sale.flags, sale.paid_at) == (status, flags, None)
    assert (sale.goods_fen, sale.consumer_paid_fen, sale.refunded_fen) == (8900, 0, 0)
    assert sale.subsidies == ()
    assert reading.platform_gross_fen == 8900


def test_paid_goods_and_freight_are_told_apart(tmp_path: Path) -> None:
    sale = sale_of(tmp_path, 总金额="101.00", 买家应付邮费="12.00", 买家实际支付金额="101.00")
    assert (sale.goods_fen, sale.freight_fen, sale.consumer_paid_fen) == (8900, 1200, 10100)


def test_the_paid_column_is_net_of_refunds(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, 买家实际支付金额="68.00", 退款金额="21.00")
    sale = reading.sales[0]
    assert (sale.consumer_paid_fen, sale.refunded_fen, sale.refunded_at) == (8900, 2100, None)
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (17800, 4100)


def test_what_the_platform_paid_is_its_subsidy_where_the_total_needs_it(tmp_path: Path) -> None:
    shares = {"天猫卡券抵扣": "5.00", "集分宝抵扣": "3.00", "满返红包金额": "1.00"}
    sale = sale_of(tmp_path, 买家实际支付金额="80.00", **shares)
    assert (sale.subsidies, sale.consumer_paid_fen) == ((("platform", 900),), 8000)
    assert sale.goods_fen + sale.freight_fen == sale.consumer_paid_fen + 900
    assert sale_of(tmp_path, **shares).subsidies == ()


@pytest.mark.parametrize(
    ("paid", "refund", "word", "back"),
    [
        ("60.00", "20.00", "交易成功", 2000 + 225),  # floor(900 x 2000 / 8000)
        ("53.33", "26.67", "交易成功", 2667 + 300),  # floor(300.03...)
        ("0.00", "80.00", "交易关闭", 8900),
        ("80.00", "0.00", "交易成功", 0),
    ],
)
def test_subsidy_that_goes_back_is_in_the_platforms_refund(
    tmp_path: Path, paid: str, refund: str, word: str, back: int
) -> None:
    cells = {"买家实际支付金额": paid, "退款金额": refund, "订单状态": word}
    reading = reading_of(tmp_path, **cells, 天猫卡券抵扣="9.00")
    assert reading.sales[0].subsidies == (("platform", 900),)
    assert reading.platform_refund_fen == back + 2000


@pytest.mark.parametrize(("word", "back"), [("交易成功", 0), ("交易关闭", 8900)])
def test_an_order_that_cost_its_buyer_nothing_is_refunded_by_closing(
    tmp_path: Path, word: str, back: int
) -> None:
    cells = {"买家实际支付金额": "0.00", "天猫卡券抵扣": "89.00", "订单状态": word}
    reading = reading_of(tmp_path, **cells)
    assert reading.sales[0].consumer_paid_fen == 0
    assert reading.platform_refund_fen == back + 2000


def test_a_masked_buyer_is_nobody(tmp_path: Path) -> None:
    assert sale_of(tmp_path, 买家会员名="t**5").buyer == ""
    assert sale_of(tmp_path, 买家会员名="-").buyer == ""
    assert sale_of(tmp_path, 买家会员名="侗乡,大哥").buyer == "侗乡,大哥"


def test_the_contact_is_where_the_parcel_went(tmp_path: Path) -> None:
    sale = sale_of(tmp_path, 联系手机="", 联系电话="0571-12345678", 修改后的收货地址="新址 2 号")
    assert sale.contact == ReportedContact("样乙", "0571-12345678", "新址 2 号")
    nobody = {"收货人姓名": "", "联系手机": "'", "收货地址": "——"}
    assert sale_of(tmp_path, **nobody).contact is None


@pytest.mark.parametrize(("cell", "pieces"), [("", 1), ("0", 1), ("15", 15), ("2.0", 2)])
def test_an_order_has_at_least_one_piece(tmp_path: Path, cell: str, pieces: int) -> None:
    assert sale_of(tmp_path, 宝贝总数量=cell).quantity == pieces


def test_the_outer_code_serves_where_the_sellers_is_missing(tmp_path: Path) -> None:
    details = [detail(商家编码="", 外部系统编号="QDN-LS-001"), detail(外部系统编号="other")]
    reading = read(write_list(tmp_path, [order()]), write_detail(tmp_path, details))
    lines = reading.sales[0].lines or ()
    assert [line.seller_code for line in lines] == ["QDN-LS-001", "QDN-RJ-003"]


def test_a_line_costs_price_times_pieces(tmp_path: Path) -> None:
    details = [detail(价格="1.00元", 购买数量="15"), detail(价格="0.00", 标题="赠品")]
    reading = read(write_list(tmp_path, [order()]), write_detail(tmp_path, details))
    lines = reading.sales[0].lines or ()
    assert [(line.unit_price_fen, line.quantity, line.list_fen) for line in lines] == [
        (100, 15, 1500),
        (0, 1, 0),
    ]


def test_texts_longer_than_their_columns_keep_their_own_keys(tmp_path: Path) -> None:
    details = [detail(标题="长" * 400 + end) for end in "甲乙"]
    reading = read(write_list(tmp_path, [order()]), write_detail(tmp_path, details))
    lines = reading.sales[0].lines or ()
    assert [len(line.title) for line in lines] == [300, 300]
    assert len({line.line_key for line in lines}) == 2
    assert all(len(line.line_key) <= 400 for line in lines)
