"""Youzan: one row is one order of a mini-program or a counter; its items are another export."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from orders.rules.states import OrderStatus
from tests.orders.intake.writers.dress import CODES, FEN, FREE_TEXTS, MOMENTS, parts_of, time, yuan
from tests.orders.intake.writers.wanted import Line, Order

HEADER = (
    *("订单号", "销售渠道", "归属店铺", "订单类型", "订单状态", "订单创建时间", "买家付款时间"),
    *("交易成功时间", "付款方式", "支付流水号", "商品金额合计", "运费", "店铺优惠合计"),
    *("应收订单金额", "订单实付金额", "支付优惠合计", "订单实收金额", "全部商品名称", "商品种类数"),
    *("同城送达时间/提货时间", "收货人/提货人", "收货人手机号/提货人手机号", "买家备注"),
    *("买家昵称", "买家手机号", "分销员", "订单退款状态", "订单已退款金额", "商家订单备注"),
    *("订单风险标签", "分销员", "分销员手机号"),
)
NUMBERS = ("订单号", "支付流水号")
AMOUNTS = (
    *("商品金额合计", "运费", "店铺优惠合计", "应收订单金额", "订单实付金额", "支付优惠合计"),
    *("订单实收金额", "订单已退款金额"),
)
MAY_BE_NONE = ("买家昵称", "买家手机号", "分销员", "订单风险标签", "交易成功时间", "买家备注")
ITEM_HEADER = (
    *("订单号", "商品名称", "商品规格", "规格编码", "商品单价", "商品数量", "商品实际成交金额"),
    *("商品留言", "归属店铺"),
)
ITEM_AMOUNTS = ("商品单价", "商品实际成交金额")
_WORDS = {
    OrderStatus.PAID: ("待成团", "待接单", "待发货", "待核销"),
    OrderStatus.SHIPPED: ("已发货",),
    OrderStatus.SUCCEEDED: ("交易完成", "交易成功"),
}
_SAME = {
    "销售渠道": "门店",
    "商品种类数": "2",
    "同城送达时间/提货时间": "2020-05-02 11:00 - 2020-05-02 12:00",
    "收货人/提货人": "样甲",
    "收货人手机号/提货人手机号": "120****0000",
}
SHOPS = ("拱墅展销中心", "淳安展销中心")


@st.composite
def orders(
    draw: st.DrawFn, number: int, *, with_items: bool = False
) -> tuple[Order, list[Mapping[str, str]], list[Mapping[str, str]]]:
    """Draw one order, the row that states it and the rows of its items."""
    number_text = f"E2020050115000000{number:08d}"
    lines, items = _lines(draw, number_text) if with_items else (None, [])
    list_fen = sum(line.list_fen for line in lines) if lines else draw(FEN)
    freight = draw(parts_of(draw(FEN)))
    merchant = draw(parts_of(list_fen))
    due = list_fen + freight - merchant
    pay_discount = draw(st.just(0) | parts_of(list_fen - merchant))
    bearer = draw(st.sampled_from(["platform", "merchant"])) if pay_discount else ""
    placed_at = draw(MOMENTS)
    order = Order(
        number_text, draw(st.sampled_from(list(_WORDS))), placed_at, draw(MOMENTS),
        goods_fen=list_fen - merchant - (pay_discount if bearer == "merchant" else 0),
        freight_fen=freight,
        subsidies={"platform": pay_discount} if bearer == "platform" else {},
        refunded_fen=0, lines=lines,
    )  # fmt: skip
    user = order.consumer_fen
    word = draw(st.sampled_from(_WORDS[order.status]))
    kind = draw(st.sampled_from(["stands", "unpaid", "cancelled", "refunded", "partly"]))
    word = _stand(draw, order, kind, word)
    nickname, phone = _buyer(draw)
    order.buyer = next((name for name in (nickname, phone) if name and "*" not in name), "")
    paid = order.paid_at is not None
    row = {
        "订单号": number_text,
        "归属店铺": draw(st.sampled_from(SHOPS)),
        "订单状态": word,
        "订单创建时间": time(placed_at),
        "买家付款时间": time(order.paid_at),
        "商品金额合计": yuan(list_fen),
        "运费": yuan(freight),
        "店铺优惠合计": yuan(merchant) if merchant else draw(st.sampled_from(["0", "", "0.00"])),
        "应收订单金额": yuan(due),
        "订单实付金额": yuan(user if paid else 0),
        "支付优惠合计": yuan(pay_discount),
        "订单实收金额": yuan((due if bearer == "platform" else user) if paid else 0),
        "全部商品名称": draw(FREE_TEXTS),
        "买家备注": draw(st.just("") | FREE_TEXTS),
        "买家昵称": nickname,
        "买家手机号": phone,
        "订单已退款金额": yuan(order.refunded_fen),
    }
    return order, [_SAME | row], items


def _lines(draw: st.DrawFn, number: str) -> tuple[list[Line], list[Mapping[str, str]]]:
    lines, items = [], []
    for _place in range(draw(st.integers(1, 3))):
        price, count = draw(FEN), draw(st.integers(1, 9))
        line = Line(
            draw(FREE_TEXTS), draw(CODES), count, price * count,
            attributes=draw(st.just("") | FREE_TEXTS),
        )  # fmt: skip
        lines.append(line)
        items.append(
            {
                "订单号": number,
                "商品名称": line.title,
                "商品规格": line.attributes,
                "规格编码": line.seller_code,
                "商品单价": yuan(price),
                "商品数量": str(count),
                "商品实际成交金额": yuan(price * count),
                "归属店铺": SHOPS[0],
            }
        )
    return lines, items


def _buyer(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a nickname and a phone number, masked or not."""
    nickname, phone = draw(
        st.sampled_from(
            [("", "120****0000"), ("", "12000000001"), ("样**", "120****0001"), ("", "")]
        )
        | FREE_TEXTS.map(lambda text: (text, "120****0002"))
    )
    return nickname, phone


def _stand(draw: st.DrawFn, order: Order, kind: str, word: str) -> str:
    """Draw how an order stands and return its status word."""
    user = order.consumer_fen
    if kind in ("unpaid", "cancelled"):
        order.paid_at = None
        order.status = OrderStatus.UNPAID if kind == "unpaid" else OrderStatus.CLOSED
        word = "待付款" if kind == "unpaid" else "交易关闭"
    elif kind == "refunded":
        order.status, word, order.refunded_fen = OrderStatus.CLOSED, "交易关闭", user
    elif kind == "partly":
        order.refunded_fen = draw(st.integers(0, max(user - 1, 0)))
    return word
