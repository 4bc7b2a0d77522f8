"""1688: bulk buying; the columns of the order stand on its first line, or on all of them."""

from __future__ import annotations

from collections.abc import Iterable

from orders.intake.cells import order_number, whole_line
from orders.intake.platforms.columns import Cells
from orders.intake.platforms.platform import Platform, Sheet
from orders.intake.platforms.rows import Money, Row
from orders.intake.platforms.words import judged, status_of
from orders.rules.states import OrderStatus

_HEADERS = {
    "number": ("订单编号",),
    "status": ("订单状态",),
    "payer_unit": ("买家公司名",),
    "buyer": ("买家会员名",),
    "seller": ("卖家公司名",),
    "seller_member": ("卖家会员名",),
    "goods": ("货品总价(元)",),
    "freight": ("运费(元)",),
    "change": ("涨价或折扣(元)",),
    "paid": ("实付款(元)",),
    "refund": ("退款金额(元)",),
    "placed_at": ("订单创建时间",),
    "paid_at": ("订单付款时间",),
    "receiver": ("收货人姓名",),
    "address": ("收货地址",),
    "phone": ("联系手机", "联系电话"),
    "title": ("货品标题",),
    "price": ("单价(元)",),
    "quantity": ("数量",),
    "seller_code": ("单品货号", "货号", "物料编号"),
    "attributes": ("型号",),
}
_SIGNS = {
    *("货品总价(元)", "涨价或折扣(元)", "实付款(元)", "货品标题", "买家公司名", "卖家公司名"),
    *("Offer ID", "单品货号"),
}
_NEEDS = (
    *("number", "status", "goods", "freight", "change", "paid", "placed_at", "paid_at"),
    *("title", "price", "quantity"),
)
_STATUS = {
    "等待买家付款": OrderStatus.UNPAID,
    "等待卖家发货": OrderStatus.PAID,
    "等待买家确认收货": OrderStatus.SHIPPED,
    "等待买家收货": OrderStatus.SHIPPED,
    "交易成功": OrderStatus.SUCCEEDED,
    "已收货": OrderStatus.SUCCEEDED,
    "交易关闭": OrderStatus.CLOSED,
}


def _read(cells: Cells) -> Iterable[Row]:
    status, bad = judged(status_of, cells.text("status"), _STATUS)
    price_fen, quantity = cells.needed_fen("price"), cells.pieces("quantity")
    row = Row(
        row=cells.row,
        number=cells.number,
        line=cells.line(price_fen, quantity, whole_line(price_fen, quantity)),
    )
    row.bad = bad
    if status or bad:
        _add_order(cells, row, status)
    yield row


def _add_order(cells: Cells, row: Row, status: OrderStatus | None) -> None:
    """Add what a row says of its order."""
    row.status = status
    row.placed_at, row.paid_at = cells.moment("placed_at"), cells.moment("paid_at")
    listed_fen, freight_fen = cells.needed_fen("goods"), cells.fen("freight")
    goods_fen = listed_fen + cells.signed_fen("change")
    due_fen = goods_fen + freight_fen
    row.due_fen = max(0, due_fen)
    fits = row.paid_at is None or cells.needed_fen("paid") == due_fen
    row.money = (Money(goods_fen, freight_fen, due_fen, (), listed_fen),) if fits else ()
    row.refund_fen = cells.stated_fen("refund")
    row.buyer, row.payer_unit = cells.buyer("buyer"), cells.buyer("payer_unit")
    row.contact = cells.contact("receiver", "phone", "address")
    row.shops = (cells.text("seller"), cells.text("seller_member"))
    row.flags = cells.flags


ALIBABA_1688 = Platform(
    code="1688",
    name="1688",
    orders=Sheet(signs=frozenset(_SIGNS), headers=_HEADERS, needs=_NEEDS),
    read_row=_read,
    order_number=order_number,
    leaves_number_out=True,
)
