"""The neutral row: what one row of any platform's export says, free of its headers and words.

Pure data. Money in fen, times aware. What a row does not say is None, '' or ().
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from orders.intake.cells import BadCell
from orders.rules.sale import ReportedContact
from orders.rules.settlement import Shares
from orders.rules.states import OrderStatus


@dataclass(slots=True)
class Money:
    """One way to read the money of a row: goods + freight = consumer + subsidies.

    `goods_fen` = list less merchant discount; `consumer_fen` = what the user paid, freight in,
    before refunds. `list_fen` is what the list amounts of the lines must come to for this way
    to be the right one; None where the row says nothing about it.
    """

    goods_fen: int
    freight_fen: int
    consumer_fen: int
    subsidies: Shares = ()
    list_fen: int | None = None


@dataclass(slots=True)
class Line:
    """What was sold: `list_fen` is the list amount of all its pieces."""

    title: str
    attributes: str
    seller_code: str
    unit_price_fen: int
    quantity: int
    list_fen: int

    @property
    def rest(self) -> tuple[object, ...]:
        """Return what tells lines of equal names apart."""
        return self.seller_code, self.list_fen


@dataclass(slots=True)
class Row:
    """One row, read.

    `money` holds the ways to read its amounts: none where they add up in no way, None where
    the row has no amounts of its own. `due_fen` is goods and freight as the platform counts
    them, whether or not they add up. `refund_fen` is stated consumer money, `is_refunded`
    words for a refund of everything. `bad` is why the order cannot be taken although its money
    could be read: its words are not understood. `shops` are the names that the row gives its shop.
    """

    row: int = field(compare=False)
    number: str
    line: Line
    line_number: str = ""
    status: OrderStatus | None = None
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    money: tuple[Money, ...] | None = None
    due_fen: int = 0
    refund_fen: int | None = None
    is_refunded: bool = False
    buyer: str = ""
    payer_unit: str = ""
    contact: ReportedContact | None = None
    shops: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    bad: BadCell | None = None

    def is_fresher_than(self, other: Row) -> bool:
        """Say whether this row tells more than another row of the same order or line."""
        return self._freshness > other._freshness

    @property
    def _freshness(self) -> tuple[int, bool, int, bool]:
        rank = self.status.rank if self.status else -1
        return rank, self.is_refunded, self.refund_fen or 0, self.paid_at is not None
