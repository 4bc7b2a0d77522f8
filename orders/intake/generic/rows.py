"""Rows of generic files: each is one line and repeats what it says of its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import itemgetter

from django.utils.translation import gettext as _

from common.clock import business_day
from orders.intake.cells import BadCell, Remembered, clean, clean_code, empty_cell, moment
from orders.intake.generic import words
from orders.intake.generic.columns import Columns
from orders.intake.grouping import OrderGroup, order_groups
from orders.intake.numbers import OrderNumbers, ReadMoney
from orders.intake.text_files import TextTable
from orders.rules.readings import RowIssue
from orders.rules.sale import ReportedContact, ReportedVoucher
from orders.rules.settlement import Shares, total_of
from orders.rules.states import OrderStatus

LONGEST_CODE = 80
LONGEST_LINE_NUMBER = 40
_LONGEST = {
    "line_number": LONGEST_LINE_NUMBER,
    "sku_code": LONGEST_CODE,
    "campaign_code": LONGEST_CODE,
}


@dataclass(frozen=True, slots=True)
class RowHead:
    """What a row says of its order; rows that say it in the same words share one.

    An empty cell is None where emptiness means something, else '' or 0. `freight_fen` and
    `compensation_fen` are the whole order's. Only the channel interface says what stands last.
    `payer_unit` '' = the buyer.
    """

    placed_at: datetime | None
    paid_at: datetime | None
    has_seconds: bool
    status: OrderStatus | None
    buyer: str
    freight_fen: int
    compensation_fen: int | None = None
    compensated_at: datetime | None = None
    payer_unit: str = ""
    contact: ReportedContact | None = None


@dataclass(slots=True)
class Row:
    """One row, read. Money in fen, of the whole line.

    `list_fen` is the amount where the file states none. `refund_fen` is as stated.
    `weight_grams` 0 = pieces. `reference_code` is the campaign that the row refers to without a
    voucher. What stands last only the channel interface says.
    """

    row: int = field(compare=False)
    number: str
    head: RowHead
    line_number: str
    seller_code: str
    title: str
    quantity: int
    weight_grams: int
    list_fen: int
    amount_fen: int
    subsidies: Shares
    refund_fen: int
    refunded_at: datetime | None
    vouchers: tuple[ReportedVoucher, ...]
    reference_code: str
    beneficiary_unit: str
    county_code: str
    is_closed: bool = False
    attributes: str = ""

    @property
    def subsidy_fen(self) -> int:
        """Return what others than the consumer paid of the line."""
        return total_of(self.subsidies)


_HEAD_CELLS = (
    *("placed_at", "paid_at", "status", "buyer", "freight", "compensation", "compensated_at"),
)
_LINE_CELLS = (
    *("line_number", "sku_code", "title", "quantity", "list", "amount", "subsidy", "funder"),
    *("refund", "refunded_at", "voucher_code", "campaign_code", "beneficiary_unit"),
    "county_code",
)


class RowReader:
    """Turns sound rows into `Row`. They come with one empty cell added at their end."""

    def __init__(self, columns: Columns) -> None:
        self._told = columns.headers
        self._head_cells = itemgetter(*(columns.place[name] for name in _HEAD_CELLS))
        self._line_cells = itemgetter(*(columns.place[name] for name in _LINE_CELLS))
        self._last: tuple[tuple[str, ...], RowHead] | None = None
        fen = {name: Remembered(partial(amounts.fen, column=self._told[name]))
               for name, amounts in columns.amounts.items()}  # fmt: skip
        self._list_fen, self._amount_fen = fen["list"], fen["amount"]
        self._subsidy_fen, self._refund_fen = fen["subsidy"], fen["refund"]
        self._freight_fen, self._compensation_fen = fen["freight"], fen["compensation"]
        codes = {
            name: Remembered(partial(words.code, column=self._told[name], longest=longest))
            for name, longest in _LONGEST.items()
        }
        self._line_number, self._sku = codes["line_number"], codes["sku_code"]
        self._campaign = codes["campaign_code"]
        self._voucher = Remembered(partial(words.voucher_code, column=self._told["voucher_code"]))
        self._refunded_at = Remembered(partial(moment, column=self._told["refunded_at"]))
        self._compensated_at = Remembered(partial(moment, column=self._told["compensated_at"]))
        self._status = Remembered(words.order_status)
        self._quantity = Remembered(partial(words.quantity, column=self._told["quantity"]))
        self._county = Remembered(partial(words.county_code, column=self._told["county_code"]))
        self._funder = Remembered(words.funder)
        self._text = Remembered(clean)
        self._code = Remembered(clean_code)

    def row(self, row: int, number: str, cells: Sequence[str]) -> Row:
        """Read one row. Raises BadCell."""
        head = self._head(self._head_cells(cells))
        (
            line_number, sku, title, quantity, listed, amount, subsidy, funder,
            refund, refunded_at, voucher, campaign, beneficiary, county,
        ) = self._line_cells(cells)  # fmt: skip
        pieces, grams = self._quantity[quantity]
        title, sku = self._text[title], self._sku[sku]
        if not (title or sku):
            raise goods_missing()
        list_fen, amount_fen, subsidy_fen = self._amounts(listed, amount, subsidy)
        code, campaign = self._voucher[voucher], self._campaign[campaign]
        return Row(
            row,
            number,
            head,
            self._line_number[line_number],
            sku,
            title,
            pieces,
            grams,
            list_fen,
            amount_fen,
            ((self._funder[funder], subsidy_fen),) if subsidy_fen else (),
            self._refund_fen[refund],
            self._refunded_at[refunded_at][0],
            # A campaign beside a voucher is the voucher's.
            (ReportedVoucher(code, campaign, subsidy_fen),) if code else (),
            "" if code else campaign,
            self._code[beneficiary],
            self._county[county],
        )

    def _head(self, cells: tuple[str, ...]) -> RowHead:
        """Read what the row says of its order: mostly what the row above it said."""
        if self._last is not None and self._last[0] == cells:
            return self._last[1]
        placed, paid, status, buyer, freight, compensation, compensated = cells
        placed_at, placed_exact = moment(placed, self._told["placed_at"])
        paid_at, paid_exact = moment(paid, self._told["paid_at"])
        head = RowHead(
            placed_at,
            paid_at,
            placed_exact and paid_exact,
            self._status[status],
            clean(buyer),
            self._freight_fen[freight],
            self._compensation_fen[compensation] if self._text[compensation] else None,
            self._compensated_at[compensated][0],
        )
        self._last = cells, head
        return head

    def _amounts(self, listed: str, amount: str, subsidy: str) -> tuple[int, int, int]:
        """Read (list, amount, subsidy): a merchant lowers the list, a subsidy is within."""
        amount_fen, subsidy_fen = self._amount_fen[amount], self._subsidy_fen[subsidy]
        if not (amount_fen or clean(amount)):
            raise empty_cell("bad_amount", self._told["amount"])
        list_fen = self._list_fen[listed]
        if not (list_fen or clean(listed)):
            list_fen = amount_fen
        check_amounts(list_fen, amount_fen, subsidy_fen)
        return list_fen, amount_fen, subsidy_fen


def check_amounts(list_fen: int, amount_fen: int, subsidy_fen: int) -> None:
    """Raise BadCell unless subsidy <= amount <= list."""
    if amount_fen > list_fen:
        raise BadCell("amount_exceeds_list", _("成交额大于标价金额。"))
    if subsidy_fen > amount_fen:
        raise BadCell("subsidy_exceeds_amount", _("补贴大于成交额。"))


def goods_missing() -> BadCell:
    """Return the refusal of a row that does not say what was sold."""
    return BadCell("goods_missing", _("商家编码和标题都为空。"))


def read_rows(
    table: TextTable, numbers: OrderNumbers, read: Callable[[int, str, list[str]], Row]
) -> Iterator[OrderGroup[Row]]:
    """Yield the orders of a whole file of lines. Raises subclasses of FileRefused.

    A row that repeats a line number with the same content counts once. Rows without line
    numbers are separate lines, even equal ones.
    """
    for group in order_groups(table, numbers, read):
        if len(group.rows) > 1:
            _set_duplicates_aside(table.ordinal, group)
        yield group


def _set_duplicates_aside(part: int, group: OrderGroup[Row]) -> None:
    """Turn each row that repeats an earlier line into an issue."""
    seen: dict[str, Row] = {}
    kept = []
    for row in group.rows:
        earlier = seen.setdefault(row.line_number, row) if row.line_number else row
        if earlier is not row and earlier == row:
            group.issues.append(_duplicate(part, row))
        else:
            kept.append(row)
    group.rows = kept


def _duplicate(part: int, row: Row) -> RowIssue:
    message = _("同一订单行在文件中重复出现，只计一次。")
    return RowIssue(part, row.row, "duplicate", "line_repeated", message, row.number)


def read_money(row: Row, *, is_first: bool) -> ReadMoney | None:
    """Return what a row of a rejected order says of its money; freight stands on the first."""
    if row.head.paid_at is None:
        return None
    freight_fen = row.head.freight_fen if is_first else 0
    return ReadMoney(business_day(row.head.paid_at), row.amount_fen + freight_fen, row.refund_fen)
