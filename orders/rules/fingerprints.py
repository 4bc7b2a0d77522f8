"""Content fingerprints: has a report of an order changed, and is a ledger row untouched?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b

from orders.rules.sale import ReportedSale

_SEPARATOR = "\x1f"


def head_fingerprint(sale: ReportedSale, *, key: bytes) -> str:
    """Return the fingerprint of an order's head, contact included, as 20 hex characters.

    Keyed, because a plain hash of a phone number can be searched for.
    """
    contact = sale.contact
    parts: tuple[object, ...] = (
        sale.status.value,
        _stamp(sale.placed_at),
        _stamp(sale.paid_at),
        sale.goods_fen,
        sale.freight_fen,
        sale.consumer_paid_fen,
        sale.subsidies,
        sale.refunded_fen,
        _stamp(sale.refunded_at),
        sale.buyer,
        sale.reference_code,
        (contact.name, contact.phone, contact.address) if contact else None,
    )
    return blake2b(repr(parts).encode(), digest_size=10, key=key).hexdigest()


def lines_fingerprint(sale: ReportedSale, sku_codes: Sequence[str], *, key: bytes) -> str:
    """Return the fingerprint of an order's lines with the SKUs they match, 20 hex characters."""
    if sale.lines is None:
        content: list[tuple[object, ...]] = [(sale.title, sale.quantity)]
    else:
        content = sorted(
            (line.line_key, line.seller_code, line.is_closed, sku_code)
            for line, sku_code in zip(sale.lines, sku_codes, strict=True)
        )
    return blake2b(repr(content).encode(), digest_size=10, key=key).hexdigest()


def seal_of(values: Iterable[object]) -> int:
    """Return a signed 64-bit hash over the frozen values of a ledger row, in column order."""
    text = _SEPARATOR.join(map(_text, values))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return _stamp(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict):
        return ",".join(f"{funder}:{fen}" for funder, fen in sorted(value.items()))
    return str(value)


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.timestamp():.6f}"
