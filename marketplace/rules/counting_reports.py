"""The shapes of the scorecard (成绩单) and of what it shares with the prefecture overview.

Pure values. Money in fen. Every renderer prints these and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from common.clock import SHANGHAI
from marketplace.rules.benefit import BENEFICIARIES_KEY, Beneficiaries, is_too_few
from marketplace.rules.counting import (
    Asked,
    Figure,
    Monthly,
    Opening,
    Sales,
    Superseded,
)
from marketplace.rules.printing import declared_figure, fewer_households_than
from products.rules.benefit import LEAST_PUBLIC_HOUSEHOLDS

# The order of the sections in a scorecard, as in the article it comes from.
SCORECARD_SECTIONS = ("organisation", "talent", "industry", "funds", "labour", "team")
# The basis of the figures, as JSON names it.
PAIRING_BASIS, ALL_COUNTED_BASIS = "pairing", "all_counted"


@dataclass(frozen=True, slots=True)
class Watermark:
    """The newest ledger row that a report can hold."""

    entry: int
    recorded_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the row's number and when it was recorded."""
        return {"entry": self.entry, "recorded_at": self.recorded_at.isoformat()}


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared fact in force (填报数). `value` is a count, fen or basis points, by `kind`.

    `made_by` and `checked_by` are empty for rows that came with the seeds. A suppressed fact has
    neither value nor words.
    """

    section: str
    section_name: str
    key: str
    label: str
    kind: str
    value: int | None
    text: str
    bound: str
    unit: str
    wording: str
    first: date | None
    last: date
    source: str
    made_by: str
    checked_by: str
    is_suppressed: bool = False

    def for_public(self) -> Fact:
        """Return the fact without its number, where it states fewer than 10 households."""
        if self.key != BENEFICIARIES_KEY or not is_too_few(self.value, self.unit):
            return self
        return replace(self, value=None, text="", wording="", is_suppressed=True)

    @property
    def printed(self) -> str:
        """Return the figure as reports print it."""
        if self.is_suppressed:
            return fewer_households_than(LEAST_PUBLIC_HOUSEHOLDS)
        return declared_figure(
            self.kind, self.value, self.unit, self.bound, self.wording or self.text
        )

    def as_json(self) -> dict[str, Any]:
        """Return the figure with its bound, period, source and people; money as `value_fen`."""
        name = "value_fen" if self.kind == "money" else "value"
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind,
            name: self.value,
            "text": self.text,
            "unit": self.unit,
            "bound": self.bound,
            "wording": self.wording,
            "printed": self.printed,
            "suppressed": self.is_suppressed,
            "declared": True,
            "period": {
                "from": self.first.isoformat() if self.first else None,
                "to": self.last.isoformat(),
            },
            "source": self.source,
            "made_by": self.made_by,
            "checked_by": self.checked_by,
        }


@dataclass(frozen=True, slots=True)
class Excluded:
    """What does not count for one reason, net of refunds. Fen."""

    reason: str
    label: str
    amount_fen: int

    def as_json(self) -> dict[str, Any]:
        """Return the reason and its amount."""
        return {"reason": self.reason, "label": self.label, "amount_fen": self.amount_fen}


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the figures and is not in them.

    `contained` and `contained_declared_fen`: dated up to an opening figure's cut-off and thus
    in it. `straddling`: monthly ledgers that the period or a cut-off cuts in two. `governing`:
    the openings that the figures are built on; the others of `openings` lie inside them or are
    not counted.
    """

    excluded: tuple[Excluded, ...]
    superseded: tuple[Superseded, ...]
    straddling: tuple[Monthly, ...]
    contained: Sales
    contained_declared_fen: int
    openings: tuple[Opening, ...]
    governing: tuple[Opening, ...]

    def is_counted(self, opening: Opening) -> bool:
        """Say whether an opening figure is in the figures: a county's own is origin-side.

        Helper-side and origin-side figures overlap and are never added.
        """
        return opening in self.governing or bool(opening.scope.district)

    def as_json(self) -> dict[str, Any]:
        """Return the lists under their fixed names."""
        return {
            "openings": [
                {**opening.as_json(), "counted": self.is_counted(opening)}
                for opening in self.openings
            ],
            "contained": {
                "order_lines_fen": self.contained.net_fen,
                "declared_fen": self.contained_declared_fen,
            },
            "superseded": [row.as_json() for row in self.superseded],
            "straddling": [
                {
                    "name": row.name,
                    "period": {"from": row.first.isoformat(), "to": row.last.isoformat()},
                    "declared_fen": row.amount_fen,
                }
                for row in self.straddling
            ],
            "excluded": [row.as_json() for row in self.excluded],
        }


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The 成绩单 of a district and a county: facts by section, and the sales of the pairing.

    `other_bases` are beside the figure and never added to it or to each other.
    """

    asked: Asked
    district: tuple[str, str]
    county: tuple[str, str]
    facts: tuple[Fact, ...]
    centres: tuple[str, ...]
    sales: Figure
    other_bases: dict[str, Figure]
    beside: Beside
    is_paired: bool
    watermark: Watermark | None
    is_simulated: bool
    benefit: Beneficiaries

    def for_public(self) -> Scorecard:
        """Return what may be published: numbers under 10 households are suppressed."""
        return replace(
            self,
            facts=tuple(fact.for_public() for fact in self.facts),
            benefit=self.benefit.for_public(),
        )

    def facts_by_key(self, section: str) -> dict[str, Fact]:
        """Return a section's facts by key, in the order in which they stand."""
        return {fact.key: fact for fact in self.facts if fact.section == section}

    @property
    def first_day(self) -> date | None:
        """Return the first day that the report speaks of, None where nothing states it."""
        if self.asked.first_day is not None:
            return self.asked.first_day
        stated = [fact.first for fact in self.facts if fact.section in SCORECARD_SECTIONS]
        stated += [opening.first_day for opening in self.beside.openings]
        return min((day for day in stated if day is not None), default=None)

    def as_json(
        self, title: str, texts: dict[str, Sequence[str]], warnings: Sequence[str]
    ) -> dict[str, Any]:
        """Return the report under its fixed names, with the sentences of each section."""
        return {
            "title": title,
            "warnings": list(warnings),
            "district": {"code": self.district[0], "name": self.district[1]},
            "county": {"code": self.county[0], "name": self.county[1]},
            **parameters(self.asked, self.watermark, PAIRING_BASIS, is_simulated=self.is_simulated),
            "is_paired": self.is_paired,
            "sections": [
                {
                    "code": code,
                    "text": "".join(texts[code][:1]),
                    "lines": list(texts[code]),
                    "figures": [fact.as_json() for fact in self.facts_by_key(code).values()],
                }
                for code in SCORECARD_SECTIONS
            ],
            "centres": list(self.centres),
            "sales": self.sales.as_json(),
            "other_bases": {
                name: {**figure.as_json(), "summable": False}
                for name, figure in self.other_bases.items()
            },
            **self.beside.as_json(),
            "beneficiaries": self.benefit.as_json(),
        }


def parameters(
    asked: Asked, watermark: Watermark | None, basis: str, *, is_simulated: bool
) -> dict[str, Any]:
    """Return the parameters of a report, as every one of them prints them."""
    return {
        "simulated": is_simulated,
        "period": {
            "from": asked.first_day.isoformat() if asked.first_day else None,
            "to": asked.last_day.isoformat(),
        },
        "cumulative": asked.is_cumulative,
        "as_of": asked.as_of.astimezone(SHANGHAI).isoformat() if asked.as_of else None,
        "basis": basis,
        "view": asked.view,
        "certified_only": asked.is_certified_only,
        "watermark": watermark.as_json() if watermark else None,
    }
