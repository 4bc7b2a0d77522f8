"""What the ledger says, read as an official would add it up."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from marketplace.services.audit.running import audit
from orders.models import SalesEntry


def net_by(*columns: str, **filters: Any) -> dict[Any, int]:
    """Add up net sales by columns; a single column gives plain keys, zeros are left out."""
    rows = (
        SalesEntry.objects.filter(**filters)
        .values_list(*columns)
        .annotate(fen=Sum("amount_fen"))
        .order_by()
    )
    sums = {row[:-1] if len(columns) > 1 else row[0]: row[-1] for row in rows}
    return {key: fen for key, fen in sums.items() if fen}


def excluded_by_reason() -> dict[str, int]:
    rows = (
        SalesEntry.objects.exclude(excluded_reason="")
        .values_list("excluded_reason")
        .annotate(fen=Sum("excluded_fen"))
        .order_by()
    )
    return {reason: fen for reason, fen in rows if fen}


def violations() -> list[str]:
    """Return the audit's findings on ledger and orders, attribution left out."""
    return [
        f"{found.code} {found.place}"
        for found in audit().violations
        if found.invariant in {"I2", "I4", "I8"}
    ]
