"""Questions about sales points and the districts they stand for."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from orders.errors import UnknownSalesPoint
from orders.models import SalesPoint, SalesPointDistrict


def find_sales_point(code: str) -> SalesPoint:
    """Return the sales point with a code. Raises UnknownSalesPoint where there is none."""
    try:
        return SalesPoint.objects.get(code=code)
    except SalesPoint.DoesNotExist:
        raise UnknownSalesPoint(
            _("没有编码为“%(code)s”的销售点。") % {"code": code}, sales_point=code
        ) from None


def codes_of_district(district_code: str, on: date) -> set[str]:
    """Return the codes of the sales points that stand for a district on a business day."""
    rows = SalesPointDistrict.objects.filter(_valid_on(on), district_code=district_code)
    return set(rows.values_list("sales_point__code", flat=True))


def _valid_on(day: date) -> Q:
    """Build the condition that a dated row holds on a day; both of its days are included."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))
