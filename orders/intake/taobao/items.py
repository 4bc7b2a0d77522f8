"""Tables with one row per item in which every row repeats its order."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell
from orders.intake.numbers import rejected
from orders.intake.taobao import columns
from orders.intake.taobao.details import Item, ItemRows
from orders.intake.taobao.orders import Draft, OrderRows
from orders.intake.text_files import TextTable
from orders.rules.readings import RowIssue
from orders.rules.states import OrderStatus


@dataclass(slots=True)
class ItemTable:
    """The read rows of one file by order number, in file order.

    Every row gives a draft of its order, and an item where the table has prices of items.
    `broken` holds the orders of which a row was rejected.
    """

    file: str
    part: int
    rows: dict[str, list[tuple[Draft, Item | None]]] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def read_items(table: TextTable, shop_id: str, shop_name: str) -> ItemTable:
    """Read a whole table of items. Raises subclasses of FileRefused.

    Equal rows are separate items. Where the table has no prices (shop systems), the items
    of an order cannot be told apart in money, and the order is read without its lines.
    """
    result = ItemTable(table.name, table.ordinal)
    numbers = columns.order_numbers(table.header)
    orders = OrderRows(table.header, shop_id, shop_name, table.name)
    items = ItemRows(table.header) if columns.ITEM_PRICE in table.header else None
    for row, cells, defect in table.rows():
        number = ""
        try:
            number = numbers.read(cells, defect)
            cells.append("")
            draft = orders.draft(row, number, cells)
            orders.check_shop(row, cells)
            item = items.item(cells) if items else None
        except BadCell as bad:
            told = number or numbers.told(cells)
            result.broken.add(told)
            result.issues.append(rejected(table.ordinal, row, bad, told))
            continue
        result.rows.setdefault(number, []).append((draft, item))
    numbers.refuse_if_lost(table.name)
    return result


def merge_order(drafts: list[Draft]) -> Draft:
    """Make one draft of the rows of one order. Raises BadCell when they disagree on money.

    The order is closed when all of its rows are; else it is as far as its standing rows.
    Titles and pieces are those of all rows together.
    """
    first = drafts[0]
    if any(_money(draft) != _money(first) for draft in drafts):
        raise BadCell("order_rows_disagree", _("同一订单各行的金额或付款时间不一致。"))
    standing = [draft for draft in drafts if draft.status is not OrderStatus.CLOSED]
    furthest = max(standing or drafts, key=lambda draft: draft.status.rank)
    first.status = furthest.status
    first.title = "，".join(dict.fromkeys(draft.title for draft in drafts if draft.title))
    first.quantity = sum(draft.quantity for draft in drafts)
    first.flags = tuple(dict.fromkeys(flag for draft in drafts for flag in draft.flags))
    return first


def _money(draft: Draft) -> tuple[object, ...]:
    return (
        draft.paid_at,
        draft.total_fen,
        draft.freight_fen,
        draft.paid_fen,
        draft.refund_fen,
        draft.subsidy_fen,
    )
