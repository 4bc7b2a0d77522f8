"""The two files of a Taobao export in the 54-column layout (domain report 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orders.intake.simulation.moments import EXPORT_STAMP, as_text
from orders.intake.simulation.sale import (
    CLOSED,
    PAID,
    SUCCEEDED,
    WAITING_FOR_PAYMENT,
    SimulatedLine,
    SimulatedOrder,
)
from orders.rules.readings import SIMULATION_MARKER

LIST_NAME = f"ExportOrderList{EXPORT_STAMP}.csv"
DETAIL_NAME = f"ExportOrderDetailList{EXPORT_STAMP}.csv"
SHOP_NAME = "寻黔记"
# Stands in every seller's note, so that nobody takes the rows for real ones.

# Some header names end with a space in the platform's own files.
LIST_HEADER = (
    '"订单编号","买家会员名","买家支付宝账号","买家应付货款","买家应付邮费","买家支付积分",'
    '"总金额","返点积分","买家实际支付金额","买家实际支付积分","订单状态","买家留言",'
    '"收货人姓名","收货地址 ","运送方式","联系电话 ","联系手机","订单创建时间",'
    '"订单付款时间 ","宝贝标题 ","宝贝种类 ","物流单号 ","物流公司","订单备注","宝贝总数量",'
    '"店铺Id","店铺名称","订单关闭原因","卖家服务费","买家服务费","发票抬头","是否手机订单",'
    '"分阶段订单信息","特权订金订单id","是否上传合同照片","是否上传小票","是否代付",'
    '"定金排名","修改后的sku","修改后的收货地址","异常信息","天猫卡券抵扣","集分宝抵扣",'
    '"是否是O2O交易","新零售交易类型","新零售导购门店名称","新零售导购门店id",'
    '"新零售发货门店名称","新零售发货门店id","退款金额","预约门店","确认收货时间",'
    '"打款商家金额","含应开票给个人的个人红包"'
)
DETAIL_HEADER = (
    '"订单编号","标题","价格","购买数量","外部系统编号","商品属性","套餐信息","备注",'
    '"订单状态","商家编码"'
)


def yuan_cell(fen: int) -> str:
    """Print fen as these files do: two decimals, no separators.

    >>> yuan_cell(123405)
    '1234.05'
    """
    return f"{fen // 100}.{fen % 100:02d}"


def list_file(orders: Iterable[SimulatedOrder]) -> bytes:
    """Return the order list: GBK, CRLF, what GBK lacks is '?'."""
    return _encoded(LIST_HEADER, (_list_row(order) for order in orders))


def detail_file(orders: Iterable[SimulatedOrder]) -> bytes:
    """Return the order detail; its rows end with one comma more than the header."""
    rows = (_detail_row(order, line) for order in orders for line in order.lines)
    return _encoded(DETAIL_HEADER, rows)


def _encoded(header: str, rows: Iterator[str]) -> bytes:
    lines = [header, *rows, ""]
    return "\r\n".join(lines).encode("gbk", "replace")


def _quoted(cells: list[str]) -> str:
    joined = '","'.join(cells)
    # Most rows hold no quote of their own: doubling is left to those that do.
    if joined.count('"') > 2 * (len(cells) - 1):
        joined = '","'.join(cell.replace('"', '""') for cell in cells)
    return f'"{joined}"'


def _list_row(order: SimulatedOrder) -> str:
    # Two groups of columns around the number of a privileged deposit, which is written
    # as an empty formula and not quoted.
    before = [*_buyer_cells(order), *_goods_cells(order)]
    return f'="{order.number}",{_quoted(before)},="",{_quoted(_late_cells(order))}'


def _kept_fen(order: SimulatedOrder) -> int:
    """Return 买家实际支付金额: consumer money, net of refunds."""
    return 0 if order.paid is None else order.consumer_fen - order.refunded_fen


def _buyer_cells(order: SimulatedOrder) -> tuple[str, ...]:
    buyer = order.buyer
    return (
        buyer.name,
        buyer.account,
        yuan_cell(order.goods_fen),
        yuan_cell(order.freight_fen),
        "0",
        yuan_cell(order.total_fen),
        "0",
        yuan_cell(_kept_fen(order)),
        "0",
        order.status,
        order.message,
        buyer.receiver,
        buyer.address,
        "快递",
        "",
        buyer.phone,
    )


def _goods_cells(order: SimulatedOrder) -> tuple[str, ...]:
    parcel, carrier = _parcel(order)
    lines = order.lines
    return (
        as_text(order.placed),
        "" if order.paid is None else as_text(order.paid),
        "，".join([line.item.title for line in lines]),
        str(len(lines)),
        parcel,
        carrier,
        _note(order),
        str(sum([line.quantity for line in lines])),
        "0",
        SHOP_NAME,
        _closing_reason(order),
        "0",
        "0元",
        order.invoice_title,
        "手机订单" if order.from_phone else "",
        "",
    )


def _late_cells(order: SimulatedOrder) -> list[str]:
    income = 0
    if order.status == SUCCEEDED:
        income = _kept_fen(order) + order.coupon_fen - order.subsidy_back_fen
    coupon = yuan_cell(order.coupon_fen) if order.coupon_fen else ""
    cells = ["否", "否", "否", "", "", order.changed_address, "", coupon]
    cells += ["", "", "", "", "", "", ""]
    cells += [yuan_cell(order.refunded_fen), ""]
    cells += ["" if order.confirmed is None else as_text(order.confirmed)]
    return [*cells, f"{yuan_cell(income)}元", "0.00元"]


def _detail_row(order: SimulatedOrder, line: SimulatedLine) -> str:
    item = line.item
    cells = [item.title, yuan_cell(item.unit_price_fen), str(line.quantity), item.seller_code]
    cells += [item.attributes, "", _note(order)]
    cells += [CLOSED if line.closed else order.status, item.seller_code]
    return f'="{order.number}",{_quoted(cells)},'


def _note(order: SimulatedOrder) -> str:
    return f"{SIMULATION_MARKER} {order.note}" if order.note else SIMULATION_MARKER


def _closing_reason(order: SimulatedOrder) -> str:
    if order.status != CLOSED:
        return "订单未关闭"
    return "买家未付款" if order.paid is None else "退款"


def _parcel(order: SimulatedOrder) -> tuple[str, str]:
    if order.paid is None or order.status in (PAID, CLOSED, WAITING_FOR_PAYMENT):
        return "", ""
    return f"No:75{order.number[4:16]}", "圆通速递"
