"""What a counting report is asked for: period, moment, view, and whose sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

COHORT, CASH = "cohort", "cash"
COUNTING_VIEWS = (COHORT, CASH)


class Scope(NamedTuple):
    """Whose sales: a pairing, a district ('' county), a county ('' district), or everything."""

    district: str = ""
    county: str = ""

    def holds(self, other: Scope) -> bool:
        """Say whether every sale of `other` is one of this scope."""
        return self.district in {"", other.district} and self.county in {"", other.county}


PREFECTURE = Scope()


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a counting report.

    `first_day` None: from the beginning (累计), the only kind of report that holds opening
    figures. Both days are included. `as_of` None: everything recorded. `view` places refunds
    on the order's day (`cohort`) or on their own (`cash`).
    """

    last_day: date
    first_day: date | None = None
    as_of: datetime | None = None
    is_certified_only: bool = False
    view: str = COHORT
    is_open_ended: bool = False

    @property
    def is_cumulative(self) -> bool:
        """Say whether the report counts from the beginning."""
        return self.first_day is None

    def covers(self, first: date, last: date) -> bool:
        """Say whether a period lies wholly inside the period asked for."""
        return last <= self.last_day and (self.first_day is None or first >= self.first_day)
