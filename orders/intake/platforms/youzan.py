"""有赞: an order list with the money, and a table of items; one export holds several centres."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, shown, whole_line
from orders.intake.platforms.columns import Cells
from orders.intake.platforms.platform import Platform, Sheet
from orders.intake.platforms.rows import Money, Row
from orders.intake.platforms.words import is_all_back, judged, says_all_back, status_of
from orders.rules.states import OrderStatus

_ORDERS = Sheet(
    signs=frozenset(
        {
            *("归属店铺", "订单实收金额", "商品金额合计", "店铺优惠合计", "应收订单金额"),
            *("支付优惠合计", "订单已退款金额", "买家付款时间"),
        }
    ),
    headers={
        "number": ("订单号", "订单编号"),
        "status": ("订单状态",),
        "shop": ("归属店铺",),
        "placed_at": ("订单创建时间",),
        "paid_at": ("买家付款时间",),
        "goods": ("商品金额合计",),
        "freight": ("运费",),
        "discount": ("店铺优惠合计",),
        "due": ("应收订单金额",),
        "user_paid": ("订单实付金额",),
        "pay_discount": ("支付优惠合计",),
        "received": ("订单实收金额",),
        "refund": ("订单已退款金额",),
        "refund_state": ("订单退款状态",),
        "title": ("全部商品名称",),
        "attributes": (),
        "seller_code": (),
        "buyer": ("买家昵称",),
        "buyer_phone": ("买家手机号",),
        "receiver": ("收货人/提货人", "收货人"),
        "phone": ("收货人手机号/提货人手机号", "收货人手机号"),
        "province": ("收货人省份",),
        "city": ("收货人城市",),
        "district": ("收货人地区",),
        "address": ("详细收货地址/提货地址", "详细收货地址"),
    },
    needs=(
        *("number", "status", "placed_at", "paid_at", "goods", "freight", "discount"),
        *("user_paid", "received", "refund"),
    ),
)
_ITEMS = Sheet(
    # Other shops write 商品单价 and 规格编码 as well.
    signs=frozenset({"商品实际成交金额", "商品退款状态", "商品发货状态", "订单号"}),
    headers={
        "number": ("订单号", "订单编号"),
        "status": ("订单状态",),
        "shop": ("归属店铺",),
        "title": ("商品名称",),
        "attributes": ("商品规格",),
        "seller_code": ("规格编码", "商品编码", "商家编码"),
        "price": ("商品单价",),
        "quantity": ("商品数量",),
        "refund_state": ("商品退款状态",),
    },
    needs=("number", "title", "price", "quantity"),
)
_STATUS = {
    "待付款": OrderStatus.UNPAID,
    "待成团": OrderStatus.PAID,
    "待接单": OrderStatus.PAID,
    "待发货": OrderStatus.PAID,
    "待核销": OrderStatus.PAID,
    "已发货": OrderStatus.SHIPPED,
    "交易完成": OrderStatus.SUCCEEDED,
    "交易成功": OrderStatus.SUCCEEDED,
    "交易关闭": OrderStatus.CLOSED,
}
_REFUNDED = ("全额退款", "退款成功")
_NUMBER = re.compile(r"[A-Za-z]{0,4}[0-9]{8,40}")


def _order_number(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return text
    raise BadCell("bad_order_number", _("有赞订单号应为字母 E 加数字：%s。") % shown(text))


def _read_order(cells: Cells) -> Iterable[Row]:
    due_fen = cells.needed_fen("goods") + cells.fen("freight") - cells.fen("discount")
    paid_at, refund_fen = cells.moment("paid_at"), cells.stated_fen("refund")
    status, bad = judged(status_of, cells.text("status"), _STATUS)
    is_refunded, bad_refund = judged(is_all_back, cells.text("refund_state"), _REFUNDED, refund_fen)
    yield Row(
        row=cells.row,
        number=cells.number,
        line=cells.line(0, 1, 0),
        status=status,
        placed_at=cells.moment("placed_at"),
        paid_at=paid_at,
        money=_money(cells, due_fen, is_paid=paid_at is not None),
        due_fen=max(0, due_fen),
        refund_fen=refund_fen,
        is_refunded=bool(is_refunded),
        buyer=cells.buyer("buyer", "buyer_phone"),
        contact=cells.contact("receiver", "phone", "province", "city", "district", "address"),
        shops=(cells.text("shop"),),
        flags=cells.flags,
        bad=bad or bad_refund,
    )


def _money(cells: Cells, due_fen: int, *, is_paid: bool) -> tuple[Money, ...]:
    """Return the money of an order: who bears the payment discount follows from both amounts.

    The user pays less and the shop gets all: the platform pays. Both are less: the shop bears it.
    """
    freight_fen, discount_fen = cells.fen("freight"), cells.fen("pay_discount")
    whole = Money(due_fen - freight_fen, freight_fen, due_fen)
    if not is_paid:
        return (whole,)
    if cells.text("due") and cells.fen("due") != due_fen:
        return ()
    less_fen = due_fen - discount_fen
    match cells.needed_fen("user_paid"), cells.needed_fen("received"):
        case user_fen, received_fen if user_fen == received_fen == due_fen:
            return (whole,)
        case user_fen, received_fen if (user_fen, received_fen) == (less_fen, due_fen):
            subsidies = (("platform", discount_fen),)
            return (Money(due_fen - freight_fen, freight_fen, less_fen, subsidies),)
        case user_fen, received_fen if received_fen == less_fen and user_fen in (less_fen, due_fen):
            return (Money(less_fen - freight_fen, freight_fen, less_fen),)
    return ()


def _read_item(cells: Cells) -> Iterable[Row]:
    price_fen, quantity = cells.needed_fen("price"), cells.pieces("quantity")
    yield Row(
        row=cells.row,
        number=cells.number,
        line=cells.line(price_fen, quantity, whole_line(price_fen, quantity)),
        # How much went back of a part is the order's to say.
        is_refunded=says_all_back(cells.text("refund_state"), _REFUNDED),
        shops=(cells.text("shop"),),
    )


YOUZAN = Platform(
    code="youzan",
    name="有赞",
    orders=_ORDERS,
    read_row=_read_order,
    details=_ITEMS,
    read_detail=_read_item,
    order_number=_order_number,
    is_order_per_row=True,
    holds_many_shops=True,
    has_lines=False,
)
