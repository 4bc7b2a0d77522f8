"""Rows of generic files: each is one line and repeats what it says of its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, clean, clean_code, empty_cell, moment
from orders.intake.generic import words
from orders.intake.generic.columns import columns_of, order_numbers
from orders.intake.numbers import rejected
from orders.intake.text_files import TextTable
from orders.rules.readings import RowIssue
from orders.rules.sale import ReportedContact, ReportedVoucher
from orders.rules.settlement import Shares, total_of
from orders.rules.states import OrderStatus

LONGEST_CODE = 80
LONGEST_LINE_NUMBER = 40


@dataclass(slots=True)
class Row:
    """One row, read. Money in fen, of the whole line; `freight_fen` is the order's.

    An empty cell is None where emptiness means something, else '' or 0. `list_fen` is the
    amount where the file states none. `refund_fen` is as stated. `weight_grams` 0 = pieces.
    `reference_code` is the campaign that the row refers to without a voucher. Files say
    nothing of what stands last: only the channel interface does. `payer_unit` '' = the buyer.
    """

    row: int = field(compare=False)
    number: str
    line_number: str
    buyer: str
    placed_at: datetime | None
    paid_at: datetime | None
    has_seconds: bool
    status: OrderStatus | None
    freight_fen: int
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
    payer_unit: str = ""
    contact: ReportedContact | None = None

    @property
    def subsidy_fen(self) -> int:
        """Return what others than the consumer paid of the line."""
        return total_of(self.subsidies)


@dataclass(slots=True)
class RowTable:
    """The read rows of one file by order number, in file order.

    `broken` holds the orders of which a row was rejected: they are rejected whole.
    """

    part: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


class RowReader:
    """Turns sound rows into `Row`. They come with one empty cell added at their end."""

    def __init__(self, header: Sequence[str]) -> None:
        self._columns = columns_of(header)

    def row(self, row: int, number: str, cells: Sequence[str]) -> Row:
        """Read one row. Raises BadCell."""
        columns = self._columns
        cell = {name: cells[place] for name, place in columns.place.items()}
        told = columns.headers
        placed_at, placed_exact = moment(cell["placed_at"], told["placed_at"])
        paid_at, paid_exact = moment(cell["paid_at"], told["paid_at"])
        refunded_at, _exact = moment(cell["refunded_at"], told["refunded_at"])
        pieces, grams = words.quantity(cell["quantity"], told["quantity"])
        title = clean(cell["title"])
        sku_code = words.code(cell["sku_code"], told["sku_code"], LONGEST_CODE)
        if not (title or sku_code):
            raise goods_missing()
        list_fen, amount_fen, subsidy_fen = self._amounts(cell)
        voucher = words.voucher_code(cell["voucher_code"], told["voucher_code"])
        campaign = words.code(cell["campaign_code"], told["campaign_code"], LONGEST_CODE)
        return Row(
            row=row,
            number=number,
            line_number=words.code(cell["line_number"], told["line_number"], LONGEST_LINE_NUMBER),
            buyer=clean(cell["buyer"]),
            placed_at=placed_at,
            paid_at=paid_at,
            has_seconds=placed_exact and paid_exact,
            status=words.order_status(cell["status"]),
            freight_fen=self._fen(cell, "freight"),
            seller_code=sku_code,
            title=title,
            quantity=pieces,
            weight_grams=grams,
            list_fen=list_fen,
            amount_fen=amount_fen,
            subsidies=((words.funder(cell["funder"]), subsidy_fen),) if subsidy_fen else (),
            refund_fen=self._fen(cell, "refund"),
            refunded_at=refunded_at,
            # A campaign beside a voucher is the voucher's.
            vouchers=(ReportedVoucher(voucher, campaign, subsidy_fen),) if voucher else (),
            reference_code="" if voucher else campaign,
            beneficiary_unit=clean_code(cell["beneficiary_unit"]),
            county_code=words.county_code(cell["county_code"], told["county_code"]),
        )

    def _fen(self, cell: dict[str, str], name: str) -> int:
        return self._columns.amounts[name].fen(cell[name], self._columns.headers[name])

    def _amounts(self, cell: dict[str, str]) -> tuple[int, int, int]:
        """Read (list, amount, subsidy): a merchant lowers the list, a subsidy is within."""
        if not clean(cell["amount"]):
            raise empty_cell("bad_amount", self._columns.headers["amount"])
        amount_fen, subsidy_fen = self._fen(cell, "amount"), self._fen(cell, "subsidy")
        list_fen = self._fen(cell, "list") if clean(cell["list"]) else amount_fen
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


def read_rows(table: TextTable) -> RowTable:
    """Read a whole generic file. Raises subclasses of FileRefused.

    A row that repeats a line number with the same content counts once. Rows without line
    numbers are separate lines, even equal ones.
    """
    result = RowTable(table.ordinal)
    numbers = order_numbers(table.header)
    assert numbers is not None  # the layout was complete
    reader = RowReader(table.header)
    seen: dict[tuple[str, str], Row] = {}
    for place, cells, defect in table.rows():
        number = ""
        try:
            number = numbers.read(cells, defect)
            cells.append("")
            row = reader.row(place, number, cells)
        except BadCell as bad:
            told = number or numbers.told(cells)
            result.broken.add(told)
            result.issues.append(rejected(table.ordinal, place, bad, told))
            continue
        if row.line_number:
            earlier = seen.setdefault((number, row.line_number), row)
            if earlier is not row and earlier == row:
                result.issues.append(_duplicate(table.ordinal, row))
                continue
        result.rows.setdefault(number, []).append(row)
    numbers.refuse_if_lost(table.name)
    return result


def _duplicate(part: int, row: Row) -> RowIssue:
    message = _("同一订单行在文件中重复出现，只计一次。")
    return RowIssue(part, row.row, "duplicate", "line_repeated", message, row.number)
