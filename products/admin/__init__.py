"""The back office of goods: reference rows first, then what is sold, then who benefits."""

from products.admin import bundles, catalogue, places, roster

__all__ = ["bundles", "catalogue", "places", "roster"]
