"""抖音: money by sub-order, discounts by who bears them, and sub-orders joined in one cell."""

from __future__ import annotations

import pytest

from orders.rules.states import OrderStatus
from tests.orders.intake.platform_files import (
    codes,
    douyin,
    money,
    one_sale,
    read_rows,
    without,
)

# 20.00 of one piece, nothing off, no freight.
PLAIN = {
    "商品数量": "1",
    "商品单价": "20.00",
    "订单应付金额": "20.00",
    "运费": "0",
    "平台实际承担优惠金额": "-",
    "商家实际承担优惠金额": "-",
    "达人实际承担优惠金额": "-",
}
OTHER = "4800000000000000012"


def test_who_bears_a_discount_decides_what_it_is(tmp_path):
    sale = one_sale("douyin", tmp_path, douyin())
    assert money(sale) == (9000, 600, 8800, 0)
    assert sale.subsidies == (("influencer", 300), ("platform", 500))
    (line,) = sale.lines
    assert (line.line_key, line.list_fen, line.unit_price_fen) == (
        "4800000000000000011",
        10000,
        2500,
    )
    assert line.stated.amount_fen == 9000


def test_without_a_price_column_the_list_amount_follows_from_the_discounts(tmp_path):
    (line,) = one_sale("douyin", tmp_path, without(douyin(), "商品单价")).lines
    assert (line.list_fen, line.unit_price_fen, line.quantity) == (10000, 2500, 4)


def test_a_refunded_sub_order_goes_back_with_its_freight_and_closes_its_line_alone(tmp_path):
    rows = douyin(售后状态="退款成功"), douyin(OTHER, **PLAIN)
    reading = read_rows("douyin", tmp_path, *rows)
    (sale,) = reading.sales
    assert money(sale) == (11000, 600, 10800, 8800)
    assert sale.status is OrderStatus.SUCCEEDED
    assert [line.is_closed for line in sale.lines] == [True, False]
    assert sale.lines[0].stated.refunded_fen == 8200
    assert sale.flags == ("refund_amount_assumed",)
    assert (reading.platform_gross_fen, reading.platform_refund_fen) == (11600, 9600)


@pytest.mark.parametrize(
    ("refund", "expected", "is_closed"), [("88.00", 8200, True), ("20.00", 2000, False)]
)
def test_a_stated_refund_is_taken_as_it_is(tmp_path, refund, expected, is_closed):
    sale = one_sale("douyin", tmp_path, douyin(售后状态="退款成功", 实际退款金额=refund))
    assert (sale.lines[0].stated.refunded_fen, sale.lines[0].is_closed) == (expected, is_closed)
    assert sale.flags == ()


def test_a_refund_above_the_payment_is_rejected(tmp_path):
    reading = read_rows("douyin", tmp_path, douyin(退款金额="99.00"))
    assert codes(reading) == [(1, "rejected", "refund_exceeds_payment")]


def test_an_order_is_as_far_as_its_standing_sub_orders(tmp_path):
    rows = douyin(订单状态="已关闭"), douyin(OTHER, 订单状态="已发货", **PLAIN)
    sale = one_sale("douyin", tmp_path, *rows)
    assert sale.status is OrderStatus.SHIPPED
    assert [line.is_closed for line in sale.lines] == [True, False]
    closed = one_sale("douyin", tmp_path, *(row | {"订单状态": "已关闭"} for row in rows))
    assert closed.status is OrderStatus.CLOSED
    assert closed.refunded_fen == closed.consumer_paid_fen


def test_an_order_closes_when_all_its_sub_orders_went_back(tmp_path):
    sale = one_sale(
        "douyin", tmp_path, douyin(售后状态="售后完成"), douyin(OTHER, 退款金额="88.00")
    )
    assert (sale.status, sale.refunded_fen) == (OrderStatus.CLOSED, 17600)


def test_a_file_without_payment_times_assumes_them(tmp_path):
    sale = one_sale("douyin", tmp_path, without(douyin(), "支付完成时间"))
    assert (sale.paid_at, sale.flags) == (sale.placed_at, ("paid_at_assumed",))
    unpaid = one_sale("douyin", tmp_path, without(douyin(订单状态="待支付"), "支付完成时间"))
    assert (unpaid.status, unpaid.paid_at) == (OrderStatus.UNPAID, None)
    cancelled = one_sale("douyin", tmp_path, without(douyin(订单状态="已取消"), "支付完成时间"))
    assert (cancelled.status, cancelled.paid_at) == (OrderStatus.CLOSED, None)


def joined(**cells):
    """Two sub-orders in one row: the builder's own, and 20.00 of one piece."""
    return douyin(f"4800000000000000011;{OTHER}") | {
        "选购商品": "凯里红酸汤 500g;平良贡米",
        "商品数量": "4;1",
        "商家编码": "QDN-KL-001;QDN-KL-002",
        "商品单价": "25.00;20.00",
        "订单应付金额": "88.00;20.00",
        "运费": "6.00;0",
        "平台实际承担优惠金额": "5.00;0",
        "商家实际承担优惠金额": "10.00;0",
        "达人实际承担优惠金额": "3.00;0",
        **cells,
    }


def test_sub_orders_joined_in_cells_are_divided(tmp_path):
    sale = one_sale("douyin", tmp_path, joined())
    apart = one_sale(
        "douyin",
        tmp_path,
        douyin(),
        douyin(OTHER, 选购商品="平良贡米", 商家编码="QDN-KL-002", **PLAIN),
    )
    assert money(sale) == money(apart) == (11000, 600, 10800, 0)
    assert [line.line_key for line in sale.lines] == [line.line_key for line in apart.lines]
    assert [line.stated for line in sale.lines] == [line.stated for line in apart.lines]
    assert [line.seller_code for line in sale.lines] == ["QDN-KL-001", "QDN-KL-002"]


def test_one_payable_amount_for_all_is_divided_by_their_prices(tmp_path):
    sale = one_sale("douyin", tmp_path, joined(订单应付金额="108.00", 运费="6.00"))
    assert money(sale) == (11000, 600, 10800, 0)
    assert [line.stated.amount_fen for line in sale.lines] == [9000, 2000]


@pytest.mark.parametrize(
    "cells",
    [
        {"商品数量": "4;1;1"},
        {"商品数量": "5"},
        {"订单应付金额": "107.00"},
        {"运费": "6.00"},
        {"平台实际承担优惠金额": "5.00"},
        {"订单应付金额": "108.00", "运费": "6.00", "售后状态": "退款成功;-"},
    ],
)
def test_what_cannot_be_divided_exactly_is_rejected(tmp_path, cells):
    reading = read_rows("douyin", tmp_path, joined(**cells))
    assert codes(reading) == [(1, "rejected", "joined_cells")]


def test_a_semicolon_in_the_title_of_one_sub_order_joins_nothing(tmp_path):
    sale = one_sale("douyin", tmp_path, douyin(选购商品="凯里红酸汤;火锅底料"))
    assert [line.title for line in sale.lines] == ["凯里红酸汤;火锅底料"]


def test_one_bad_sub_order_costs_the_whole_order(tmp_path):
    reading = read_rows("douyin", tmp_path, douyin(), douyin(OTHER, 商品数量="很多"))
    assert codes(reading) == [
        (1, "rejected", "order_incomplete"),
        (2, "rejected", "bad_quantity"),
    ]
    assert reading.platform_gross_fen == 9600
