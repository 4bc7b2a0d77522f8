"""Questions about declared sales (申报销售): which of them count, and which say the same."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from operations.selectors.reviewed import in_force
from orders.models import DeclaredSale


def declared_in_force(kind: str, *, as_of: datetime | None = None) -> QuerySet[DeclaredSale]:
    """Return the declared sales of a kind that count now, or that counted at a past moment.

    A declaration counts from its check up to its revocation; one that was corrected counts up
    to the moment from which its correction counts, so never both.
    """
    return DeclaredSale.objects.filter(in_force(as_of), kind=kind)


def declared_already(row: DeclaredSale) -> DeclaredSale | None:
    """Return a declaration in force that states, in part or whole, the same sales as `row`.

    The same county, category, channel and purchase mode; for monthly ones also a period that
    meets `row`'s and a declarer that contains it or is contained in it; for opening ones the
    same helper district and cut-off. What `row` replaces is left out.
    """
    same = declared_in_force(row.kind).filter(
        county_code=row.county_code,
        category_code=row.category_code,
        channel_class=row.channel_class,
        purchase_mode=row.purchase_mode,
    )
    if row.kind == DeclaredSale.Kind.MONTHLY:
        same = same.filter(
            _same_declarer(row),
            period_start__lte=row.period_end,
            period_end__gte=row.period_start,
        )
    else:
        same = same.filter(helper_district_code=row.helper_district_code, period_end=row.period_end)
    own = [pk for pk in (row.pk, row.replaces_id) if pk is not None]
    return same.exclude(pk__in=own).order_by("pk").first()


def _same_declarer(row: DeclaredSale) -> Q:
    """Build the condition that a declaration speaks of the sales of `row`'s declarer.

    A unit's purchases at a sales point are part of what the sales point declares alone and of
    what the unit declares alone; two units at one sales point have nothing in common.
    """
    point, unit = Q(sales_point=row.sales_point_id), Q(unit=row.unit_id)
    if row.unit_id is None:
        return point
    if row.sales_point_id is None:
        return unit
    return (point & (unit | Q(unit=None))) | (unit & Q(sales_point=None))
