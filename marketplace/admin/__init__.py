"""The back office of why it was sold: places, campaigns, what attribution and people found."""

from marketplace.admin import (
    attribution,
    campaign_drafts,
    campaigns,
    constraints,
    decisions,
    explanations,
    facts,
    links,
    pairings,
    places,
    runs,
    stores,
    totals,
    touch_imports,
    touchpoints,
    uplift,
)

__all__ = [
    "attribution",
    "campaign_drafts",
    "campaigns",
    "constraints",
    "decisions",
    "explanations",
    "facts",
    "links",
    "pairings",
    "places",
    "runs",
    "stores",
    "totals",
    "touch_imports",
    "touchpoints",
    "uplift",
]
