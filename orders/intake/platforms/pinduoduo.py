"""拼多多: a row is an order of one line; what the user paid and the shop received stand apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, shown
from orders.intake.platforms.columns import Cells
from orders.intake.platforms.platform import Platform, Sheet
from orders.intake.platforms.rows import Money, Row
from orders.intake.platforms.words import is_all_back, judged, status_within, unknown_status
from orders.rules.states import OrderStatus

_HEADERS = {
    "number": ("订单号", "订单编号"),
    "status": ("订单状态",),
    "after_sales": ("售后状态",),
    "list": ("商品总价(元)",),
    "freight": ("邮费(元)",),
    "discount": ("店铺优惠折扣(元)",),
    "subsidy": ("平台优惠折扣(元)",),
    "subsidy_more": ("多多支付立减金额(元)",),
    "user_paid": ("用户实付金额(元)",),
    "received": ("商家实收金额(元)",),
    "refund": ("退款金额(元)", "商家退款金额(元)"),
    "quantity": ("商品数量(件)",),
    "title": ("商品", "商品名称"),
    "attributes": ("商品规格",),
    "seller_code": ("商家编码-规格维度", "商家编码-商品维度"),
    "paid_at": ("支付时间",),
    "deal_at": ("订单成交时间", "拼单成功时间", "订单确认时间"),
    "placed_at": ("下单时间", "订单创建时间"),
    "receiver": ("收货人",),
    "phone": ("手机", "手机号"),
    "province": ("省",),
    "city": ("市",),
    "district": ("区",),
    "address": ("详细地址",),
}
_SIGNS = {
    *("商家实收金额(元)", "用户实付金额(元)", "多多支付立减金额(元)", "店铺优惠折扣(元)"),
    *("平台优惠折扣(元)", "拼单成功时间", "商家编码-规格维度", "商家编码-商品维度", "样式ID"),
}
_NEEDS = (
    *("number", "status", "list", "freight", "discount", "subsidy", "quantity", "title"),
    ("user_paid", "received"),
    ("paid_at", "deal_at"),
)
_CANCELLED = ("已取消", "已关闭", "交易关闭")
_UNPAID = ("待支付", "未支付")
_REFUNDED = "退款成功"
_PENDING = ("退款中", "处理中")
_SHIPPING = (
    (("待发货", "未发货", "待成团"), OrderStatus.PAID),
    (("已发货", "待收货"), OrderStatus.SHIPPED),
    (("已收货", "已签收", "交易成功", "已完成"), OrderStatus.SUCCEEDED),
)
_NUMBER = re.compile(r"[0-9]{4,8}-[0-9]{6,24}")


def _order_number(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return text
    raise BadCell("bad_order_number", _("拼多多订单号应为“日期-数字”：%s。") % shown(text))


def _read(cells: Cells) -> Iterable[Row]:
    words = cells.text("status")
    list_fen, quantity = cells.needed_fen("list"), cells.pieces("quantity")
    money = _priced(cells, list_fen)
    paid_at, deal_at = cells.moment("paid_at"), cells.moment("deal_at")
    state, bad = judged(_state, cells, words, money)
    status, refund_fen, is_refunded = state or (None, cells.stated_fen("refund"), False)
    if status is not OrderStatus.UNPAID and not _is_cancelled(words):
        paid_at = paid_at or deal_at
    yield Row(
        row=cells.row,
        number=cells.number,
        line=cells.line(list_fen // quantity, quantity, list_fen),
        status=status,
        placed_at=cells.moment("placed_at") or paid_at or deal_at,
        paid_at=paid_at,
        money=(money,) if paid_at is None or _adds_up(cells, money) else (),
        due_fen=max(0, money.goods_fen + money.freight_fen),
        refund_fen=refund_fen,
        is_refunded=is_refunded,
        contact=cells.contact("receiver", "phone", "province", "city", "district", "address"),
        flags=cells.flags,
        bad=bad,
    )


def _priced(cells: Cells, list_fen: int) -> Money:
    """Return the money that the prices and discounts of an order come to."""
    freight_fen, goods_fen = cells.fen("freight"), list_fen - cells.fen("discount")
    subsidy_fen = cells.fen("subsidy") + cells.fen("subsidy_more")
    subsidies = (("platform", subsidy_fen),) if subsidy_fen else ()
    return Money(goods_fen, freight_fen, goods_fen + freight_fen - subsidy_fen, subsidies)


def _adds_up(cells: Cells, money: Money) -> bool:
    """Say whether the paid columns of an order, of which one may be absent, are that money."""
    paid = (
        ("user_paid", money.consumer_fen),
        ("received", money.goods_fen + money.freight_fen),
    )
    return all(cells.needed_fen(name) == fen for name, fen in paid if cells.has(name))


def _is_cancelled(words: str) -> bool:
    return any(word in words for word in _CANCELLED)


def _state(cells: Cells, words: str, money: Money) -> tuple[OrderStatus, int | None, bool]:
    """Return (status, stated refund, whether words say that everything went back)."""
    after = f"{words} {cells.text('after_sales')}"
    stated_fen = cells.fen("refund")
    if _is_cancelled(words):
        return OrderStatus.CLOSED, stated_fen or None, False
    if any(word in words for word in _UNPAID):
        return OrderStatus.UNPAID, None, False
    status = status_within(words, _SHIPPING)
    if is_all_back(after, (_REFUNDED,), stated_fen):
        whole = (money.consumer_fen, money.goods_fen + money.freight_fen)
        if status is not None and stated_fen and stated_fen not in whole:
            return status, stated_fen, False
        return OrderStatus.CLOSED, stated_fen or None, True
    if status is None:
        raise unknown_status(words)
    is_pending = any(word in after for word in _PENDING)
    return status, None if is_pending else stated_fen, False


PINDUODUO = Platform(
    code="pdd",
    name="拼多多",
    orders=Sheet(signs=frozenset(_SIGNS), headers=_HEADERS, needs=_NEEDS),
    read_row=_read,
    order_number=_order_number,
    is_order_per_row=True,
)
