"""1688: lines below their order, discounts and surcharges, who pays and which shop sells."""

from __future__ import annotations

import pytest

from orders.errors import WrongShop
from orders.rules.states import OrderStatus
from tests.orders.intake.platform_files import (
    a1688,
    a1688_line,
    codes,
    money,
    one_sale,
    read,
    read_rows,
    without,
    write,
)

TWO = {"货品总价(元)": "152.60", "实付款(元)": "152.60"}


def test_lines_without_a_number_belong_to_the_order_above(tmp_path):
    reading = read_rows("1688", tmp_path, a1688(**TWO), a1688_line(), a1688("885000000000011111"))
    assert [len(sale.lines) for sale in reading.sales] == [2, 1]
    assert reading.accepted_rows == 3


def test_order_columns_may_stand_on_every_line(tmp_path):
    rows = a1688(**TWO), a1688(**TWO) | a1688_line()
    assert len(one_sale("1688", tmp_path, *rows).lines) == 2


def test_lines_that_do_not_come_to_the_orders_price_cost_the_order(tmp_path):
    reading = read_rows("1688", tmp_path, a1688("885000000000011111"), a1688(), a1688_line())
    assert codes(reading) == [
        (2, "rejected", "amounts_do_not_add_up"),
        (3, "rejected", "amounts_do_not_add_up"),
    ]
    assert reading.platform_gross_fen == 2 * 7360


@pytest.mark.parametrize(
    ("change", "paid", "goods_fen"), [("-3.60", "80.00", 7000), ("6.40", "90.00", 8000)]
)
def test_what_is_knocked_off_lowers_the_goods_and_a_surcharge_raises_them(
    tmp_path, change, paid, goods_fen
):
    cells = {"涨价或折扣(元)": change, "运费(元)": "10.00", "实付款(元)": paid}
    sale = one_sale("1688", tmp_path, a1688(**cells))
    assert money(sale) == (goods_fen, 1000, goods_fen + 1000, 0)
    (line,) = sale.lines
    assert (line.list_fen, line.quantity) == (7360, 2)


def test_a_unit_pays_and_its_member_buys(tmp_path):
    sale = one_sale("1688", tmp_path, a1688())
    assert (sale.payer_unit, sale.buyer) == ("样例商超有限公司", "demo_buyer_1")


@pytest.mark.parametrize("own", ["样例黔东南农产品有限公司", "demo_seller", ""])
def test_the_seller_is_the_shop_by_company_or_member_name(tmp_path, own):
    assert len(read("1688", write(tmp_path, [a1688()]), shop_name=own).sales) == 1


def test_another_sellers_file_is_refused(tmp_path):
    path = write(tmp_path, [a1688(**TWO), a1688_line()])
    with pytest.raises(WrongShop):
        read("1688", path, shop_name="别家公司")


def test_a_closed_order_that_was_paid_went_back_in_full_unless_the_file_says_how_much(tmp_path):
    sale = one_sale("1688", tmp_path, a1688(订单状态="交易关闭"))
    assert (sale.refunded_fen, sale.flags) == (7360, ("refund_amount_assumed",))
    stated = one_sale("1688", tmp_path, a1688(订单状态="交易关闭", **{"退款金额(元)": "70.00"}))
    assert (stated.refunded_fen, stated.flags) == (7000, ())
    unpaid = one_sale("1688", tmp_path, a1688(订单状态="交易关闭", 订单付款时间=""))
    assert money(unpaid) == (7360, 0, 0, 0)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("等待卖家发货", OrderStatus.PAID),
        ("等待买家收货", OrderStatus.SHIPPED),
        ("等待买家确认收货", OrderStatus.SHIPPED),
        ("已收货", OrderStatus.SUCCEEDED),
    ],
)
def test_status_words(tmp_path, words, status):
    assert one_sale("1688", tmp_path, a1688(订单状态=words)).status is status


def test_equal_lines_are_two_where_the_price_says_so_and_one_pasted_twice_where_not(tmp_path):
    line = a1688_line()
    both = a1688(**{"货品总价(元)": "231.60", "实付款(元)": "231.60"})
    sale = one_sale("1688", tmp_path, both, line, line)
    assert len({each.line_key for each in sale.lines}) == 3
    pasted = read_rows("1688", tmp_path, a1688(**TWO), line, a1688(**TWO), line)
    assert codes(pasted) == [(3, "duplicate", "line_repeated"), (4, "duplicate", "line_repeated")]
    assert [len(sale.lines) for sale in pasted.sales] == [2]


def test_a_bad_line_costs_its_order_and_no_other(tmp_path):
    rows = [a1688(**TWO), a1688_line(数量="很多"), a1688("885000000000011111")]
    reading = read_rows("1688", tmp_path, *rows)
    assert codes(reading) == [
        (1, "rejected", "order_incomplete"),
        (2, "rejected", "bad_quantity"),
    ]
    assert [sale.order_number for sale in reading.sales] == ["885000000000011111"]


def test_an_order_that_lost_its_number_does_not_become_a_line_of_another(tmp_path):
    rows = [a1688("885000000000011111"), a1688("", **TWO), a1688_line()]
    reading = read_rows("1688", tmp_path, *rows)
    assert codes(reading) == [
        (2, "rejected", "bad_order_number"),
        (3, "rejected", "bad_order_number"),
    ]
    assert len(reading.sales[0].lines) == 1


def test_codes_are_looked_for_in_three_columns(tmp_path):
    row = without(a1688(货号="", 物料编号="QDN-JH-009"), "单品货号")
    assert one_sale("1688", tmp_path, row).lines[0].seller_code == "QDN-JH-009"
