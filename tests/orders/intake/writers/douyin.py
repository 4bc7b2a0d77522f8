"""Douyin: one row is one sub-order; every discount names who bears it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from orders.rules.states import OrderStatus
from tests.orders.intake.writers.dress import CODES, FEN, FREE_TEXTS, MOMENTS, parts_of, time, yuan
from tests.orders.intake.writers.wanted import Line, Order

HEADER = (
    *("主订单编号", "子订单编号", "选购商品", "商品规格", "商品数量", "商品单价", "商家编码"),
    *("订单应付金额", "运费", "平台实际承担优惠金额", "商家实际承担优惠金额"),
    *("达人实际承担优惠金额", "收件人", "收件人手机号", "详细地址", "买家留言", "订单提交时间"),
    *("支付完成时间", "订单完成时间", "订单状态", "售后状态", "取消原因", "发货时间", "退款金额"),
)
NUMBERS = ("主订单编号", "子订单编号")
AMOUNTS = (
    *("商品单价", "订单应付金额", "运费", "平台实际承担优惠金额", "商家实际承担优惠金额"),
    *("达人实际承担优惠金额", "退款金额"),
)
MAY_BE_NONE = (
    "买家留言",
    "支付完成时间",
    "订单完成时间",
    "售后状态",
    "取消原因",
    "发货时间",
    "退款金额",
)
# What one cell of several sub-orders joins.
JOINED = (
    *("子订单编号", "选购商品", "商品规格", "商品数量", "商品单价", "商家编码", "订单应付金额"),
    *("运费", "平台实际承担优惠金额", "商家实际承担优惠金额", "达人实际承担优惠金额", "订单状态"),
    *("售后状态", "退款金额"),
)
_WORDS = {
    OrderStatus.PAID: ("待发货", "备货中", "已支付"),
    OrderStatus.SHIPPED: ("已发货",),
    OrderStatus.SUCCEEDED: ("已完成",),
}
_BACK = ("退款成功", "已全额退款", "售后完成")


@st.composite
def orders(draw: st.DrawFn, number: int) -> tuple[Order, list[Mapping[str, str]]]:
    """Draw one order and its rows, one for each sub-order."""
    main = str(4781234567890000123 + number * 100)
    kind = draw(st.sampled_from(["stands", "unpaid", "cancelled", "refunded", "partly"]))
    status = draw(st.sampled_from(list(_WORDS)))
    placed_at, paid_at = draw(MOMENTS), draw(st.none() | MOMENTS)
    word = draw(st.sampled_from(_WORDS[status]))
    flags: set[str] = set()
    if kind in ("unpaid", "cancelled"):
        status = OrderStatus.UNPAID if kind == "unpaid" else OrderStatus.CLOSED
        word, paid_at = "待支付" if kind == "unpaid" else draw(st.sampled_from(_CANCELLED)), None
    elif paid_at is None:
        flags.add("paid_at_assumed")
    is_paid = kind not in ("unpaid", "cancelled")
    count = draw(st.integers(1, 3))
    lines, rows = [], []
    for place in range(count):
        line, row, consumer, freight = _sub_order(draw, f"{int(main) + place}", place)
        is_back = is_paid and (kind == "refunded" or (kind == "partly" and draw(st.booleans())))
        if is_back and kind != "refunded" and freight:
            is_back = False  # whether the freight of one sub-order goes back is the platform's
        row["订单状态"] = word
        if is_back:
            line.refunded_fen, line.is_back = consumer, True
            row["售后状态"] = draw(st.sampled_from(_BACK))
            row["订单状态"] = draw(st.sampled_from([word, "已关闭"]))
            if consumer + freight and draw(st.booleans()):
                row["退款金额"] = yuan(consumer + freight)
            else:
                flags.add("refund_amount_assumed")
        lines.append((line, freight, is_back))
        rows.append(row | {"主订单编号": main, "订单提交时间": time(placed_at),
                           "支付完成时间": time(paid_at), "收件人": "##aB3x=~1~", "收件人手机号":
                           "$x1$", "详细地址": "##Zz9==~1~"})  # fmt: skip
    subsidies: dict[str, int] = {}
    for line, _freight, _back in lines:
        for who, fen in line.subsidies.items():
            subsidies[who] = subsidies.get(who, 0) + fen
    if is_paid and all(is_back for _line, _freight, is_back in lines):
        status = OrderStatus.CLOSED
    order = Order(
        main, status, placed_at, (paid_at or placed_at) if is_paid else None,
        goods_fen=sum(line.amount_fen or 0 for line, _freight, _back in lines),
        freight_fen=sum(freight for _line, freight, _back in lines),
        subsidies=subsidies,
        refunded_fen=sum(line.refunded_fen + freight * back for line, freight, back in lines),
        lines=[line for line, _freight, _back in lines], flags=flags,
    )  # fmt: skip
    return order, rows


_CANCELLED = ("已关闭", "已取消")


def _sub_order(draw: st.DrawFn, number: str, place: int) -> tuple[Line, dict[str, str], int, int]:
    """Draw a sub-order: its line, its row, what the consumer paid for it, its freight."""
    price, count = draw(FEN), draw(st.integers(1, 9))
    merchant = draw(parts_of(price * count))
    amount = price * count - merchant
    platform = draw(st.just(0) | parts_of(amount))
    influencer = draw(st.just(0) | parts_of(amount - platform))
    freight = draw(st.just(0) | FEN)
    line = Line(
        f"{draw(FREE_TEXTS)}{place}", draw(CODES), count, price * count,
        attributes=draw(st.just("") | FREE_TEXTS), amount_fen=amount,
        subsidies={"platform": platform, "influencer": influencer}, key=number,
    )  # fmt: skip
    consumer = amount - platform - influencer
    row = {
        "子订单编号": number,
        "选购商品": line.title,
        "商品规格": line.attributes,
        "商品数量": str(count),
        "商品单价": yuan(price),
        "商家编码": line.seller_code,
        "订单应付金额": yuan(consumer + freight),
        "运费": yuan(freight),
        "平台实际承担优惠金额": yuan(platform),
        "商家实际承担优惠金额": yuan(merchant),
        "达人实际承担优惠金额": yuan(influencer),
        "买家留言": draw(st.just("") | FREE_TEXTS),
    }
    return line, row, consumer, freight


def joined(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Write several sub-orders as one row, their cells joined by semicolons."""
    return [dict(rows[0]) | {name: ";".join(row.get(name, "") for row in rows) for name in JOINED}]
