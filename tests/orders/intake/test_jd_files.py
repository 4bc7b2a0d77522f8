"""京东: freight inside or outside the order's amount, and the platform's part by difference."""

from __future__ import annotations

import pytest

from orders.rules.states import OrderStatus
from tests.orders.intake.platform_files import codes, jd, money, one_sale, read_rows, without


def test_what_the_shop_gets_beyond_the_users_money_is_the_platforms(tmp_path):
    sale = one_sale("jd", tmp_path, jd(余额支付="30.00", 应付金额="50.00"))
    assert money(sale) == (8900, 0, 8000, 0)
    assert sale.subsidies == (("platform", 900),)


def test_what_the_shop_gets_less_than_the_orders_amount_is_its_discount(tmp_path):
    sale = one_sale("jd", tmp_path, jd(结算金额="84.00"))
    assert money(sale) == (8400, 0, 8000, 0)
    assert sale.lines[0].list_fen == 8900


@pytest.mark.parametrize(
    ("total", "settled", "payable"),
    [("95.00", "95.00", "86.00"), ("89.00", "89.00", "80.00")],
    ids=["inside", "outside"],
)
def test_freight_is_found_inside_or_outside_the_orders_amount(tmp_path, total, settled, payable):
    row = jd(运费金额="6.00", 订单金额=total, 结算金额=settled, 应付金额=payable)
    sale = one_sale("jd", tmp_path, row)
    assert money(sale) == (8900, 600, 8600, 0)
    assert sale.subsidies == (("platform", 900),)


def test_without_a_settled_amount_the_user_paid_it_all(tmp_path):
    sale = one_sale("jd", tmp_path, without(jd(), "结算金额"))
    assert money(sale) == (8000, 0, 8000, 0)
    assert sale.subsidies == ()


def test_a_user_who_paid_more_than_the_shop_gets_fits_nothing(tmp_path):
    reading = read_rows("jd", tmp_path, jd(), jd("120000000002", 应付金额="90.00"))
    assert codes(reading) == [(2, "rejected", "amounts_do_not_add_up")]


def test_every_row_repeats_its_order(tmp_path):
    order = {"订单金额": "125.80", "结算金额": "125.80", "应付金额": "125.80"}
    mushrooms = {"商品名称": "剑河香菇", "京东价": "36.80", "货号": "QDN-JH-001"}
    rows = jd(**order), jd(**order, **mushrooms)
    sale = one_sale("jd", tmp_path, *rows)
    assert money(sale) == (12580, 0, 12580, 0)
    assert sale.title == "榕江锡利贡米 5kg，剑河香菇"
    turned = one_sale("jd", tmp_path, *reversed(rows))
    assert {line.line_key for line in turned.lines} == {line.line_key for line in sale.lines}


def test_rows_that_disagree_on_their_order_are_rejected(tmp_path):
    order = {"订单金额": "178.00", "结算金额": "178.00", "应付金额": "178.00"}
    other = jd(**order | {"应付金额": "170.00"})
    reading = read_rows("jd", tmp_path, jd(**order), other)
    assert [issue.code for issue in reading.issues] == ["order_rows_disagree"] * 2


def test_equal_items_with_different_codes_keep_their_names_in_any_order(tmp_path):
    order = {"订单金额": "178.00", "结算金额": "178.00", "应付金额": "178.00"}
    rows = jd(**order, 货号="QDN-RJ-003"), jd(**order, 货号="QDN-RJ-004")
    for given in (rows, rows[::-1]):
        lines = one_sale("jd", tmp_path, *given).lines
        by_key = {line.line_key: line.seller_code for line in lines}
        assert [by_key[key] for key in sorted(by_key)] == ["QDN-RJ-003", "QDN-RJ-004"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("等待出库", OrderStatus.PAID),
        ("锁定", OrderStatus.PAID),
        ("等待确认收货", OrderStatus.SHIPPED),
        ("已完成", OrderStatus.SUCCEEDED),
        ("(删除)等待出库", OrderStatus.CLOSED),
        ("已取消", OrderStatus.CLOSED),
    ],
)
def test_status_words(tmp_path, words, status):
    assert one_sale("jd", tmp_path, jd(订单状态=words)).status is status


def test_a_cancelled_order_that_was_paid_went_back_in_full(tmp_path):
    sale = one_sale("jd", tmp_path, jd(订单状态="已取消"))
    assert (sale.refunded_fen, sale.flags) == (8000, ("refund_amount_assumed",))
    stated = one_sale("jd", tmp_path, jd(订单状态="完成", 退款金额="20.00"))
    assert (stated.refunded_fen, stated.flags) == (2000, ())


def test_a_day_without_a_clock_is_taken_and_flagged(tmp_path):
    sale = one_sale("jd", tmp_path, jd(下单时间="2020-05-02", 付款确认时间="2020/5/2"))
    assert (sale.placed_at.hour, sale.paid_at.hour) == (0, 0)
    assert sale.flags == ("time_without_clock",)


def test_an_unpaid_order_has_no_payment(tmp_path):
    row = jd(订单状态="等待付款", 付款确认时间="", 应付金额="0", 结算金额="")
    sale = one_sale("jd", tmp_path, row)
    assert (sale.status, sale.subsidies) == (OrderStatus.UNPAID, ())
    assert money(sale) == (8900, 0, 0, 0)
