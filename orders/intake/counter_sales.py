"""A sale as a counter states it becomes a neutral sale, by the rules of every other source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orders.intake.channel_orders import channel_sale
from orders.rules.sale import ReportedSale

# What a counter does not state of a line, and of a sale.
_LINE = {"attributes": "", "subsidies": [], "refunded_fen": 0, "refunded_at": None, "closed": False}
_SALE = {
    "buyer": "",
    "contact": None,
    "freight_fen": 0,
    "compensation_fen": None,
    "compensated_at": None,
}


def counter_sale(number: str, stated: Mapping[str, Any]) -> ReportedSale:
    """Return the sale of a checked body (docs/counter-api.md), paid when it was sold.

    Raises BadCell.
    """
    lines = [
        {**_LINE, **line, "vouchers": [], "county_code": "", "line_number": str(place)}
        for place, line in enumerate(stated["lines"], 1)
    ]
    return channel_sale(
        number,
        {
            **_SALE,
            "status": "succeeded",
            "placed_at": stated["sold_at"],
            "paid_at": stated["sold_at"],
            "payer_unit": stated["payer_unit"],
            "campaign_code": stated["campaign_code"],
            "lines": lines,
        },
    )
