"""Does what a platform says of a month equal what the ledger holds, to the fen? Pure.

Two equations, for gross and for refund: platform statement = files + difference, and files =
goods + freight + excluded by reason + rows not recorded + refund corrections + difference
(docs/decisions/0021-reconciliation.md). Months are those of payment, in Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from common import clock


class Difference(StrEnum):
    """Which of the four differences of a month."""

    STATEMENT_GROSS = "statement_gross"
    STATEMENT_REFUND = "statement_refund"
    LEDGER_GROSS = "ledger_gross"
    LEDGER_REFUND = "ledger_refund"


class Verdict(StrEnum):
    """What a month comes to: all is zero, explained, something is open, no statement yet."""

    EVEN = "even"
    EXPLAINED = "explained"
    OPEN = "open"
    NO_STATEMENT = "no_statement"


@dataclass(slots=True)
class Money:
    """Rows or orders with their gross and refund, both >= 0, in fen."""

    count: int = 0
    gross_fen: int = 0
    refund_fen: int = 0

    @property
    def net_fen(self) -> int:
        """Return gross less refund."""
        return self.gross_fen - self.refund_fen


@dataclass(frozen=True, slots=True)
class Explanation:
    """One note: the part of a difference that it explains, and the difference back then."""

    which: Difference
    amount_fen: int
    difference_fen: int
    text: str
    by: str
    on: str


@dataclass(slots=True)
class Month:
    """One sales point's month from both sides, in fen.

    `statement` is the platform's own, None where none is entered. `reported` are the orders'
    figures as last reported, `unrecorded` what rows say that are not recorded, by verdict
    (`rejected`, `quarantined`). `goods`, `freight` and `excluded` (by reason) are the ledger's.
    `corrected_fen` is what refund corrections take off the reported refunds. Beside both sides:
    `withdrawn` orders, whose imports were taken back, and `compensation_fen`.
    """

    month: date
    statement: Money | None = None
    reported: Money = field(default_factory=Money)
    unrecorded: dict[str, Money] = field(default_factory=dict)
    goods: Money = field(default_factory=Money)
    freight: Money = field(default_factory=Money)
    excluded: dict[str, Money] = field(default_factory=dict)
    corrected_fen: int = 0
    withdrawn: Money = field(default_factory=Money)
    compensation_fen: int = 0
    notes: list[Explanation] = field(default_factory=list)

    @property
    def files(self) -> Money:
        """Return what the files say: reported orders, and rows that are not recorded."""
        return _sum([self.reported, *self.unrecorded.values()])

    @property
    def held(self) -> Money:
        """Return everything that we can name: the ledger, rows not recorded, corrections."""
        held = _sum([self.goods, self.freight, *self.excluded.values(), *self.unrecorded.values()])
        held.refund_fen += self.corrected_fen
        return held

    @property
    def differences(self) -> dict[Difference, int]:
        """Return each difference; those of the statement only where there is one."""
        files, held = self.files, self.held
        found = {}
        if self.statement is not None:
            found[Difference.STATEMENT_GROSS] = self.statement.gross_fen - files.gross_fen
            found[Difference.STATEMENT_REFUND] = self.statement.refund_fen - files.refund_fen
        found[Difference.LEDGER_GROSS] = files.gross_fen - held.gross_fen
        found[Difference.LEDGER_REFUND] = files.refund_fen - held.refund_fen
        return found

    def explained_fen(self, which: Difference) -> int:
        """Return what the notes of a difference explain together."""
        return sum(note.amount_fen for note in self.notes if note.which is which)

    def verdict_on(self, which: Difference) -> Verdict:
        """Say whether a difference is zero, explained to the fen, or open."""
        fen = self.differences.get(which)
        if fen is None:
            return Verdict.NO_STATEMENT
        if fen == 0:
            return Verdict.EVEN
        return Verdict.EXPLAINED if self.explained_fen(which) == fen else Verdict.OPEN

    @property
    def verdict(self) -> Verdict:
        """Return the worst of the four verdicts."""
        worst_last = (
            Verdict.EVEN,
            Verdict.EXPLAINED,
            Verdict.NO_STATEMENT,
            Verdict.OPEN,
        )
        return max((self.verdict_on(which) for which in Difference), key=worst_last.index)

    def has_moved(self, which: Difference) -> bool:
        """Say whether a difference is another one now than when it was last explained."""
        written = [note.difference_fen for note in self.notes if note.which is which]
        return bool(written) and written[-1] != self.differences.get(which)


def _sum(parts: Iterable[Money]) -> Money:
    total = Money()
    for part in parts:
        total.count += part.count
        total.gross_fen += part.gross_fen
        total.refund_fen += part.refund_fen
    return total


def next_month(month: date) -> date:
    """Return the first day of the month after the one that starts on `month`."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_named(text: str) -> date:
    """Return the first day of a month written as YYYY-MM. Raises ValueError for anything else."""
    day = date.fromisoformat(f"{text}-01")
    if f"{day:%Y-%m}" != text or not clock.EARLIEST_YEAR <= day.year < clock.LATEST_YEAR:
        raise ValueError(text)
    return day
