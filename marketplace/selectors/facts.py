"""Questions about declared facts (填报数): the current one of each figure of a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from common import clock
from marketplace.models import DeclaredFact
from marketplace.rules.facts import current_place
from operations.selectors.reviewed import in_force


def facts_of(
    *,
    district_code: str,
    county_code: str,
    first_day: date | None = None,
    on: date | None = None,
    as_of: datetime | None = None,
    keys: Collection[str] = (),
) -> dict[str, DeclaredFact]:
    """Return the current fact in force of each figure of a place, by its key; one statement.

    Both codes are a pairing, one a district or a county, both '' the prefecture. Facts must end
    by the business day `on`, today unless told. Without `first_day` the newest of those that
    reach furthest back is current; with it the longest that lies within `first_day` to `on`,
    and a fact without a start lies within nothing. `as_of` asks what was in force at a past
    moment, `keys` for some figures only. The only rule for which fact a report prints
    (docs/decisions/0014-counting-figures.md).
    """
    rows = DeclaredFact.objects.filter(
        in_force(as_of),
        district_code=district_code,
        county_code=county_code,
        period_end__lte=on or clock.today(),
    )
    if first_day is not None:
        rows = rows.filter(period_start__gte=first_day)
    if keys:
        rows = rows.filter(key__in=keys)
    by_key: dict[str, list[DeclaredFact]] = defaultdict(list)
    for row in rows.select_related("made_by", "checked_by").order_by("period_end", "pk"):
        by_key[row.key].append(row)
    return {
        key: stated[
            current_place(
                [(row.period_start, row.period_end) for row in stated],
                is_cumulative=first_day is None,
            )
        ]
        for key, stated in by_key.items()
    }
