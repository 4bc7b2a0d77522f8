"""Questions about declared sales (申报销售): which of them count, and which say the same."""

from __future__ import annotations

from datetime import date, datetime

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

    An opening figure is everything of its helper district and county up to its cut-off: another
    one of the three. Two monthly ones meet when their days do, one declarer contains the other,
    and no county, category, channel or purchase mode sets them apart; '' is all of them. What
    `row` replaces is left out.
    """
    others = declared_in_force(row.kind)
    if row.kind == DeclaredSale.Kind.MONTHLY:
        meeting = others.filter(
            _same_declarer(row),
            _same_channel(row),
            *(_not_apart(row, name) for name in ("county_code", "category_code", "purchase_mode")),
            period_start__lte=row.period_end,
            period_end__gte=row.period_start,
        )
    else:
        meeting = others.filter(
            helper_district_code=row.helper_district_code,
            county_code=row.county_code,
            period_end=row.period_end,
        )
    own = [pk for pk in (row.pk, row.replaces_id) if pk is not None]
    return meeting.exclude(pk__in=own).order_by("pk").first()


def may_correct(row: DeclaredSale, replaced: DeclaredSale) -> bool:
    """Say whether `row` speaks of what `replaced` does, so that it may take its place.

    Of the same kind: ledgers of one declarer with days in common, opening figures of one
    helper district and county.
    """
    if row.kind != replaced.kind:
        return False
    if row.kind == DeclaredSale.Kind.OPENING:
        return _scope_of(row) == _scope_of(replaced)
    return (row.sales_point_id, row.unit_id) == (replaced.sales_point_id, replaced.unit_id) and (
        _first_day(row) <= replaced.period_end and _first_day(replaced) <= row.period_end
    )


def _scope_of(opening: DeclaredSale) -> tuple[str, str]:
    return opening.helper_district_code, opening.county_code


def _first_day(row: DeclaredSale) -> date:
    return row.period_start or row.period_end


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


def _same_channel(row: DeclaredSale) -> Q:
    """Build the condition that the channel does not set a declaration apart from `row`.

    A sales point has one channel, so within one it sets nothing apart, whatever was entered.
    """
    same = _not_apart(row, "channel_class")
    return same if row.sales_point_id is None else same | Q(sales_point=row.sales_point_id)


def _not_apart(row: DeclaredSale, name: str) -> Q:
    """Build the condition that a declaration has `row`'s value, or that either has all of them."""
    value = getattr(row, name)
    return Q(**{f"{name}__in": ("", value)}) if value else Q()
