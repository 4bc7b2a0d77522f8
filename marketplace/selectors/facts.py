"""Questions about declared facts (填报数): the current one of each figure of a place."""

from __future__ import annotations

from datetime import date, datetime

from common import clock
from marketplace.models import DeclaredFact
from operations.selectors.reviewed import in_force


def facts_of(
    *,
    district_code: str,
    county_code: str,
    on: date | None = None,
    as_of: datetime | None = None,
) -> dict[str, DeclaredFact]:
    """Return the newest fact in force of each figure of a place, by its key.

    Both codes are a pairing, one a district or a county, both '' the prefecture. Newest is the
    latest period that ended by the business day `on`, today unless told. `as_of` asks what was
    in force at a past moment.
    """
    rows = DeclaredFact.objects.filter(
        in_force(as_of),
        district_code=district_code,
        county_code=county_code,
        period_end__lte=on or clock.today(),
    )
    return {row.key: row for row in rows.order_by("period_end", "pk")}


def facts_by_section(
    *,
    district_code: str,
    county_code: str,
    on: date | None = None,
    as_of: datetime | None = None,
) -> dict[str, list[DeclaredFact]]:
    """Return the facts of `facts_of` by section, in the order of the sections, then by key.

    A section without a fact is left out.
    """
    facts = facts_of(district_code=district_code, county_code=county_code, on=on, as_of=as_of)
    by_section: dict[str, list[DeclaredFact]] = {name: [] for name in DeclaredFact.Section.values}
    for key in sorted(facts):
        by_section[facts[key].section].append(facts[key])
    return {name: rows for name, rows in by_section.items() if rows}
