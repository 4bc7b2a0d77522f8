"""Read everything that a counting report counts from, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass

from common.clock import SHANGHAI
from marketplace.models import District
from marketplace.rules.counting import Asked, Cells, LinesBeside, cuts_of
from marketplace.rules.counting_reports import Watermark
from marketplace.selectors.counting.declared import monthly_of, openings_of
from marketplace.selectors.counting.lines import (
    ExcludedSum,
    excluded_sums,
    line_cells,
    pairing_spans,
)
from orders.models import SalesEntry
from products.models import County


@dataclass(frozen=True, slots=True)
class Read:
    """The cells of a report with what stands beside them."""

    cells: Cells
    beside: LinesBeside
    excluded: tuple[ExcludedSum, ...]
    watermark: Watermark | None


def read_cells(asked: Asked) -> Read:
    """Read the cells of a report; the number of statements does not grow with the ledger."""
    spans = pairing_spans(asked.as_of)
    openings = openings_of(asked)
    monthly, beside = monthly_of(asked, spans)
    return Read(
        cells=Cells(
            asked=asked,
            lines=line_cells(asked, spans, cuts_of(openings.values())),
            monthly=monthly,
            openings=openings,
            spans=spans,
        ),
        beside=beside,
        excluded=excluded_sums(asked),
        watermark=watermark_of(asked),
    )


def watermark_of(asked: Asked) -> Watermark | None:
    """Return the newest ledger row that the figures can hold; None for an empty ledger."""
    rows = SalesEntry.objects.order_by("-pk")
    if asked.as_of is not None:
        rows = rows.filter(recorded_at__lte=asked.as_of)
    newest = rows.values_list("pk", "recorded_at").first()
    return Watermark(newest[0], newest[1].astimezone(SHANGHAI)) if newest else None


def district_names() -> dict[str, str]:
    """Return the names of Hangzhou's districts, those of earlier times included."""
    return dict(District.objects.values_list("code", "name"))


def county_names() -> dict[str, str]:
    """Return the names of Qiandongnan's counties."""
    return dict(County.objects.values_list("code", "name"))
