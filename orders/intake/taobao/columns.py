"""The tables of Taobao's exports, known by their headers alone.

Seen: order lists of 46, 54 and 67 columns, the order detail of 10, and the 38-column table of
shop systems that imitate Taobao: one row per item with the order repeated, without prices of
items and without refunds. Column order and file names mean nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from orders.intake.cells import order_number
from orders.intake.layouts import Layout, Table
from orders.intake.numbers import OrderNumbers

NUMBER = "订单编号"
STATUS = "订单状态"

TOTAL, FREIGHT, PAID, REFUND = "总金额", "买家应付邮费", "买家实际支付金额", "退款金额"
PLACED_AT, PAID_AT = "订单创建时间", "订单付款时间"
# What the platform pays towards an order; the last came about 2021.
SUBSIDY_COLUMNS = ("天猫卡券抵扣", "集分宝抵扣", "满返红包金额")
TITLE, PIECES = "宝贝标题", "宝贝总数量"
SHOP_ID, SHOP_NAME = "店铺Id", "店铺名称"
BUYER, RECEIVER, MOBILE, PHONE = "买家会员名", "收货人姓名", "联系手机", "联系电话"
ADDRESS, CHANGED_ADDRESS = "收货地址", "修改后的收货地址"

ITEM_TITLE, ITEM_PRICE, ITEM_PIECES = "标题", "价格", "购买数量"
ITEM_ATTRIBUTES, SELLER_CODE, OUTER_CODE = "商品属性", "商家编码", "外部系统编号"

MONEY_COLUMNS = (TOTAL, FREIGHT, PAID, REFUND, *SUBSIDY_COLUMNS)
FACT_COLUMNS = (STATUS, PLACED_AT, PAID_AT, TITLE, PIECES, BUYER)
CONTACT_COLUMNS = (RECEIVER, MOBILE, PHONE, CHANGED_ADDRESS, ADDRESS)
ITEM_COLUMNS = (
    ITEM_TITLE,
    ITEM_ATTRIBUTES,
    SELLER_CODE,
    OUTER_CODE,
    ITEM_PRICE,
    ITEM_PIECES,
    STATUS,
)

ORDER_NEEDS = (NUMBER, STATUS, TOTAL, FREIGHT, PAID, REFUND, PLACED_AT, PAID_AT)
# Shop systems export no refunds: an order of theirs that was refunded does not fit.
_ITEM_NEEDS = tuple(name for name in ORDER_NEEDS if name != REFUND)
DETAIL_NEEDS = (NUMBER, ITEM_TITLE, ITEM_PRICE, ITEM_PIECES)
_ORDER_USES = (NUMBER, *MONEY_COLUMNS, *FACT_COLUMNS, *CONTACT_COLUMNS, SHOP_ID, SHOP_NAME)
_DETAIL_USES = (NUMBER, *ITEM_COLUMNS)
_ALL_USES = (*_ORDER_USES, *ITEM_COLUMNS)

_ORDER_SIGNS = frozenset({TOTAL, PAID, TITLE, PIECES, REFUND, PAID_AT, "买家应付货款"})
_DETAIL_SIGNS = frozenset({ITEM_PRICE, ITEM_PIECES, OUTER_CODE, ITEM_ATTRIBUTES, "套餐信息"})
_SHOP_SYSTEM_SIGNS = frozenset({"分销商Id", "卡券抵扣", "积分抵扣"})


def recognise(header: Sequence[str]) -> Layout | None:
    """Recognise a table of Taobao by its headers; None if it is none."""
    names = frozenset(header)
    has_orders = len(names & _ORDER_SIGNS) >= 2
    has_details = ITEM_TITLE in names and bool(names & _DETAIL_SIGNS)
    if not (has_orders or has_details):
        return None
    if not has_orders:
        return _layout(Table.DETAILS, header, DETAIL_NEEDS, _DETAIL_USES)
    if has_details:
        return _layout(Table.ITEMS, header, (*_ITEM_NEEDS, *DETAIL_NEEDS), _ALL_USES)
    if len(names & _SHOP_SYSTEM_SIGNS) >= 2:
        return _layout(Table.ITEMS, header, (*_ITEM_NEEDS, TITLE, PIECES), _ALL_USES)
    return _layout(Table.ORDERS, header, ORDER_NEEDS, _ORDER_USES)


def positions(header: Sequence[str], names: Sequence[str]) -> list[int]:
    """Return where each column stands; a column that is not there gets the place after all.

    Readers add one empty cell to every row, so that an absent column reads as empty.
    """
    return [header.index(name) if name in header else len(header) for name in names]


def order_numbers(header: Sequence[str]) -> OrderNumbers:
    """Return the reader of Taobao's order numbers. Raises ValueError where there is no column."""
    return OrderNumbers(header.index(NUMBER), order_number)


def _layout(
    table: Table, header: Sequence[str], needs: Sequence[str], uses: Sequence[str]
) -> Layout:
    missing = tuple(name for name in needs if name not in header)
    repeated = tuple(dict.fromkeys(name for name in uses if header.count(name) > 1))
    return Layout(table, missing, repeated)
