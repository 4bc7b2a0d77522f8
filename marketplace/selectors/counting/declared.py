"""Declared sales that count, as they did at a moment: opening figures and monthly ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marketplace.rules.counting import (
    Asked,
    LinesBeside,
    Monthly,
    Opening,
    Sales,
    Scope,
    Span,
    Standing,
    is_paired_throughout,
)
from marketplace.selectors.counting.lines import standing_lines
from operations.selectors.reviewed import in_force
from orders.models import DeclaredSale


def openings_of(asked: Asked) -> dict[Scope, Opening]:
    """Return the newest opening figure of each scope.

    None in a report with a first day, and none in one on certified goods: a published figure
    says nothing of certificates.
    """
    if not asked.is_cumulative or asked.is_certified_only:
        return {}
    rows = DeclaredSale.objects.filter(
        in_force(asked.as_of), kind=DeclaredSale.Kind.OPENING, period_end__lte=asked.last_day
    ).order_by("period_end", "pk")
    found = {}
    for row in rows:
        scope = Scope(row.helper_district_code, row.county_code)
        found[scope] = Opening(
            scope,
            row.period_end,
            row.amount_fen,
            row.period_start,
            row.bound,
            row.wording,
            row.source,
        )
    return found


def monthly_of(asked: Asked, spans: Sequence[Span]) -> tuple[tuple[Monthly, ...], LinesBeside]:
    """Return the monthly ledgers that touch the period, and the order lines beside them.

    Two statements, however many ledgers and lines there are.
    """
    rows = DeclaredSale.objects.filter(
        in_force(asked.as_of),
        kind=DeclaredSale.Kind.MONTHLY,
        period_start__lte=asked.last_day,
    ).select_related("sales_point", "unit")
    if asked.first_day is not None:
        rows = rows.filter(period_end__gte=asked.first_day)
    ledgers = [_monthly(row, spans) for row in rows.order_by("period_start", "pk")]
    beside = LinesBeside(_standing(asked, ledgers))
    return (
        tuple(replace(row, is_superseded=beside.supersede(row)) for row in ledgers),
        beside,
    )


def _monthly(row: DeclaredSale, spans: Sequence[Span]) -> Monthly:
    scope = Scope(row.helper_district_code, row.county_code)
    first = row.period_start or row.period_end
    names = [place.name for place in (row.sales_point, row.unit) if place is not None]
    return Monthly(
        scope=scope,
        point_code=row.sales_point.code if row.sales_point else "",
        unit_code=row.unit.code if row.unit else "",
        name=" · ".join(names),
        first=first,
        last=row.period_end,
        channel_class=row.channel_class,
        purchase_mode=row.purchase_mode,
        amount_fen=row.amount_fen,
        is_paired=is_paired_throughout(spans, scope, first, row.period_end),
    )


def _standing(asked: Asked, ledgers: Sequence[Monthly]) -> list[Standing]:
    if not ledgers:
        return []
    rows = standing_lines(
        asked,
        points=sorted({row.point_code for row in ledgers} - {""}),
        units=sorted({row.unit_code for row in ledgers} - {""}),
        first=min(row.first for row in ledgers),
        last=max(row.last for row in ledgers),
    )
    return [
        Standing(
            row["order_date"],
            row["sales_point_code"],
            row["payer_unit_code"],
            row["beneficiary_unit_code"],
            Scope(row["district"], row["county"]),
            row["standing"],
            Sales(row["gross"], -row["refund"]),
        )
        for row in rows
    ]
