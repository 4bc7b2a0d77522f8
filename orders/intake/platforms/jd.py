"""京东: one row is one item with its order repeated; the freight may be in the order's amount."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orders.intake.cells import order_number, whole_line
from orders.intake.platforms.columns import Cells
from orders.intake.platforms.platform import Platform, Sheet
from orders.intake.platforms.rows import Money, Row
from orders.intake.platforms.words import judged, status_within, unknown_status
from orders.rules.states import OrderStatus

_HEADERS = {
    "number": ("订单号", "订单编号"),
    "status": ("订单状态",),
    "title": ("商品名称",),
    "attributes": (),
    "seller_code": ("货号",),
    "price": ("京东价",),
    "quantity": ("订购数量",),
    "total": ("订单金额",),
    "settled": ("结算金额",),
    "balance": ("余额支付",),
    "payable": ("应付金额",),
    "freight": ("运费金额",),
    "refund": ("退款金额",),
    "placed_at": ("下单时间",),
    "paid_at": ("付款确认时间",),
    "buyer": ("下单帐号", "下单账号"),
    "receiver": ("客户姓名",),
    "phone": ("联系电话",),
    "address": ("客户地址",),
}
_SIGNS = {"京东价", "下单帐号", "下单账号", "付款确认时间", "订购数量", "结算金额", "余额支付"}
_NEEDS = (
    *("number", "status", "title", "price", "quantity", "total", "payable"),
    *("placed_at", "paid_at"),
)
_STATUS = (
    (("取消", "删除"), OrderStatus.CLOSED),
    (("等待付款",), OrderStatus.UNPAID),
    (("等待出库", "等待发货", "暂停", "锁定"), OrderStatus.PAID),
    (("等待确认收货", "已出库"), OrderStatus.SHIPPED),
    (("完成",), OrderStatus.SUCCEEDED),
)
# What is asked for or not yet so must not be read as done.
_NOT_YET = re.compile("未完成|未取消|取消申请|申请取消|取消中|取消失败")


def _read(cells: Cells) -> Iterable[Row]:
    status, bad = judged(_status, cells.text("status"))
    price_fen, quantity = cells.needed_fen("price"), cells.pieces("quantity")
    paid_at = cells.day_or_moment("paid_at")
    user_fen = cells.fen("payable") + cells.fen("balance")
    total_fen = cells.needed_fen("total")
    settled_fen = cells.stated_fen("settled")
    if settled_fen is None:
        settled_fen = user_fen if paid_at else total_fen
    yield Row(
        row=cells.row,
        number=cells.number,
        line=cells.line(price_fen, quantity, whole_line(price_fen, quantity)),
        status=status,
        placed_at=cells.day_or_moment("placed_at"),
        paid_at=paid_at,
        money=_ways(cells.fen("freight"), total_fen, settled_fen, user_fen if paid_at else 0),
        due_fen=settled_fen,
        refund_fen=cells.stated_fen("refund"),
        buyer=cells.buyer("buyer"),
        contact=cells.contact("receiver", "phone", "address"),
        flags=cells.flags,
        bad=bad,
    )


def _status(words: str) -> OrderStatus:
    status = None if _NOT_YET.search(words) else status_within(words, _STATUS)
    if status is None:
        raise unknown_status(words)
    return status


def _ways(freight_fen: int, total_fen: int, settled_fen: int, user_fen: int) -> tuple[Money, ...]:
    """Return the order's money with the freight inside its amounts, and outside of them.

    What the shop gets beyond the user's money is the platform's; what it gets less than the
    order's amount is its own discount. Neither may be below 0.
    """
    subsidy_fen = settled_fen - user_fen
    if subsidy_fen < 0 or settled_fen > total_fen:
        return ()
    subsidies = (("platform", subsidy_fen),) if subsidy_fen else ()
    outside = Money(settled_fen, freight_fen, user_fen + freight_fen, subsidies, total_fen)
    if not freight_fen:
        return (outside,)
    goods_fen, listed_fen = settled_fen - freight_fen, total_fen - freight_fen
    return (Money(goods_fen, freight_fen, user_fen, subsidies, listed_fen), outside)


JD = Platform(
    code="jd",
    name="京东",
    orders=Sheet(signs=frozenset(_SIGNS), headers=_HEADERS, needs=_NEEDS),
    read_row=_read,
    order_number=order_number,
)
