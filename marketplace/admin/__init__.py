"""The back office of why it was sold: places, campaigns, and what attribution found."""

from marketplace.admin import attribution, campaigns, places, stores, totals

__all__ = ["attribution", "campaigns", "places", "stores", "totals"]
