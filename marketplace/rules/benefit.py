"""Who benefits from the sales of a period, as reports read it. Pure.

Households and persons stay apart; no sum of overlapping links is ever called distinct
(docs/decisions/0013-beneficiaries.md).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from marketplace.rules import printing
from products.rules.benefit import (
    LEAST_PUBLIC_HOUSEHOLDS,
    Range,
    dividend_fen,
    hidden_cells,
    per_head,
)

# The key of declared facts that state how many benefit.
BENEFICIARIES_KEY = "beneficiaries"


class BenefitKind(StrEnum):
    """What the figure of a period rests on: the strongest that there is."""

    ROSTER = "roster"
    DECLARED = "declared"
    RANGE = "range"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of a breakdown, distinct within itself. Numbers are None where suppressed."""

    code: str
    name: str
    households: int | None
    persons: int | None


@dataclass(frozen=True, slots=True)
class RosterFigure:
    """Distinct households and their persons by roster. None where suppressed.

    `by_county` adds up to the whole. `by_mechanism` and `by_status` do not: a household may
    have several, or (code '') no status. `producers` had counted sales and stand in the roster;
    `producers_without_roster` had counted sales, and whom they bring along is not in here.
    """

    households: int | None
    persons: int | None
    by_county: tuple[Cell, ...]
    by_mechanism: tuple[Cell, ...]
    by_status: tuple[Cell, ...]
    producers: int
    producers_without_roster: int
    not_summable: tuple[str, ...] = ("by_mechanism", "by_status")

    def for_public(self) -> RosterFigure:
        """Return the figure without cells of fewer than 10 households.

        Where such a cell would follow from the total and the others, one more goes.
        """
        is_hidden = _is_small(self.households)
        return replace(
            self,
            households=None if is_hidden else self.households,
            persons=None if is_hidden else self.persons,
            by_county=_public(self.by_county),
            by_mechanism=_public(self.by_mechanism),
            by_status=_public(self.by_status),
        )


@dataclass(frozen=True, slots=True)
class DeclaredFigure:
    """What somebody states, with its source (填报数). `bound` is `exact`, `over` or `about`.

    Suppressed, it has neither value nor wording.
    """

    value: int | None
    unit: str
    wording: str
    bound: str
    period_start: date | None
    period_end: date
    source: str
    is_suppressed: bool = False

    def for_public(self) -> DeclaredFigure:
        """Return the figure without its number, where that is under 10 households."""
        if not is_too_few(self.value, self.unit):
            return self
        return replace(self, value=None, wording="", is_suppressed=True)


@dataclass(frozen=True, slots=True)
class Dividend:
    """A dividend that a producer declares: principal in fen, rate in basis points a year."""

    producer_code: str
    producer_name: str
    principal_fen: int
    rate_bp: int
    households: int | None
    persons: int | None
    wording: str
    source: str
    is_suppressed: bool = False

    @property
    def yearly_fen(self) -> Fraction:
        """A year's dividend, exact."""
        return dividend_fen(self.principal_fen, self.rate_bp)

    @property
    def person_fen(self) -> Fraction | None:
        """What a person receives a year, exact; None where no persons are stated."""
        return per_head(self.yearly_fen, self.persons) if self.persons else None

    @property
    def household_fen(self) -> Fraction | None:
        """What a household receives a year, exact; None where no households are stated."""
        return per_head(self.yearly_fen, self.households) if self.households else None

    def for_public(self) -> Dividend:
        """Return the dividend without how many share it, where that is under 10 households."""
        if not _is_small(self.households):
            return self
        return replace(self, households=None, persons=None, wording="", is_suppressed=True)


@dataclass(frozen=True, slots=True)
class Beneficiaries:
    """Who benefits from the counted sales of a period (both days included) and scope.

    `first_day` None is from the beginning.
    `kind` says which figure is the one to print. `roster` is None where no roster covers the
    producers that sold; then `declared` and the ranges stand in, each None where there is
    none. Dividends are printed beside any of them.
    """

    kind: BenefitKind
    first_day: date | None
    last_day: date
    county_code: str
    district_code: str
    roster: RosterFigure | None = None
    declared: DeclaredFigure | None = None
    households_range: Range | None = None
    persons_range: Range | None = None
    dividends: tuple[Dividend, ...] = ()
    is_suppressed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the figure with what it rests on; ratios of dividends as exact texts in fen.

        Where `suppressed` is true, a number that is null is too small to be published.
        """
        roster, declared = self.roster, self.declared
        return {
            "kind": self.kind.value,
            "suppressed": self.is_suppressed,
            "households": roster.households if roster else None,
            "persons": roster.persons if roster else None,
            "declared": declared.wording or declared.value if declared else None,
            "households_range": _ends(self.households_range),
            "persons_range": _ends(self.persons_range),
            "dividends": [
                {
                    "producer": dividend.producer_code,
                    "principal_fen": dividend.principal_fen,
                    "rate_bp": dividend.rate_bp,
                    "households": dividend.households,
                    "persons": dividend.persons,
                    "suppressed": dividend.is_suppressed,
                    "yearly_fen": str(dividend.yearly_fen),
                    "person_fen": _exact(dividend.person_fen),
                    "household_fen": _exact(dividend.household_fen),
                }
                for dividend in self.dividends
            ],
        }

    def for_public(self) -> Beneficiaries:
        """Return what a public report may show: numbers under 10 households are suppressed.

        A range gives small links away that starts below 10, or whose ends are fewer than 10
        apart (its least is the largest link, its most all of them); both ranges go.
        """
        roster = self.roster.for_public() if self.roster else None
        declared = self.declared.for_public() if self.declared else None
        found = self.households_range
        small = found is not None and (
            _is_small(found.least) or _is_small(found.most - found.least)
        )
        hidden = (
            small,
            roster is not None and roster.households is None,
            declared is not None and declared.is_suppressed,
        )
        return replace(
            self,
            roster=roster,
            declared=declared,
            households_range=None if small else self.households_range,
            persons_range=None if small else self.persons_range,
            dividends=tuple(dividend.for_public() for dividend in self.dividends),
            is_suppressed=self.is_suppressed or any(hidden),
        )


def kind_of(
    roster: RosterFigure | None,
    declared: DeclaredFigure | None,
    households: Range | None,
    persons: Range | None,
) -> BenefitKind:
    """Return what a figure rests on, strongest first: roster, declared number, range."""
    if roster is not None:
        return BenefitKind.ROSTER
    if declared is not None:
        return BenefitKind.DECLARED
    return BenefitKind.RANGE if households or persons else BenefitKind.NONE


def has_day_within(days: Sequence[date], first: date, last: date | None) -> bool:
    """Say whether one of the ascending `days` lies in a validity, both of its days included."""
    position = bisect_left(days, first)
    return position < len(days) and (last is None or days[position] <= last)


def is_too_few(value: int | None, unit: str) -> bool:
    """Say whether a stated number of households is too small for a public report."""
    return printing.counts_households(unit) and _is_small(value)


def _ends(found: Range | None) -> list[int] | None:
    return [found.least, found.most] if found else None


def _exact(fen: Fraction | None) -> str | None:
    return None if fen is None else str(fen)


def _is_small(households: int | None) -> bool:
    return households is not None and 0 < households < LEAST_PUBLIC_HOUSEHOLDS


def _public(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    hidden = hidden_cells([cell.households or 0 for cell in cells])
    return tuple(
        replace(cell, households=None, persons=None) if position in hidden else cell
        for position, cell in enumerate(cells)
    )
