"""拼多多: which column is whose money, and what its joined status words mean."""

from __future__ import annotations

import pytest

from orders.rules.states import OrderStatus
from tests.orders.intake.platform_files import codes, money, one_sale, pdd, read_rows, without

DISCOUNTED = {
    "商品总价(元)": "100.00",
    "邮费(元)": "8.00",
    "店铺优惠折扣(元)": "10.00",
    "平台优惠折扣(元)": "5.00",
    "多多支付立减金额(元)": "1.00",
    "用户实付金额(元)": "92.00",
    "商家实收金额(元)": "98.00",
}


def test_the_shops_discount_lowers_the_price_and_the_platforms_is_a_subsidy(tmp_path):
    sale = one_sale("pdd", tmp_path, pdd(**DISCOUNTED))
    assert money(sale) == (9000, 800, 9200, 0)
    assert sale.subsidies == (("platform", 600),)
    (line,) = sale.lines or ()
    assert (line.list_fen, line.seller_code, line.attributes) == (10000, "QDN-JH-001", "250g")


@pytest.mark.parametrize("absent", ["用户实付金额(元)", "商家实收金额(元)"])
def test_one_of_the_two_paid_columns_is_enough(tmp_path, absent):
    sale = one_sale("pdd", tmp_path, without(pdd(**DISCOUNTED), absent))
    assert money(sale) == (9000, 800, 9200, 0)


def test_both_paid_columns_must_fit(tmp_path):
    wrong = pdd("200501-123456789012999", **{"商家实收金额(元)": "33.80"})
    reading = read_rows("pdd", tmp_path, pdd(), wrong)
    assert codes(reading) == [(2, "rejected", "amounts_do_not_add_up")]
    assert reading.platform_gross_fen == 2 * 3680


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("待发货", OrderStatus.PAID),
        ("待成团", OrderStatus.PAID),
        ("未发货，售后处理中", OrderStatus.PAID),
        ("已发货，待签收", OrderStatus.SHIPPED),
        ("已发货，退款中", OrderStatus.SHIPPED),
        ("已签收", OrderStatus.SUCCEEDED),
        ("交易成功", OrderStatus.SUCCEEDED),
        ("未发货，退款成功", OrderStatus.CLOSED),
    ],
)
def test_status_words_are_read_for_what_they_contain(tmp_path, words, status):
    assert one_sale("pdd", tmp_path, pdd(订单状态=words)).status is status


def test_a_cancelled_order_was_not_paid_unless_a_payment_time_stands_there(tmp_path):
    cancelled = one_sale("pdd", tmp_path, pdd(订单状态="已取消"))
    assert (cancelled.status, cancelled.paid_at) == (OrderStatus.CLOSED, None)
    assert money(cancelled) == (3680, 0, 0, 0)
    paid = one_sale("pdd", tmp_path, pdd(订单状态="已取消", 支付时间="2020-05-01 09:31:00"))
    assert money(paid) == (3680, 0, 3380, 3380)
    assert paid.flags == ("refund_amount_assumed",)


def test_an_unpaid_order_has_no_payment_although_a_group_time_stands_there(tmp_path):
    sale = one_sale("pdd", tmp_path, pdd(订单状态="待支付", **{"用户实付金额(元)": "0"}))
    assert (sale.status, sale.paid_at, sale.consumer_paid_fen) == (OrderStatus.UNPAID, None, 0)


def test_the_after_sales_column_tells_a_refund_as_well(tmp_path):
    sale = one_sale("pdd", tmp_path, pdd(售后状态="退款成功"))
    assert (sale.status, sale.refunded_fen) == (OrderStatus.CLOSED, 3380)
    assert sale.flags == ("refund_amount_assumed",)


@pytest.mark.parametrize("everything", ["33.80", "36.80"])
def test_a_stated_refund_of_everything_is_not_assumed(tmp_path, everything):
    row = pdd(订单状态="已收货，退款成功", **{"退款金额(元)": everything})
    sale = one_sale("pdd", tmp_path, row)
    assert (sale.status, sale.refunded_fen, sale.flags) == (OrderStatus.CLOSED, 3380, ())


def test_a_stated_part_goes_back_and_the_order_stays_where_it_was(tmp_path):
    row = pdd(订单状态="已发货，退款成功", **{"退款金额(元)": "10.00"})
    reading = read_rows("pdd", tmp_path, row)
    (sale,) = reading.sales
    assert (sale.status, sale.refunded_fen, sale.flags) == (OrderStatus.SHIPPED, 1000, ())
    # floor(300 x 1000 / 3380) of the subsidy goes back with it.
    assert reading.platform_refund_fen == 1000 + 88


def test_a_refund_that_is_only_asked_for_is_none(tmp_path):
    row = pdd(订单状态="已收货，退款中", **{"退款金额(元)": "10.00"})
    assert one_sale("pdd", tmp_path, row).refunded_fen == 0


def test_times_fall_back_on_each_other(tmp_path):
    row = pdd(支付时间="2020-05-01 09:30:30", 下单时间="2020-05-01 09:29")
    sale = one_sale("pdd", tmp_path, row)
    assert (sale.paid_at.minute, sale.paid_at.second, sale.placed_at.minute) == (30, 30, 29)
    assert sale.flags == ("time_without_seconds",)
    later = without(pdd(订单确认时间="2020-05-01 10:00:00"), "拼单成功时间")
    assert one_sale("pdd", tmp_path, later).paid_at.hour == 10


def test_the_products_code_stands_in_for_the_specifications(tmp_path):
    row = pdd(**{"商家编码-规格维度": "", "商家编码-商品维度": "QDN-KL-001"})
    (line,) = one_sale("pdd", tmp_path, row).lines or ()
    assert line.seller_code == "QDN-KL-001"


def test_pieces_that_do_not_divide_the_price_keep_the_list_amount(tmp_path):
    row = pdd(**{"商品数量(件)": "3"})
    (line,) = one_sale("pdd", tmp_path, row).lines or ()
    assert (line.quantity, line.unit_price_fen, line.list_fen) == (3, 1226, 3680)
