"""The back office of goods: reference rows first, then what is sold, then who benefits."""

from products.admin import bundles, catalogue, constraints, places, roster, search, stock

__all__ = ["bundles", "catalogue", "constraints", "places", "roster", "search", "stock"]
