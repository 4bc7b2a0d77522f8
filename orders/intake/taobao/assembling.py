"""Puts orders and items together: sales, orphans, verdicts and the platform's totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from orders.errors import RefundsDoNotFit
from orders.intake.cells import BadCell
from orders.intake.numbers import rejected
from orders.intake.taobao.details import DetailTable, ItemRow, LineMaker
from orders.intake.taobao.items import ItemTable, merge_order
from orders.intake.taobao.money import PLATFORM
from orders.intake.taobao.orders import Draft, OrderTable
from orders.rules.readings import Reading, RowIssue
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.settlement import returned_subsidies

_LONGEST_TITLE = 300


def assemble_orders(
    orders: OrderTable | None, details: DetailTable | None, result: Reading
) -> None:
    """Join an order list and an order detail, either of which may be absent.

    Empties both tables on the way, since together they are large. Raises RefundsDoNotFit.
    """
    details = details or DetailTable(part=0)
    maker = LineMaker(details.part)
    refused: set[str] = set()
    result.issues += details.issues
    if orders is not None:
        refuse_unfit_refunds(orders.file, orders.drafts.values())
        result.issues += orders.issues
        refused = orders.refused - orders.drafts.keys()
        for number in list(orders.drafts):
            draft = orders.drafts.pop(number)
            if not _count_money(draft, result):
                refused.add(number)
                result.issues.append(_rejected_order(orders.part, [draft.row], draft)[0])
                continue
            items = details.items.get(number)
            lines: list[ReportedLine] | None = None
            if number in details.broken:
                draft.flags += ("detail_incomplete",)
            elif items:
                lines = maker.lines(details.items.pop(number))
                result.accepted_rows += len(lines)
            _add_sale(draft, orders.part, lines, result)
            result.accepted_rows += 1
    for number in list(details.items):
        items = details.items.pop(number)
        if number in refused:
            result.issues += _parked(details.part, number, items, "order_rejected")
        elif number in details.broken:
            result.issues += _parked(details.part, number, items, "detail_incomplete")
        else:
            result.orphans[number] = maker.lines(items)


def assemble_items(table: ItemTable, result: Reading) -> None:
    """Make sales of a table in which every row repeats its order. Raises RefundsDoNotFit."""
    maker = LineMaker(table.part)
    result.issues += table.issues
    merged: list[tuple[Draft, list[int], list[ItemRow]]] = []
    for number, rows in table.rows.items():
        drafts = [draft for draft, _item in rows]
        places = [draft.row for draft in drafts]
        items = [(draft.row, item) for draft, item in rows if item is not None]
        try:
            merged.append((merge_order(drafts), places, items))
        except BadCell as bad:
            result.issues += [rejected(table.part, row, bad, number) for row in places]
    refuse_unfit_refunds(table.file, [draft for draft, _places, _items in merged])
    for draft, places, items in merged:
        if not _count_money(draft, result):
            result.issues += _rejected_order(table.part, places, draft)
            continue
        lines = maker.lines(items) if items else None
        if draft.number in table.broken:
            draft.flags += ("detail_incomplete",)
            lines = None
        _add_sale(draft, table.part, lines, result)
        result.accepted_rows += len(places)


def refuse_unfit_refunds(file: str, drafts: Iterable[Draft]) -> None:
    """Raise RefundsDoNotFit when refunded orders exist and none fits the money identity."""
    refunded = [draft for draft in drafts if draft.refund_fen]
    if refunded and all(draft.subsidy_fen is None for draft in refunded):
        raise RefundsDoNotFit(file)


def _count_money(draft: Draft, result: Reading) -> bool:
    """Add a paid order to the platform's totals; say whether it fits the money identity.

    The subsidy that goes back is added with the sale: it is known only where money fits.
    """
    if draft.paid_at is not None:
        result.platform_gross_fen += draft.total_fen
        result.platform_refund_fen += draft.refund_fen
    return draft.subsidy_fen is not None


def _add_sale(
    draft: Draft, part: int, lines: Sequence[ReportedLine] | None, result: Reading
) -> None:
    subsidy = draft.subsidy_fen or 0
    sale = ReportedSale(
        order_number=draft.number,
        status=draft.status,
        placed_at=draft.placed_at,
        paid_at=draft.paid_at,
        goods_fen=draft.total_fen - draft.freight_fen,
        freight_fen=draft.freight_fen,
        consumer_paid_fen=draft.paid_fen + draft.refund_fen,
        subsidies=((PLATFORM, subsidy),) if subsidy else (),
        refunded_fen=draft.refund_fen,
        refunded_at=None,
        lines=None if lines is None else tuple(lines),
        title=draft.title[:_LONGEST_TITLE],
        quantity=draft.quantity,
        buyer=draft.buyer,
        contact=draft.contact,
        reference_code="",
        flags=draft.flags,
        source=f"{part}:{draft.row}",
    )
    if subsidy:
        result.platform_refund_fen += sum(fen for _funder, fen in returned_subsidies(sale))
    result.sales.append(sale)


def _rejected_order(part: int, places: Sequence[int], draft: Draft) -> list[RowIssue]:
    """Reject the rows of an order that does not fit; the first one tells its money."""
    bad = BadCell("amounts_do_not_add_up", _("总金额不等于实付金额加退款金额（加平台补贴）。"))
    money = draft.read_money
    return [
        rejected(part, row, bad, draft.number, money if row == places[0] else None)
        for row in places
    ]


def _parked(part: int, number: str, items: Iterable[ItemRow], code: str) -> list[RowIssue]:
    messages = {
        "order_rejected": _("所属订单行被拒绝，明细待匹配。"),
        "detail_incomplete": _("同一订单的另一条明细被拒绝，明细不完整，待匹配。"),
    }
    return [
        RowIssue(part, row, "quarantined", code, messages[code], number) for row, _item in items
    ]
