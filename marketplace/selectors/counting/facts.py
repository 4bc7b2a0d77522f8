"""Declared facts that a report prints, as they stood at a moment."""

from __future__ import annotations

from accounts.models import User
from marketplace.models import DeclaredFact
from marketplace.rules.counting import Asked, Scope
from marketplace.rules.counting_reports import Fact
from marketplace.selectors.facts import facts_of


def facts_in(asked: Asked, scope: Scope) -> tuple[Fact, ...]:
    """Return the current fact in force of each figure of a place, in the order of the sections.

    One statement. Which fact is current: `facts_of`.
    """
    current = facts_of(
        district_code=scope.district,
        county_code=scope.county,
        first_day=asked.first_day,
        on=asked.last_day,
        as_of=asked.as_of,
    )
    sections = list(DeclaredFact.Section.values)
    ordered = sorted(current.values(), key=lambda row: (sections.index(row.section), row.pk))
    return tuple(_fact(row) for row in ordered)


def _fact(row: DeclaredFact) -> Fact:
    return Fact(
        section=row.section,
        section_name=str(row.get_section_display()),
        key=row.key,
        label=row.label,
        kind=row.kind,
        value=row.value,
        text=row.text,
        bound=row.bound,
        unit=row.unit,
        wording=row.wording,
        first=row.period_start,
        last=row.period_end,
        source=row.source,
        made_by=_name(row.made_by),
        checked_by=_name(row.checked_by),
    )


def _name(person: User | None) -> str:
    return str(person) if person else ""
