"""Order lines from the ledger, in one statement each, however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Substr

from marketplace.rules.counting import CASH, Asked, LineCell, Sales, Scope, Span
from marketplace.selectors.pairings import pairings_as_of
from marketplace.selectors.reports.exclusions import reason_name
from orders.models import SalesEntry

_GROUP = (
    "helper_district_code",
    "county_code",
    "channel_class",
    "channel_kind",
    "purchase_mode",
    "month",
    "stretch",
    "paired",
)
_GROSS, _REFUND = Q(side="gross"), Q(side="refund")


@dataclass(frozen=True, slots=True)
class ExcludedSum:
    """Lines of one reason that do not count, in one scope; money net of refunds. Fen."""

    scope: Scope
    reason: str
    label: str
    amount_fen: int


def pairing_spans(as_of: datetime | None) -> tuple[Span, ...]:
    """Return the pairings that hold, as they were known at a moment (None: now).

    A wrong entry counts up to the moment when it was voided; its correction from the moment
    when that was recorded. A change of pairing is the end of one row and another row.
    """
    rows = pairings_as_of(as_of).values_list("district_id", "county_id", "valid_from", "valid_to")
    return tuple(
        Span(Scope(district, county), first, last)
        for district, county, first, last in rows.order_by("district_id", "county_id", "valid_from")
    )


def entries_in(asked: Asked) -> QuerySet[SalesEntry]:
    """Return the ledger rows of the report's period that were recorded by its moment."""
    column = "event_date" if asked.view == CASH else "order_date"
    rows = SalesEntry.objects.filter(**{f"{column}__lte": asked.last_day})
    if asked.first_day is not None:
        rows = rows.filter(**{f"{column}__gte": asked.first_day})
    if asked.as_of is not None:
        rows = rows.filter(recorded_at__lte=asked.as_of)
    return rows.filter(is_certified=True) if asked.is_certified_only else rows


def line_cells(asked: Asked, spans: Sequence[Span], cuts: Sequence[date]) -> tuple[LineCell, ...]:
    """Return the counted order lines by every code that reports break down by.

    One statement. A line belongs to a pairing that is valid on its payment day, whatever the
    view: refunds inherit.
    """
    day = "event_date" if asked.view == CASH else "order_date"
    rows = (
        entries_in(asked)
        .filter(excluded_reason="")
        .annotate(
            month=Substr(Cast(day, CharField()), 1, 7),
            stretch=_stretch(asked.view, cuts),
            paired=_paired(spans),
        )
        .values(*_GROUP)
        .annotate(
            gross=Sum("amount_fen", filter=_GROSS, default=0),
            refund=Sum("amount_fen", filter=_REFUND, default=0),
            consumer=Sum("consumer_paid_fen"),
            subsidy=Sum("subsidy_fen"),
            pieces=Sum("quantity"),
        )
        .order_by()
    )
    cells = map(_cell, rows)
    # Freight rows carry no sales and would show as lines without origin.
    return tuple(cell for cell in cells if cell.sales != Sales())


def excluded_sums(asked: Asked) -> tuple[ExcludedSum, ...]:
    """Return what does not count by scope and reason, net of refunds; one statement."""
    rows = (
        entries_in(asked)
        .exclude(excluded_reason="")
        .values("helper_district_code", "county_code", "excluded_reason")
        .annotate(fen=Sum("excluded_fen"))
        .order_by("excluded_reason", "helper_district_code", "county_code")
    )
    return tuple(
        ExcludedSum(
            Scope(row["helper_district_code"], row["county_code"]),
            row["excluded_reason"],
            reason_name(row["excluded_reason"]),
            row["fen"],
        )
        for row in rows
    )


def _stretch(view: str, cuts: Sequence[date]) -> Any:
    """Build the number of cut-offs that lie before the day on which a row happened.

    A refund whose day nobody stated is taken to have happened with its order in the cohort
    view, and on the assumed day in the cash view.
    """
    if not cuts:
        return Value(0, output_field=IntegerField())
    return Case(
        *(When(_happened_by(cut, view), then=Value(n)) for n, cut in enumerate(cuts)),
        default=Value(len(cuts)),
        output_field=IntegerField(),
    )


def _happened_by(cut: date, view: str) -> Q:
    if view == CASH:
        return Q(event_date__lte=cut)
    return Q(is_event_date_assumed=False, event_date__lte=cut) | Q(
        is_event_date_assumed=True, order_date__lte=cut
    )


def _paired(spans: Sequence[Span]) -> Any:
    """Build 1 where a row's district and county are paired on its payment day, else 0."""
    if not spans:
        return Value(0, output_field=IntegerField())
    whens = []
    for span in spans:
        condition = Q(helper_district_code=span.scope.district, county_code=span.scope.county)
        condition &= Q(order_date__gte=span.first)
        if span.last is not None:
            condition &= Q(order_date__lte=span.last)
        whens.append(When(condition, then=Value(1)))
    # Most rows have no helper district: they are done with after one comparison.
    nobody = When(helper_district_code="", then=Value(0))
    return Case(nobody, *whens, default=Value(0), output_field=IntegerField())


def _cell(row: dict[str, Any]) -> LineCell:
    return LineCell(
        scope=Scope(row["helper_district_code"], row["county_code"]),
        is_paired=bool(row["paired"]),
        channel_class=row["channel_class"],
        channel_kind=row["channel_kind"],
        purchase_mode=row["purchase_mode"],
        month=row["month"],
        stretch=row["stretch"],
        sales=Sales(row["gross"], -row["refund"], row["consumer"], row["subsidy"], row["pieces"]),
    )


def standing_lines(
    asked: Asked, points: Sequence[str], units: Sequence[str], first: date, last: date
) -> list[dict[str, Any]]:
    """Return the lines of some sales points and units by day, whatever the report counts.

    `standing`: sale rows less their reversals; excluded lines have arrived too. One statement.
    """
    rows = SalesEntry.objects.filter(
        Q(sales_point_code__in=points)
        | Q(payer_unit_code__in=units)
        | Q(beneficiary_unit_code__in=units),
        order_date__range=(first, last),
    )
    if asked.as_of is not None:
        rows = rows.filter(recorded_at__lte=asked.as_of)
    arrived = Case(
        When(_GROSS & Q(kind="sale"), then=Value(1)),
        When(_GROSS & Q(kind="correction"), then=Value(-1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    days = (
        rows.values(
            "order_date",
            "sales_point_code",
            "payer_unit_code",
            "beneficiary_unit_code",
            district=F("helper_district_code"),
            county=F("county_code"),
        )
        .annotate(
            standing=Sum(arrived),
            gross=Sum("amount_fen", filter=_GROSS, default=0),
            refund=Sum("amount_fen", filter=_REFUND, default=0),
        )
        .order_by()
    )
    return [dict(row) for row in days]
