"""1688: what stands of the order is written on its first line only, or on every line."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from orders.rules.states import OrderStatus
from tests.orders.intake.writers.dress import CODES, FEN, FREE_TEXTS, MOMENTS, parts_of, time, yuan
from tests.orders.intake.writers.wanted import Line, Order

HEADER = (
    *(
        "订单编号",
        "买家公司名",
        "买家会员名",
        "卖家公司名",
        "卖家会员名",
        "货品总价(元)",
        "运费(元)",
    ),
    *("涨价或折扣(元)", "实付款(元)", "订单状态", "订单创建时间", "订单付款时间", "发货方"),
    *("收货人姓名", "收货地址", "联系手机", "货品标题", "单价(元)", "数量", "单位", "货号", "型号"),
    *("Offer ID", "SKU ID", "物料编号", "单品货号", "货品种类", "买家留言", "物流公司", "运单号"),
    *("发票：购货单位名称", "下游订单号"),
)
NUMBERS = ("订单编号", "Offer ID", "SKU ID", "运单号")
AMOUNTS = tuple(name for name in HEADER if name.endswith("(元)"))
MAY_BE_NONE = ("买家留言", "物流公司", "运单号", "型号", "货品种类")
_OF_ORDER = HEADER[: HEADER.index("货品标题")]
_WORDS = {
    OrderStatus.PAID: ("等待卖家发货",),
    OrderStatus.SHIPPED: ("等待买家确认收货", "等待买家收货"),
    OrderStatus.SUCCEEDED: ("交易成功", "已收货"),
}
_CODE_COLUMNS = ("单品货号", "货号", "物料编号")


@st.composite
def orders(
    draw: st.DrawFn, number: int, *, repeats: bool = False
) -> tuple[Order, list[Mapping[str, str]]]:
    """Draw one order and its rows; `repeats` writes the order's columns on each of them."""
    lines, rows = _lines(draw)
    total = sum(line.list_fen for line in lines)
    change = draw(st.just(0) | parts_of(total).map(lambda fen: -fen) | FEN)
    freight = draw(parts_of(draw(FEN)))
    company = draw(FREE_TEXTS)
    order = Order(
        str(885000000000000123 + number), draw(st.sampled_from(list(_WORDS))), draw(MOMENTS),
        draw(MOMENTS), goods_fen=total + change, freight_fen=freight, subsidies={},
        refunded_fen=0, lines=lines, buyer=draw(FREE_TEXTS), payer_unit=company,
    )  # fmt: skip
    word = draw(st.sampled_from(_WORDS[order.status]))
    kind = draw(st.sampled_from(["stands", "stands", "unpaid", "cancelled", "refunded"]))
    if kind in ("unpaid", "cancelled"):
        order.paid_at = None
        order.status = OrderStatus.UNPAID if kind == "unpaid" else OrderStatus.CLOSED
        word = "等待买家付款" if kind == "unpaid" else "交易关闭"
    elif kind == "refunded":
        order.status, word = OrderStatus.CLOSED, "交易关闭"
        order.refunded_fen, order.flags = order.consumer_fen, {"refund_amount_assumed"}
    head = {
        "订单编号": order.number,
        "买家公司名": company,
        "买家会员名": order.buyer,
        "卖家公司名": "样例黔东南农产品有限公司",
        "卖家会员名": "demo_seller",
        "货品总价(元)": yuan(total),
        "运费(元)": yuan(freight),
        "涨价或折扣(元)": yuan(change),
        "实付款(元)": yuan(total + change + freight),
        "订单状态": word,
        "订单创建时间": time(order.placed_at),
        "订单付款时间": time(order.paid_at),
        "收货人姓名": "样甲",
        "收货地址": "浙江省 杭州市 拱墅区 样例路1号(310011)",
        "联系手机": "12000000000",
    }
    assert set(head) <= set(_OF_ORDER)
    return order, [head | row if repeats or not place else row for place, row in enumerate(rows)]


def _lines(draw: st.DrawFn) -> tuple[list[Line], list[dict[str, str]]]:
    """Draw the lines of an order and the cells that state them."""
    lines, rows = [], []
    for _place in range(draw(st.integers(1, 3))):
        price, count = draw(FEN), draw(st.integers(1, 2000))
        line = Line(draw(FREE_TEXTS), draw(CODES), count, price * count)
        lines.append(line)
        codes = _CODE_COLUMNS[draw(st.integers(0, 2)) :]
        rows.append(
            {
                "货品标题": line.title,
                "单价(元)": yuan(price),
                "数量": draw(st.sampled_from([f"{count}", f"{count}.0"])),
                "单位": "袋",
                **dict.fromkeys(codes[1:], "OTHER-1"),
                codes[0]: line.seller_code,
            }
        )
    return lines, rows
