"""The back office of goods: reference rows first, then what is sold."""

from products.admin import catalogue, places

__all__ = ["catalogue", "places"]
