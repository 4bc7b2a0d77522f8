"""Rows of Taobao's order list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from django.utils.translation import gettext as _

from common.clock import business_day
from orders.errors import WrongShop
from orders.intake.cells import (
    Amounts,
    BadCell,
    buyer_key,
    clean,
    empty_cell,
    moment,
    pieces,
)
from orders.intake.numbers import ReadMoney, rejected
from orders.intake.taobao import columns
from orders.intake.taobao.money import subsidy_that_fits
from orders.intake.taobao.words import StatusWords
from orders.intake.text_files import TextTable
from orders.rules.readings import RowIssue
from orders.rules.sale import ReportedContact
from orders.rules.states import OrderStatus

# Total, freight, paid, refund and subsidy, as in a draft.
Money = tuple[int, int, int, int, int | None]


@dataclass(slots=True)
class Draft:
    """One order row, read. Money in fen as the file states it.

    `subsidy_fen` is None when the row does not fit the money identity; it is 0 for an
    unpaid order, of which `paid_fen` and `refund_fen` are 0 as well.
    """

    row: int
    number: str
    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    total_fen: int
    freight_fen: int
    paid_fen: int
    refund_fen: int
    subsidy_fen: int | None
    title: str
    quantity: int
    buyer: str
    contact: ReportedContact | None
    flags: tuple[str, ...]

    @property
    def read_money(self) -> ReadMoney | None:
        """Return what the row says of its order's money, None for an unpaid order."""
        if self.paid_at is None:
            return None
        return ReadMoney(business_day(self.paid_at), self.total_fen, self.refund_fen)

    def is_fresher_than(self, other: Draft) -> bool:
        """Say whether this row tells more than another row of the same order."""
        return (self.status.rank, self.refund_fen) > (other.status.rank, other.refund_fen)


@dataclass(slots=True)
class OrderTable:
    """The read order rows of one file: one draft per order number, in file order.

    `refused` holds the numbers of rejected rows; one of them may have a good row as well.
    """

    file: str
    part: int
    drafts: dict[str, Draft] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


