"""Declared facts that a report prints, as they stood at a moment."""

from __future__ import annotations

from accounts.models import User
from marketplace.models import DeclaredFact
from marketplace.rules.counting import Asked, Scope
from marketplace.rules.counting_reports import Fact
from operations.selectors.reviewed import in_force


def facts_in(asked: Asked, scope: Scope) -> tuple[Fact, ...]:
    """Return the newest fact in force of each figure of a place, in the order of the sections.

    A cumulative report takes what was stated up to its last day; a report of a period takes
    what was stated for days inside it. One statement.
    """
    rows = DeclaredFact.objects.filter(
        in_force(asked.as_of),
        district_code=scope.district,
        county_code=scope.county,
        period_end__lte=asked.last_day,
    )
    if asked.first_day is not None:
        rows = rows.filter(period_start__gte=asked.first_day)
    rows = rows.select_related("made_by", "checked_by").order_by("period_end", "pk")
    newest = {row.key: row for row in rows}
    sections = list(DeclaredFact.Section.values)
    ordered = sorted(newest.values(), key=lambda row: (sections.index(row.section), row.pk))
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
