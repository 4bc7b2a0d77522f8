"""The order lines behind a campaign report: their credits add up to its money, to the fen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from common.clock import SHANGHAI
from marketplace.models import AttributionEntry
from marketplace.rules.campaign_report import VIEW_DATES, Asked, Money
from marketplace.selectors.reports.asking import check_basis

# Rows fetched at a time while streaming. Unit: rows.
_CHUNK = 5000
_KEY = (
    "entry__order_number",
    "entry__line_key",
    "sales_point_code",
    "entry__county_code",
    "entry__sku_code",
    "entry__paid_at",
    "level",
    "reason",
    "entry__component",
    "entry__order_id",
)
# The order of the rows of one order.
_IN_ORDER = ("entry__line_key", "entry__component", "level", "reason")


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which of a campaign's lines: one value of a breakdown, or several; None asks for all."""

    day: date | None = None
    county: str | None = None
    sales_point: str | None = None
    channel: str | None = None
    product: str | None = None
    evidence: int | None = None

    def condition(self, view: str) -> Q:
        """Build the condition on credits; a day is the one that the view places money on."""
        stated = {
            f"entry__{VIEW_DATES[view]}": self.day,
            "entry__county_code": self.county,
            "sales_point_code": self.sales_point,
            "entry__channel_class": self.channel,
            "entry__sku_code": self.product,
            "level": self.evidence,
        }
        return Q(**{name: value for name, value in stated.items() if value is not None})


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What a campaign earned of one order line at one evidence level. Says nothing of buyers.

    `reason`: why another campaign has the line under the direct rule, '' where this one has it.
    """

    order_number: str
    line_key: str
    sales_point: str
    county_code: str
    sku_code: str
    paid_at: datetime
    level: int
    reason: str
    component: int
    order_id: int
    money: Money


def campaign_lines(asked: Asked) -> Iterator[ReportLine]:
    """Stream the lines that a campaign earned, by payment time, order number and line.

    One row per order, line, component, level and reason; lines that came to nothing on
    both sides are left out. Memory does not grow with the number of lines. Raises BasisNotSplit.
    """
    check_basis(asked)
    rows = _lines(asked, LineFilter()).order_by("entry__paid_at", "entry__order_number", *_IN_ORDER)
    return map(_as_line, rows.iterator(chunk_size=_CHUNK))


def lines_of_page(
    asked: Asked, wanted: LineFilter, *, after: int, orders: int
) -> tuple[list[ReportLine], int | None]:
    """Return the lines of the next `orders` orders after an order id, and where to go on.

    The second value is the `after` of the next page, None on the last one.
    """
    ids = list(
        _credits(asked, wanted)
        .filter(entry__order_id__gt=after)
        .values_list("entry__order_id", flat=True)
        .distinct()
        .order_by("entry__order_id")[: orders + 1]
    )
    shown = ids[:orders]
    rows = _lines(asked, wanted).filter(entry__order_id__in=shown)
    listed = rows.order_by("entry__order_id", *_IN_ORDER)
    more = shown[-1] if len(ids) > orders else None
    return [_as_line(row) for row in listed], more


def money_of_lines(asked: Asked, wanted: LineFilter) -> Money:
    """Add up the lines that a filter lets through, entry by entry."""
    found = _credits(asked, wanted).aggregate(**_sides(asked))
    return Money(found["gross"], -found["refund"])


def _credits(asked: Asked, wanted: LineFilter) -> QuerySet[AttributionEntry]:
    check_basis(asked)
    condition = wanted.condition(asked.view)
    return AttributionEntry.objects.filter(condition, campaign_code=asked.campaign)


def _lines(asked: Asked, wanted: LineFilter) -> QuerySet[AttributionEntry, dict[str, Any]]:
    rows = _credits(asked, wanted).values(*_KEY).annotate(**_sides(asked))
    return rows.exclude(gross=0, refund=0)


def _sides(asked: Asked) -> dict[str, Sum]:
    column = f"{asked.model_columns}_{asked.basis_columns}fen"
    return {
        "gross": Sum(column, filter=Q(entry__side="gross"), default=0),
        "refund": Sum(column, filter=Q(entry__side="refund"), default=0),
    }


def _as_line(row: dict[str, Any]) -> ReportLine:
    return ReportLine(
        order_number=row["entry__order_number"],
        line_key=row["entry__line_key"],
        sales_point=row["sales_point_code"],
        county_code=row["entry__county_code"],
        sku_code=row["entry__sku_code"],
        paid_at=row["entry__paid_at"].astimezone(SHANGHAI),
        level=row["level"],
        reason=row["reason"],
        component=row["entry__component"],
        order_id=row["entry__order_id"],
        money=Money(row["gross"], -row["refund"]),
    )
