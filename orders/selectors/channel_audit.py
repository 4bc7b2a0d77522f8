"""Is what other systems reported still there, behind every ledger row that leads to it?"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.rules.audit import Finding

# Ledger rows and reports looked at together. Unit: ids.
CHUNK_IDS = 20_000


def channel_findings() -> Iterator[Finding]:
    """Check I8 for reports over the interface: each is kept, can be read, and is there."""
    yield from _lost()
    for low, high in _ranges("orders_channelreport"):
        for report_id, body in fetch_columns(
            "SELECT r.id, coalesce(r.body, s.body) FROM orders_channelreport r "
            "LEFT JOIN orders_channelreport s ON s.id = r.same_as_id "
            "AND s.body_hash = r.body_hash AND s.sales_point_id = r.sales_point_id "
            "AND s.order_number = r.order_number WHERE r.id BETWEEN %s AND %s ORDER BY r.id",
            [low, high],
        ):
            if not _is_readable(body):
                yield Finding("I8", "channel_report_damaged", f"channel:{report_id}")


def _lost() -> Iterator[Finding]:
    """Ledger rows whose source names a report that is not there."""
    for low, high in _ranges("orders_salesentry"):
        sources = fetch_columns(
            "SELECT DISTINCT source FROM orders_salesentry "
            "WHERE id BETWEEN %s AND %s AND source LIKE %s",
            [low, high, "channel:%"],
        )
        named = {text.split(":")[1] for (text,) in sources}
        ids = {int(text) for text in named if text.isdecimal()}
        condition, parameters = among("id", ids)
        found = fetch_columns(f"SELECT id FROM orders_channelreport WHERE {condition}", parameters)
        for text in sorted(named - {str(report_id) for (report_id,) in found}):
            yield Finding("I8", "channel_report_lost", f"channel:{text}")


def _ranges(table: str) -> Iterator[tuple[int, int]]:
    ((first, last),) = fetch_columns(f"SELECT min(id), max(id) FROM {table}")
    if first is not None:
        for low in range(first, last + 1, CHUNK_IDS):
            yield low, low + CHUNK_IDS - 1


def _is_readable(body: bytes | None) -> bool:
    try:
        return body is not None and isinstance(json.loads(zlib.decompress(bytes(body))), dict)
    except (zlib.error, ValueError):
        return False
