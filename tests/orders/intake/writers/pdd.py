"""Pinduoduo: one row is one order of one line; user paid and merchant received differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hypothesis import strategies as st

from orders.rules.states import OrderStatus
from tests.orders.intake.writers.dress import CODES, FEN, FREE_TEXTS, MOMENTS, parts_of, time, yuan
from tests.orders.intake.writers.wanted import Line, Order

HEADER = (
    *("商品", "订单号", "订单状态", "商品总价(元)", "邮费(元)", "店铺优惠折扣(元)"),
    *("平台优惠折扣(元)", "多多支付立减金额(元)", "用户实付金额(元)", "商家实收金额(元)"),
    *("商品数量(件)", "收货人", "手机", "省", "订单成交时间", "拼单成功时间", "订单确认时间"),
    *("支付时间", "发货时间", "商品id", "商品规格", "商家编码-规格维度", "商家编码-商品维度"),
    *("快递单号", "售后状态", "商家备注", "退款金额(元)"),
)
NUMBERS = ("订单号", "商品id", "快递单号")
AMOUNTS = tuple(name for name in HEADER if name.endswith("(元)"))
MAY_BE_NONE = ("手机", "支付时间", "发货时间", "快递单号", "商家备注", "订单确认时间")
_TIMES = ("支付时间", "订单成交时间", "拼单成功时间", "订单确认时间")
_WORDS = {
    OrderStatus.PAID: ("待发货", "未发货", "待成团", "未发货，退款中"),
    OrderStatus.SHIPPED: ("已发货", "已发货，待签收", "已发货,待签收"),
    OrderStatus.SUCCEEDED: ("已收货", "已签收", "交易成功", "已完成"),
}
_QUIET = ("无售后或售后取消", "", "售后处理中", "退款中")


@st.composite
def orders(draw: st.DrawFn, number: int) -> tuple[Order, list[Mapping[str, str]]]:
    """Draw one order and the row that states it."""
    list_fen = draw(FEN)
    freight = draw(parts_of(draw(FEN)))
    merchant = draw(parts_of(list_fen))
    received = list_fen + freight - merchant
    platform = draw(parts_of(received))
    instant = draw(parts_of(received - platform))
    moments = {name: draw(MOMENTS) for name in _TIMES}
    if draw(st.booleans()):
        del moments["支付时间"]
    kind = draw(st.sampled_from(["stands", "unpaid", "cancelled", "refunded", "partly"]))
    line = Line(
        draw(FREE_TEXTS), draw(CODES), draw(st.integers(1, 9)), list_fen,
        attributes=draw(st.just("") | FREE_TEXTS),
    )  # fmt: skip
    order = Order(
        f"200501-{123456789012345 + number}", draw(st.sampled_from(list(_WORDS))),
        placed_at=next(moments[name] for name in _TIMES if name in moments),
        paid_at=next(moments[name] for name in _TIMES if name in moments),
        goods_fen=list_fen - merchant, freight_fen=freight,
        subsidies={"platform": platform + instant}, refunded_fen=0, lines=[line],
    )  # fmt: skip
    word = draw(st.sampled_from(_WORDS[order.status]))
    after = draw(st.sampled_from(_QUIET))
    word, after, refund = _stand(draw, order, kind, moments, word, after)
    by_spec = draw(st.booleans())
    row = _row(order, list_fen, merchant, platform, instant) | {
        "订单状态": word,
        "商家编码-规格维度": line.seller_code if by_spec else "",
        "商家编码-商品维度": "OTHER-1" if by_spec else line.seller_code,
        "售后状态": after,
        "退款金额(元)": refund,
    }
    return order, [row | {name: time(moment) for name, moment in moments.items()}]


def _row(order: Order, list_fen: int, merchant: int, platform: int, instant: int) -> dict[str, str]:
    assert order.lines
    (line,) = order.lines
    received = order.goods_fen + order.freight_fen
    return {
        "商品": line.title,
        "订单号": order.number,
        "商品总价(元)": yuan(list_fen),
        "邮费(元)": yuan(order.freight_fen),
        "店铺优惠折扣(元)": yuan(merchant),
        "平台优惠折扣(元)": yuan(platform),
        "多多支付立减金额(元)": yuan(instant),
        "用户实付金额(元)": yuan(received - platform - instant),
        "商家实收金额(元)": yuan(received),
        "商品数量(件)": str(line.quantity),
        "收货人": "样**",
        "省": "浙江省",
        "商品id": "100000000000",
        "商品规格": line.attributes,
    }


_UNPAID = (OrderStatus.UNPAID, None)


def _stand(
    draw: st.DrawFn, order: Order, kind: str, moments: dict[str, datetime], word: str, after: str
) -> tuple[str, str, str]:
    """Draw how an order stands: the words of its status and what was refunded."""
    user, refund = order.consumer_fen, ""
    if kind == "unpaid":
        word, order.status, order.paid_at = draw(st.sampled_from(["待支付", "未支付"])), *_UNPAID
        moments.pop("支付时间", None)
        order.placed_at = moments["订单成交时间"]
    elif kind == "cancelled":
        word = draw(st.sampled_from(["已取消", "已关闭", "交易关闭"]))
        order.status = OrderStatus.CLOSED
        if "支付时间" in moments:
            order.refunded_fen, order.flags = user, {"refund_amount_assumed"}
        else:
            order.paid_at = None
    elif kind == "refunded" or (kind == "partly" and user < 2):
        order.status, order.refunded_fen = OrderStatus.CLOSED, user
        order.flags = {"refund_amount_assumed"}
        if draw(st.booleans()):
            word += "，退款成功"
        else:
            after = "退款成功"
        if user and draw(st.booleans()):
            refund, order.flags = yuan(user), set()
    elif kind == "partly":
        after, order.refunded_fen = "退款成功", draw(st.integers(1, user - 1))
        refund = yuan(order.refunded_fen)
    return word, after, refund
