"""Declared sales beside order lines: which of them count, and which are superseded.

Order lines of what a monthly ledger names (a sales point, a unit, or both) in its period
supersede it, never add to it; the difference is shown. What an opening figure contains is not
added again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from marketplace.rules.counting.asked import Asked, Scope
from marketplace.rules.counting.figures import Sales


@dataclass(frozen=True, slots=True)
class Opening:
    """A published figure of a scope up to its cut-off day (期初累计). Fen."""

    scope: Scope
    cutoff: date
    amount_fen: int
    first_day: date | None
    bound: str
    wording: str
    source: str

    def as_json(self) -> dict[str, Any]:
        """Return the figure with its cut-off and source."""
        return {
            "district_code": self.scope.district,
            "county_code": self.scope.county,
            "cutoff": self.cutoff.isoformat(),
            "amount_fen": self.amount_fen,
            "bound": self.bound,
            "wording": self.wording,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Monthly:
    """A monthly ledger (台账申报) of a sales point or a unit, or of a unit at a sales point."""

    scope: Scope
    point_code: str
    unit_code: str
    name: str
    first: date
    last: date
    channel_class: str
    purchase_mode: str
    amount_fen: int
    is_paired: bool = False
    is_superseded: bool = False

    @property
    def month(self) -> str:
        """Return the one month that it covers, '' for several."""
        months = {f"{day:%Y-%m}" for day in (self.first, self.last)}
        return months.pop() if len(months) == 1 else ""


class Status(Enum):
    """What becomes of a monthly ledger in a report."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    CONTAINED = "contained"
    STRADDLING = "straddling"
    UNCERTIFIED = "uncertified"


def status_of(row: Monthly, asked: Asked, cutoff: date | None) -> Status:
    """Say what becomes of a monthly ledger in a period whose opening figure ends on `cutoff`.

    A ledger that the period or the cut-off cuts in two counts on neither side. A ledger says
    nothing of certificates, so it counts in no report on certified goods.
    """
    if not asked.covers(row.first, row.last):
        return Status.STRADDLING
    if cutoff is not None and row.first <= cutoff:
        return Status.CONTAINED if row.last <= cutoff else Status.STRADDLING
    if row.is_superseded:
        return Status.SUPERSEDED
    return Status.UNCERTIFIED if asked.is_certified_only else Status.COUNTED


class Standing(NamedTuple):
    """The order lines of a day at a sales point, by unit and scope.

    `rows`: sale rows less their reversals, excluded lines included.
    """

    day: date
    point_code: str
    payer_code: str
    beneficiary_code: str
    scope: Scope
    rows: int
    sales: Sales


@dataclass(frozen=True, slots=True)
class Superseded:
    """Monthly ledgers of one declarer and period, and the order lines that came instead. Fen."""

    point_code: str
    unit_code: str
    name: str
    first: date
    last: date
    declared_fen: int
    lines_fen: int

    @property
    def difference_fen(self) -> int:
        """Return the order lines less what was declared."""
        return self.lines_fen - self.declared_fen

    def as_json(self) -> dict[str, Any]:
        """Return both amounts, net of refunds, and their difference."""
        return {
            "sales_point": self.point_code,
            "unit": self.unit_code,
            "name": self.name,
            "period": {"from": self.first.isoformat(), "to": self.last.isoformat()},
            "declared_fen": self.declared_fen,
            "order_lines_fen": self.lines_fen,
            "difference_fen": self.difference_fen,
        }


class LinesBeside:
    """The standing order lines of the sales points and units that declare.

    A ledger of a sales point has every line there beside it, one of a unit the lines that the
    unit paid for or that count for it, anywhere, and one of a unit at a sales point only those
    of the unit there.
    """

    def __init__(self, standing: Iterable[Standing]) -> None:
        self._of: dict[tuple[str, str], list[Standing]] = defaultdict(list)
        for lines in standing:
            units = {"", lines.payer_code, lines.beneficiary_code}
            for unit in units:
                self._of[lines.point_code, unit].append(lines)
            for unit in units - {""}:
                self._of["", unit].append(lines)

    def of(self, row: Monthly) -> list[Standing]:
        """Return the lines of what a ledger names, in its period, each once."""
        return [
            lines
            for lines in self._of[row.point_code, row.unit_code]
            if row.first <= lines.day <= row.last
        ]

    def supersede(self, row: Monthly) -> bool:
        """Say whether order lines stand in for a ledger."""
        return sum(lines.rows for lines in self.of(row)) > 0


def superseded_rows(
    rows: Sequence[Monthly], beside: LinesBeside, scope: Scope
) -> tuple[Superseded, ...]:
    """Return superseded ledgers by declarer and period, within a scope.

    Ledgers of one declarer and period are compared together: order lines do not say to which
    of them they belong.
    """
    groups: dict[tuple[str, str, date, date], list[Monthly]] = defaultdict(list)
    for row in rows:
        groups[row.point_code, row.unit_code, row.first, row.last].append(row)
    found = []
    for key in sorted(groups):
        first = groups[key][0]
        lines = sum(
            (one.sales.net_fen for one in beside.of(first) if scope.holds(one.scope)), start=0
        )
        declared = sum(row.amount_fen for row in groups[key])
        found.append(
            Superseded(
                first.point_code,
                first.unit_code,
                first.name,
                first.first,
                first.last,
                declared,
                lines,
            )
        )
    return tuple(found)
