"""有赞: who bears the payment discount, whose centre a row is, and the table of items."""

from __future__ import annotations

import pytest

from orders.errors import FileRefused, WrongShop
from orders.rules.states import OrderStatus
from tests.orders.intake.exports import accounts_for_every_row
from tests.orders.intake.platform_files import (
    codes,
    money,
    one_sale,
    read,
    read_rows,
    write,
    youzan,
    youzan_item,
)

DUE = {"商品金额合计": "160.00", "运费": "10.00", "店铺优惠合计": "20.00", "应收订单金额": "150.00"}


@pytest.mark.parametrize(
    ("user", "discount", "received", "expected", "subsidies"),
    [
        ("150.00", "0.00", "150.00", (14000, 1000, 15000, 0), ()),
        ("145.00", "5.00", "150.00", (14000, 1000, 14500, 0), (("platform", 500),)),
        ("145.00", "5.00", "145.00", (13500, 1000, 14500, 0), ()),
        ("150.00", "5.00", "145.00", (13500, 1000, 14500, 0), ()),
    ],
    ids=["none", "by the platform", "by the shop", "by the shop, user gross"],
)
def test_both_paid_amounts_say_who_bears_the_payment_discount(
    tmp_path, user, discount, received, expected, subsidies
):
    paid = {"订单实付金额": user, "支付优惠合计": discount, "订单实收金额": received}
    sale = one_sale("youzan", tmp_path, youzan(**DUE, **paid))
    assert money(sale) == expected
    assert sale.subsidies == subsidies


def test_an_order_without_a_payment_time_is_unpaid(tmp_path):
    sale = one_sale("youzan", tmp_path, youzan(买家付款时间="——", 订单实付金额="0.00"))
    assert (sale.status, sale.flags) == (OrderStatus.UNPAID, ("status_without_payment",))
    assert money(sale) == (16800, 0, 0, 0)


def test_a_closed_order_that_states_no_refund_went_back_in_full(tmp_path):
    sale = one_sale("youzan", tmp_path, youzan(订单状态="交易关闭", 订单已退款金额="——"))
    assert (sale.refunded_fen, sale.flags) == (16800, ("refund_amount_assumed",))


def test_a_buyer_is_known_by_nickname_else_by_an_open_number(tmp_path):
    named = youzan(买家昵称="苗岭", 买家手机号="12000000001")
    assert one_sale("youzan", tmp_path, named).buyer == "苗岭"
    numbered = youzan(买家昵称="", 买家手机号="12000000001")
    assert one_sale("youzan", tmp_path, numbered).buyer == "12000000001"
    masked = youzan(买家昵称="", 买家手机号="120****0001")
    assert one_sale("youzan", tmp_path, masked).buyer == ""


def test_rows_of_other_centres_are_set_aside_and_not_in_the_total(tmp_path):
    other = youzan("E20200501150000000000099", 归属店铺="上城展销中心")
    path = write(tmp_path, [youzan(), other])
    reading = read("youzan", path, shop_name="拱墅展销中心")
    assert codes(reading) == [(2, "quarantined", "other_shop")]
    assert (len(reading.sales), reading.platform_gross_fen) == (1, 16800)
    assert accounts_for_every_row(reading)
    assert len(read("youzan", path).sales) == 2


def test_a_file_without_any_row_of_the_shop_is_refused(tmp_path):
    path = write(tmp_path, [youzan()])
    with pytest.raises(WrongShop):
        read("youzan", path, shop_name="上城展销中心")


def test_items_give_an_order_its_lines(tmp_path):
    order = youzan(
        商品金额合计="247.00", 应收订单金额="247.00", 订单实付金额="247.00", 订单实收金额="247.00"
    )
    items = [
        youzan_item(),
        youzan_item(商品名称="平良贡米", 规格编码="", 商品编码="QDN-KL-002", 商品单价="79.00"),
    ]
    orders = write(tmp_path, [order], name="orders.csv")
    details = write(tmp_path, items, name="items.csv")
    for paths in ((orders, details), (details, orders)):
        reading = read("youzan", *paths)
        (sale,) = reading.sales
        assert [line.seller_code for line in sale.lines] == ["QDN-LS-001", "QDN-KL-002"]
        assert sum(line.list_fen for line in sale.lines) == sale.goods_fen == 24700
        assert (sale.quantity, reading.accepted_rows, reading.issues) == (2, 3, [])


def test_items_alone_wait_for_their_order(tmp_path):
    reading = read_rows("youzan", tmp_path, youzan_item(), youzan_item(商品退款状态="退款成功"))
    assert len(reading.sales) == 0
    (lines,) = reading.orphans.values()
    assert [line.is_closed for line in lines] == [False, True]
    assert accounts_for_every_row(reading)


def test_items_of_an_order_that_is_not_taken_wait(tmp_path):
    refused, foreign = "E20200501150000000000088", "E20200501150000000000099"
    rows = [
        youzan(),
        youzan(refused, 订单状态="外星状态"),
        youzan(foreign, 归属店铺="上城展销中心"),
    ]
    orders = write(tmp_path, rows, name="orders.csv")
    items = [youzan_item(), youzan_item(refused), youzan_item(foreign)]
    details = write(tmp_path, items, name="items.csv")
    reading = read("youzan", orders, details, shop_name="拱墅展销中心")
    assert codes(reading) == [
        (2, "rejected", "bad_status"),
        (3, "quarantined", "other_shop"),
        (2, "quarantined", "order_rejected"),
        (3, "quarantined", "other_shop"),
    ]
    assert accounts_for_every_row(reading)


def test_an_item_that_cannot_be_read_leaves_its_order_without_lines(tmp_path):
    orders = write(tmp_path, [youzan()], name="orders.csv")
    items = [youzan_item(), youzan_item(商品数量="很多")]
    details = write(tmp_path, items, name="items.csv")
    reading = read("youzan", orders, details)
    (sale,) = reading.sales
    assert (sale.lines, sale.flags) == (None, ("detail_incomplete",))
    assert codes(reading) == [
        (1, "quarantined", "detail_incomplete"),
        (2, "rejected", "bad_quantity"),
    ]
    assert accounts_for_every_row(reading)


def test_the_same_table_twice_is_refused(tmp_path):
    paths = [write(tmp_path, [youzan()], name=name) for name in ("a.csv", "b.csv")]
    with pytest.raises(FileRefused) as refused:
        read("youzan", *paths)
    assert refused.value.code == "same_table_twice"
