"""抖音: one row is one sub-order with its own money; discounts are split by who bears them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, order_number, whole_line
from orders.intake.platforms.columns import Cells
from orders.intake.platforms.joined import split_row
from orders.intake.platforms.platform import Platform, Sheet
from orders.intake.platforms.rows import Line, Money, Row
from orders.intake.platforms.words import is_all_back, judged, status_of
from orders.rules.states import OrderStatus

_HEADERS = {
    "number": ("主订单编号",),
    "line_number": ("子订单编号",),
    "status": ("订单状态",),
    "after_sales": ("售后状态",),
    "title": ("选购商品", "商品名称"),
    "attributes": ("商品规格",),
    "seller_code": ("商家编码",),
    "price": ("商品单价",),
    "quantity": ("商品数量",),
    "payable": ("订单应付金额",),
    "freight": ("运费",),
    "by_platform": ("平台实际承担优惠金额",),
    "by_merchant": ("商家实际承担优惠金额",),
    "by_influencer": ("达人实际承担优惠金额",),
    "refund": ("实际退款金额", "退款金额"),
    "placed_at": ("订单提交时间",),
    "paid_at": ("支付完成时间", "支付时间"),
    "receiver": ("收件人", "收件人姓名"),
    "phone": ("收件人手机号", "收件人电话"),
    "province": ("省",),
    "city": ("市",),
    "district": ("区",),
    "street": ("街道",),
    "address": ("详细地址",),
}
_SIGNS = {
    *("主订单编号", "子订单编号", "选购商品", "订单应付金额", "平台实际承担优惠金额"),
    *("商家实际承担优惠金额", "达人实际承担优惠金额"),
}
_NEEDS = (
    *("number", "line_number", "status", "title", "quantity", "payable", "freight"),
    *("by_platform", "by_merchant", "placed_at"),
)
_STATUS = {
    "待支付": OrderStatus.UNPAID,
    "待发货": OrderStatus.PAID,
    "备货中": OrderStatus.PAID,
    "已支付": OrderStatus.PAID,
    "已发货": OrderStatus.SHIPPED,
    "已完成": OrderStatus.SUCCEEDED,
    "已关闭": OrderStatus.CLOSED,
    "已取消": OrderStatus.CLOSED,
}
_REFUNDED = ("退款成功", "已全额退款", "售后完成")
_PENDING = ("退款中", "处理中", "待处理", "申请")


def _read(cells: Cells) -> Iterable[Row]:
    for part in split_row(cells, "line_number"):
        yield _read_part(part)


def _read_part(cells: Cells) -> Row:
    line_number = order_number(cells.bare_number("line_number"))
    status, bad = judged(status_of, cells.text("status"), _STATUS)
    after = cells.text("after_sales")
    is_pending = any(word in after for word in _PENDING)
    refund_fen = None if is_pending else cells.stated_fen("refund")
    is_refunded, bad_refund = judged(is_all_back, after, _REFUNDED, refund_fen)
    placed_at, paid_at = cells.moment("placed_at"), cells.moment("paid_at")
    flags = cells.flags
    is_past_payment = is_refunded or status not in (None, OrderStatus.UNPAID, OrderStatus.CLOSED)
    if paid_at is None and (is_past_payment or refund_fen):
        paid_at = placed_at
        flags += ("paid_at_assumed",)
    line, money = _goods(cells)
    return Row(
        row=cells.row,
        number=cells.number,
        line=line,
        line_number=line_number,
        status=status,
        placed_at=placed_at,
        paid_at=paid_at,
        money=money,
        due_fen=max(0, _amount_fen(cells) + cells.fen("freight")),
        refund_fen=refund_fen,
        is_refunded=bool(is_refunded),
        contact=cells.contact(
            "receiver", "phone", "province", "city", "district", "street", "address"
        ),
        flags=flags,
        bad=bad or bad_refund,
    )


def _amount_fen(cells: Cells) -> int:
    """Return what a sub-order cost: what the user pays for it and what others pay with him."""
    borne_fen = cells.fen("by_platform") + cells.fen("by_influencer")
    return cells.needed_fen("payable") - cells.fen("freight") + borne_fen


def _goods(cells: Cells) -> tuple[Line, tuple[Money, ...]]:
    """Return the line and its money; none where price x quantity is another list amount."""
    quantity, amount_fen = cells.pieces("quantity"), _amount_fen(cells)
    list_fen = amount_fen + cells.fen("by_merchant")
    if list_fen < 0:
        raise BadCell("bad_amount", _("订单金额超出范围。"))
    price_fen = list_fen // quantity
    if cells.text("price"):
        price_fen = cells.fen("price")
    fits = not cells.text("price") or whole_line(price_fen, quantity) == list_fen
    funders = (("influencer", "by_influencer"), ("platform", "by_platform"))
    subsidies = tuple((funder, cells.fen(name)) for funder, name in funders if cells.fen(name))
    line = cells.line(price_fen, quantity, list_fen)
    way = Money(amount_fen, cells.fen("freight"), cells.fen("payable"), subsidies)
    return line, (way,) if fits else ()


DOUYIN = Platform(
    code="douyin",
    name="抖音",
    orders=Sheet(signs=frozenset(_SIGNS), headers=_HEADERS, needs=_NEEDS),
    read_row=_read,
    order_number=order_number,
    has_money_per_row=True,
)