class OrderRows:
    """Turns sound rows of a table with order columns into drafts.

    Rows come with one empty cell added at their end (see `columns.positions`).
    """

    def __init__(self, header: Sequence[str], shop_id: str, shop_name: str, file: str) -> None:
        self._shop = itemgetter(*columns.positions(header, (columns.SHOP_ID, columns.SHOP_NAME)))
        self._known_shops: set[tuple[str, str]] = set()
        self._shop_id, self._shop_name, self._file = shop_id, shop_name, file
        self._money = itemgetter(*columns.positions(header, columns.MONEY_COLUMNS))
        self._facts = itemgetter(*columns.positions(header, columns.FACT_COLUMNS))
        self._contact = itemgetter(*columns.positions(header, columns.CONTACT_COLUMNS))
        self._amounts = Amounts()
        self._words = StatusWords()
        self._texts: dict[str, str] = {}
        self._pieces: dict[str, int] = {}
        self._known_money: dict[tuple[bool, tuple[str, ...]], Money] = {}

    def check_shop(self, row: int, cells: Sequence[str]) -> None:
        """Raise WrongShop when the row names another shop than the sales point's.

        Asked of rows that could be read: in a damaged one any cell may stand there.
        """
        named = self._shop(cells)
        if named in self._known_shops:
            return
        shop_id, shop_name = map(clean, named)
        if self._shop_name and shop_name not in ("", self._shop_name):
            raise WrongShop(self._file, row=row, found=shop_name, expected=self._shop_name)
        if self._shop_id and shop_id not in ("", "0", self._shop_id):
            raise WrongShop(self._file, row=row, found=shop_id, expected=self._shop_id)
        self._known_shops.add(named)

    def draft(self, row: int, number: str, cells: Sequence[str]) -> Draft:
        """Read one row. Raises BadCell."""
        status_cell, placed_cell, paid_cell, title, quantity, buyer = self._facts(cells)
        status = self._words.status(status_cell)
        placed_at, placed_exact = moment(placed_cell, columns.PLACED_AT)
        paid_at, paid_exact = moment(paid_cell, columns.PAID_AT)
        if placed_at is None:
            raise empty_cell("bad_time", columns.PLACED_AT)
        total, freight, paid, refund, subsidy = self._money_of(cells, paid_at is not None)
        flags: tuple[str, ...] = () if placed_exact and paid_exact else ("time_without_seconds",)
        if paid_at is None and status not in (OrderStatus.UNPAID, OrderStatus.CLOSED):
            status = OrderStatus.UNPAID
            flags += ("status_without_payment",)
        elif paid_at is not None and status is OrderStatus.UNPAID:
            status = OrderStatus.PAID
            flags += ("payment_without_status",)
        return Draft(
            row=row,
            number=number,
            status=status,
            placed_at=placed_at,
            paid_at=paid_at,
            total_fen=total,
            freight_fen=freight,
            paid_fen=paid,
            refund_fen=refund,
            subsidy_fen=subsidy,
            title=self._text(title),
            quantity=self._quantity(quantity),
            buyer=buyer_key(buyer),
            contact=self._read_contact(cells),
            flags=flags,
        )

    def _money_of(self, cells: Sequence[str], is_paid: bool) -> Money:
        picked = is_paid, self._money(cells)
        known = self._known_money.get(picked)
        if known is None:
            known = self._known_money[picked] = self._read_money(*picked)
        return known

    def _read_money(self, is_paid: bool, cells: tuple[str, ...]) -> Money:
        total_cell, freight_cell, paid_cell, refund_cell, *subsidy_cells = cells
        fen = self._amounts.fen
        total, freight = fen(total_cell, columns.TOTAL), fen(freight_cell, columns.FREIGHT)
        paid, refund = fen(paid_cell, columns.PAID), fen(refund_cell, columns.REFUND)
        subsidy = sum(map(fen, subsidy_cells, columns.SUBSIDY_COLUMNS))
        if total == 0 and not clean(total_cell):
            raise empty_cell("bad_amount", columns.TOTAL)
        if freight > total:
            raise BadCell("bad_amount", _("买家应付邮费大于总金额。"))
        if not is_paid:
            if paid or refund:
                raise BadCell("paid_without_time", _("有实付或退款金额，但没有订单付款时间。"))
            return total, freight, 0, 0, 0
        if paid == 0 and not clean(paid_cell):
            raise empty_cell("bad_amount", columns.PAID)
        return total, freight, paid, refund, subsidy_that_fits(total, paid, refund, subsidy)

    def _read_contact(self, cells: Sequence[str]) -> ReportedContact | None:
        name, mobile, phone, changed, address = map(clean, self._contact(cells))
        phone, address = mobile or phone, changed or address
        return ReportedContact(name, phone, address) if name or phone or address else None

    def _quantity(self, cell: str) -> int:
        """Read the pieces of a whole order; an empty cell or 0 counts as one."""
        known = self._pieces.get(cell)
        if known is None:
            is_none = clean(cell) in ("", "0")
            known = self._pieces[cell] = 1 if is_none else pieces(cell, columns.PIECES)
        return known

    def _text(self, cell: str) -> str:
        known = self._texts.get(cell)
        if known is None:
            known = self._texts[cell] = clean(cell)
        return known


def read_orders(table: TextTable, shop_id: str, shop_name: str) -> OrderTable:
    """Read a whole order list. Raises subclasses of FileRefused.

    An order row that is repeated counts once, as its freshest; the others are duplicates.
    """
    result = OrderTable(table.name, table.ordinal)
    numbers = columns.order_numbers(table.header)
    reader = OrderRows(table.header, shop_id, shop_name, table.name)
    drafts = result.drafts
    for row, cells, defect in table.rows():
        number = ""
        try:
            number = numbers.read(cells, defect)
            cells.append("")
            draft = reader.draft(row, number, cells)
            reader.check_shop(row, cells)
        except BadCell as bad:
            told = number or numbers.told(cells)
            result.refused.add(told)
            result.issues.append(rejected(table.ordinal, row, bad, told))
            continue
        earlier = drafts.setdefault(number, draft)
        if earlier is not draft:
            loser = earlier if draft.is_fresher_than(earlier) else draft
            if loser is earlier:
                drafts[number] = draft
            result.issues.append(_duplicate(table.ordinal, loser))
    numbers.refuse_if_lost(table.name)
    return result


def _duplicate(part: int, draft: Draft) -> RowIssue:
    message = _("同一订单在文件中重复出现，只计一次。")
    return RowIssue(part, draft.row, "duplicate", "order_repeated", message, draft.number)
