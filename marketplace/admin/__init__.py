"""The back office of why it was sold: places, campaigns, what attribution and people found."""

from marketplace.admin import (
    attribution,
    campaigns,
    constraints,
    decisions,
    facts,
    pairings,
    places,
    stores,
    totals,
    touch_imports,
)

__all__ = [
    "attribution",
    "campaigns",
    "constraints",
    "decisions",
    "facts",
    "pairings",
    "places",
    "stores",
    "totals",
    "touch_imports",
]
