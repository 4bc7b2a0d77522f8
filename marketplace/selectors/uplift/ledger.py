"""Sales of a campaign, of its control and of its neighbours, by blocks, from the ledger.

Net on the transaction basis, by payment time: a refund lies in the block of its sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min, Q, Sum

from marketplace.models import CampaignVersion, UpliftControl
from marketplace.rules.uplift.spans import Span, whole
from marketplace.selectors.campaigns import skus_of_products
from marketplace.selectors.reports.places import Place, place_of
from orders.models import SalesEntry

Kind = UpliftControl.Kind


def treated_lines(version: CampaignVersion) -> Q:
    """Build the condition on ledger rows that the campaign's scope holds, whenever sold.

    The same predicates as the engine's, the minimum order included; the window is left out.
    """
    condition = place_of(version).of_line
    if version.minimum_order_fen:
        large = (
            SalesEntry.objects.filter(side=SalesEntry.Side.GROSS)
            .order_by()
            .values("order_id")
            .annotate(gross=Sum("amount_fen"))
            .filter(gross__gte=version.minimum_order_fen)
        )
        condition &= Q(order_id__in=large.values("order_id"))
    return condition


def control_lines(control: UpliftControl, treated: Q) -> Q:
    """Build the condition on the control's ledger rows: never one that is treated."""
    codes = sorted(control.codes)
    if control.kind == Kind.PRODUCTS:
        skus = sorted(skus_of_products(codes))
        where = Q(sku_code__in=skus) | Q(bundle_sku_code__in=skus)
    else:
        column = {
            Kind.SALES_POINTS: "sales_point_code",
            Kind.DISTRICTS: "helper_district_code",
            Kind.COUNTIES: "county_code",
        }[Kind(control.kind)]
        where = Q(**{f"{column}__in": codes})
    return where & ~treated


def other_lines(version: CampaignVersion, treated: Q) -> Q | None:
    """Build the condition on the other lines of the same stores; None where there are none."""
    place = place_of(version)
    if not _names_lines(version, place):
        return None
    return place.of_sale & ~treated


def sums_of(lines: Q, spans: Sequence[Span]) -> list[int]:
    """Return the net (fen) of some lines in each block, in one query."""
    if not spans:
        return []
    wanted = {
        f"block_{place}": Sum(
            "amount_fen", filter=Q(paid_at__gte=span.start, paid_at__lt=span.end), default=0
        )
        for place, span in enumerate(spans)
    }
    around = whole(spans)
    found = SalesEntry.objects.filter(
        lines, paid_at__gte=around.start, paid_at__lt=around.end
    ).aggregate(**wanted)
    return [int(found[name]) for name in wanted]


def first_sold_at(lines: Q) -> datetime | None:
    """Return when the first of some lines was paid; None where none ever was."""
    sold = SalesEntry.objects.filter(lines, side=SalesEntry.Side.GROSS, amount_fen__gt=0)
    return sold.aggregate(first=Min("paid_at"))["first"]


def sales_points_of(lines: Q, span: Span) -> frozenset[str]:
    """Return the sales points at which some lines were sold in a period."""
    rows = SalesEntry.objects.filter(lines, paid_at__gte=span.start, paid_at__lt=span.end)
    return frozenset(rows.order_by().values_list("sales_point_code", flat=True).distinct())


def share_lines(one: Q, other: Q, span: Span) -> bool:
    """Say whether a ledger row of a period meets both conditions."""
    rows = SalesEntry.objects.filter(one, other, paid_at__gte=span.start, paid_at__lt=span.end)
    return rows.exists()


def _names_lines(version: CampaignVersion, place: Place) -> bool:
    """Say whether the scope picks lines inside a store, not only stores."""
    return bool(
        place.counties
        or place.buyer_kinds
        or place.skus is not None
        or place.is_certified_only
        or version.minimum_order_fen
    )
