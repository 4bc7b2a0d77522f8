"""What a campaign does not count although it was sold in its place and time."""

from __future__ import annotations

from django.db.models import Q, Sum

from marketplace.rules.campaign_report import Excluded, Window
from marketplace.selectors.reports.places import Place
from orders.models import SalesEntry
from orders.models.exclusion import EXCLUSION_WORDS


def reason_name(reason: str) -> str:
    """Return the name of a reason, or the reason itself where it has none."""
    return str(EXCLUSION_WORDS.get(reason, reason))


def excluded_lines(window: Window, place: Place) -> tuple[Excluded, ...]:
    """Return the excluded lines in a version's scope and window, by reason.

    `amount_fen` is what was paid for them net of refunds (never part of any sales figure);
    `orders` counts each order once per reason. Reasons that came to nothing are left out.
    """
    rows = (
        SalesEntry.objects.filter(
            place.of_line,
            ~Q(excluded_reason=""),
            order_date__range=(window.first_day, window.last_day),
            paid_at__gte=window.start,
            paid_at__lt=window.end,
        )
        .values("excluded_reason", "order_id")
        .annotate(
            gross=Sum("excluded_fen", filter=Q(side="gross"), default=0),
            net=Sum("excluded_fen", default=0),
        )
        .order_by()
    )
    by_reason: dict[str, tuple[int, int]] = {}
    for row in rows:
        orders, fen = by_reason.get(row["excluded_reason"], (0, 0))
        counted = orders + (row["gross"] != 0)
        by_reason[row["excluded_reason"]] = (counted, fen + row["net"])
    found = [
        Excluded(reason, reason_name(reason), orders, fen)
        for reason, (orders, fen) in by_reason.items()
        if orders or fen
    ]
    return tuple(sorted(found, key=lambda row: (-row.amount_fen, row.reason.encode())))
