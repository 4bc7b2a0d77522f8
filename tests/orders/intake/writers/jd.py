"""JD: one row is one item and repeats its order; freight stands inside or beside the amount."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from orders.rules.states import OrderStatus
from tests.orders.intake.writers.dress import CODES, FEN, FREE_TEXTS, MOMENTS, parts_of, time, yuan
from tests.orders.intake.writers.wanted import Line, Order

HEADER = (
    *("订单号", "商品ID", "商品名称", "订购数量", "下单时间", "京东价", "订单金额", "结算金额"),
    *(
        "余额支付",
        "应付金额",
        "订单状态",
        "订单类型",
        "下单帐号",
        "客户姓名",
        "客户地址",
        "联系电话",
    ),
    *("订单备注", "发票抬头", "商家备注", "商家备注等级（等级1-5为由高到低）", "运费金额"),
    *("付款确认时间", "货号", "订单完成时间", "订单来源", "退款金额"),
)
NUMBERS = ("订单号", "商品ID")
AMOUNTS = (*("京东价", "订单金额", "结算金额", "余额支付", "应付金额", "运费金额", "退款金额"),)
MAY_BE_NONE = ("订单备注", "商家备注", "订单完成时间", "发票抬头")
_WORDS = {
    OrderStatus.PAID: ("等待出库", "等待发货", "暂停", "锁定"),
    OrderStatus.SHIPPED: ("等待确认收货", "已出库"),
    OrderStatus.SUCCEEDED: ("完成", "已完成"),
}
_CLOSED = ("已取消", "取消", "(删除)", "删除")


@st.composite
def orders(draw: st.DrawFn, number: int) -> tuple[Order, list[Mapping[str, str]]]:
    """Draw one order and the rows that state it, one for each item."""
    lines, rows = _lines(draw)
    total = sum(line.list_fen for line in lines)
    merchant = draw(parts_of(total))
    subsidy = draw(st.just(0) | parts_of(total - merchant))
    freight = draw(parts_of(draw(FEN)))
    placed_at, paid_at = draw(MOMENTS), draw(MOMENTS)
    order = Order(
        str(120000000123 + number), draw(st.sampled_from(list(_WORDS))), placed_at, paid_at,
        goods_fen=total - merchant, freight_fen=freight, subsidies={"platform": subsidy},
        refunded_fen=0, lines=lines, buyer=draw(FREE_TEXTS),
    )  # fmt: skip
    within = freight if draw(st.booleans()) else 0
    user = total - merchant - subsidy + within
    balance = draw(parts_of(user))
    word, refund = draw(st.sampled_from(_WORDS[order.status])), ""
    kind = draw(st.sampled_from(["stands", "unpaid", "cancelled", "refunded", "partly"]))
    if kind in ("unpaid", "cancelled"):
        order.paid_at = None
        order.status = OrderStatus.UNPAID if kind == "unpaid" else OrderStatus.CLOSED
        word = "等待付款" if kind == "unpaid" else draw(st.sampled_from(_CLOSED))
    elif kind == "refunded":
        order.status, word = OrderStatus.CLOSED, draw(st.sampled_from(_CLOSED))
        order.refunded_fen, order.flags = order.consumer_fen, {"refund_amount_assumed"}
    elif kind == "partly" and order.consumer_fen > 1:
        order.refunded_fen = draw(st.integers(1, order.consumer_fen - 1))
        refund = yuan(order.refunded_fen)
    placed = time(placed_at)
    if draw(st.integers(0, 4)) == 0:
        order.placed_at = placed_at.replace(hour=0, minute=0, second=0)
        order.flags = {*order.flags, "time_without_clock"}
        placed = placed[:10]
    head = {
        "订单号": order.number,
        "下单时间": placed,
        "订单金额": yuan(total + within),
        "结算金额": yuan(total - merchant + within),
        "余额支付": yuan(balance),
        "应付金额": yuan(user - balance),
        "订单状态": word,
        "下单帐号": order.buyer,
        "联系电话": "12000000000",
        "订单备注": draw(st.just("") | FREE_TEXTS),
        "运费金额": yuan(freight),
        "付款确认时间": time(order.paid_at),
        "退款金额": refund,
    }
    return order, [head | row for row in rows]


def _lines(draw: st.DrawFn) -> tuple[list[Line], list[dict[str, str]]]:
    """Draw the lines of an order and the cells that state them."""
    lines, rows = [], []
    for place in range(draw(st.integers(1, 3))):
        price, count = draw(FEN), draw(st.integers(1, 9))
        line = Line(f"{draw(FREE_TEXTS)}{place}", draw(CODES), count, price * count)
        lines.append(line)
        rows.append(
            {
                "商品ID": str(10000000001 + place),
                "商品名称": line.title,
                "订购数量": str(count),
                "京东价": yuan(price),
                "货号": line.seller_code,
            }
        )
    return lines, rows
