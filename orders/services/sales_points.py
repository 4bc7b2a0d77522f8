"""Writers of seeded sales points. Operators edit the same rows in the admin."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from orders.models import SalesPoint, SalesPointDistrict
from orders.selectors.sales_points import find_sales_point
from products.services.reference_rows import Outcome, add_or_keep


def seed_sales_point(
    *, code: str, name: str, channel_class: str, platform: str, shop_name: str, source: str
) -> Outcome:
    """Add a sales point unless its code is there."""
    return add_or_keep(
        SalesPoint,
        {"code": code},
        {
            "name": name,
            "channel_class": channel_class,
            "platform": platform,
            "shop_name": shop_name,
            "source": source,
        },
    )


def seed_sales_point_district(
    *,
    sales_point: str,
    district: str,
    valid_from: date | None,
    valid_to: date | None,
    source: str,
) -> Outcome:
    """Add a dated district of a sales point, unless it has one on any of these days.

    Both days are included; an empty one is open. Raises UnknownSalesPoint.
    """
    point = find_sales_point(sales_point)
    values = {"district_code": district, "valid_from": valid_from, "valid_to": valid_to}
    meets = Q()
    if valid_to is not None:
        meets &= Q(valid_from=None) | Q(valid_from__lte=valid_to)
    if valid_from is not None:
        meets &= Q(valid_to=None) | Q(valid_to__gte=valid_from)
    standing = list(point.districts.filter(meets).values(*values))
    if standing:
        return Outcome.UNCHANGED if values in standing else Outcome.KEPT
    SalesPointDistrict.objects.create(sales_point=point, source=source, **values)
    return Outcome.ADDED
