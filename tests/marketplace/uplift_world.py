"""A treated shop and an untreated one with weekly sales, for the tests of estimates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from common.clock import SHANGHAI
from marketplace.models import Campaign, CampaignVersion, UpliftControl, UpliftEstimate
from marketplace.services.uplift.controls import declare_control
from marketplace.services.uplift.estimating import estimate_uplift
from operations.services.reviewing import approve
from tests.marketplace.ledger_builders import Line, Sale, campaign, day, moment, person

# The campaign's week has no public holiday, nor has the week before. Later ones: 端午节.
START, END = day("2020-06-08"), day("2020-06-15")
CODE = "june"
# Weeks in which both shops sell, the campaign's is 0.
WEEKS = range(-14, 5)
COUNTY, OTHER_COUNTY = "522631", "522622"


def publish(
    code: str = CODE, *, start: object = START, end: object = END, **rules: object
) -> CampaignVersion:
    """Publish a campaign of the shop's, in the June week unless told otherwise."""
    values: dict[str, object] = {"scopes": {"sales_point": ["shop"]}} | rules
    return campaign(code, start, end, **values)  # type: ignore[arg-type]


def sell(shop: str, week: int, *lines: Line, after: int = 1) -> Sale:
    """Sell on a day of a week, the campaign's is 0, at noon."""
    paid_at = moment("2020-06-08 12:00:00") + timedelta(weeks=week, days=after)
    return Sale(f"{shop}-{week}-{after}-{len(lines)}", paid_at, lines, shop=shop)


def weekly(
    shop: str,
    amounts: Sequence[int],
    *,
    weeks: Sequence[int] = WEEKS,
    county: str = COUNTY,
    after: int = 1,
) -> None:
    """Sell one line a week; `amounts` in fen repeat."""
    for place, week in enumerate(weeks):
        sell(shop, week, Line(amount_fen=amounts[place % len(amounts)], county=county), after=after)


def usual_weeks(*, effect: int = 0) -> None:
    """Let both shops sell every week, in step but for some noise; `effect` fen more in week 0."""
    weekly("shop", [100_000, 104_000, 98_000])
    weekly("other", [500_000, 510_000])
    if effect:
        sell("shop", 0, Line(amount_fen=effect), after=2)


def in_force(kind: str = "sales_points", design: str = "places", **stated: object) -> UpliftControl:
    """Declare a control by one person and check it by another."""
    values: dict[str, object] = {
        "campaign": Campaign.objects.get(code=CODE),
        "kind": kind,
        "design": design,
        "reason": "同城同类店铺，未参加活动",
        "codes": ["other"] if kind == "sales_points" else [],
        "actor": person("jingban"),
        **stated,
    }
    row = declare_control(**values)  # type: ignore[arg-type]
    return approve(row, person("shenhe"))


def estimate(code: str = CODE) -> UpliftEstimate:
    return estimate_uplift(Campaign.objects.get(code=code))


def main(found: UpliftEstimate) -> dict[str, Any]:
    """Return the figures of the campaign's own block."""
    return found.result["main"]


def starts(found: UpliftEstimate, name: str = "before") -> list[str]:
    """Return the business days on which blocks begin."""
    return [f"{_moment(row['start']):%Y-%m-%d}" for row in found.inputs[name]]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)
