"""Content fingerprints: has a report of an order changed, and is a ledger row untouched?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.seals import LATER_COLUMNS, SEALED_COLUMNS

# Where the fingerprint of the lines begins in an order's fingerprint.
HEAD_LENGTH = 20
# Stands for the lines of an order that was matched anew without a report: no report has this
# fingerprint, so that the next one is compared in full.
UNCOMPARED = "-" * 20

_SEPARATOR = "\x1f"
# Formatting a row at once takes a third of the time of str() on each value.
_SEALED_TEXT = _SEPARATOR.join(["%s"] * len(SEALED_COLUMNS))
_SEALED = len(SEALED_COLUMNS)
_SUBSIDIES = SEALED_COLUMNS.index("subsidies")
_MOMENTS = tuple(SEALED_COLUMNS.index(name) for name in ("paid_at", "occurred_at", "recorded_at"))


def head_fingerprint(sale: ReportedSale, *, key: bytes, payer: str = "") -> str:
    """Return the fingerprint of an order's head, contact included, as 20 hex characters.

    `payer` is the code of the unit that the stated payer matches. Keyed, because a plain hash
    of a phone number can be searched for.
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
        *([sale.payer_unit, payer] if sale.payer_unit else []),
        *_compensation(sale),
        (contact.name, contact.phone, contact.address) if contact else None,
    )
    return blake2b(repr(parts).encode(), digest_size=10, key=key).hexdigest()


def _compensation(sale: ReportedSale) -> tuple[object, ...]:
    """Return what few orders have; nothing for the others, as for a source that does not say."""
    if not sale.compensation_fen:
        return ()
    return (("compensation", sale.compensation_fen, _stamp(sale.compensated_at)),)


def lines_fingerprint(sale: ReportedSale, matches: Sequence[tuple[str, str]], *, key: bytes) -> str:
    """Return the fingerprint of an order's lines with the SKUs and units they match, 20 hex."""
    if sale.lines is None:
        content: list[tuple[object, ...]] = [(sale.title, sale.quantity)]
    else:
        content = sorted(
            (line.line_key, line.seller_code, line.is_closed, sku_code, *_told_more(line, unit))
            for line, (sku_code, unit) in zip(sale.lines, matches, strict=True)
        )
    return blake2b(repr(content).encode(), digest_size=10, key=key).hexdigest()


def _told_more(line: ReportedLine, unit: str) -> tuple[object, ...]:
    """Return what only some sources say of a line; nothing for the others."""
    vouchers = [(v.voucher_code, v.campaign_code, v.discount_fen) for v in line.vouchers]
    stated = line.stated
    if not (stated or vouchers or line.weight_grams or line.beneficiary_unit or line.county_code):
        return ()
    amounts = stated and (
        line.title,
        line.attributes,
        line.quantity,
        line.list_fen,
        stated.amount_fen,
        stated.subsidies,
        stated.refunded_fen,
        _stamp(stated.refunded_at),
    )
    stated_unit = (line.beneficiary_unit, unit)
    more = (amounts, sorted(vouchers), line.weight_grams, stated_unit, line.county_code)
    return (repr(more),)


def seal_of(values: Sequence[object]) -> int:
    """Return a signed 64-bit hash over a ledger row's FROZEN_COLUMNS, in their order.

    Times count as moments, whatever zone they are given in; booleans must be booleans.
    """
    texts = list(values[:_SEALED])
    texts[_SUBSIDIES] = _funders(values[_SUBSIDIES])
    for position in _MOMENTS:
        texts[position] = _stamp(values[position])
    text = _SEALED_TEXT % tuple(texts)
    later = values[_SEALED:]
    if any(later):
        told = zip(LATER_COLUMNS, later, strict=True)
        text += "".join(f"{_SEPARATOR}{name}={value}" for name, value in told if value)
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _funders(subsidies: object) -> str:
    if not subsidies or not isinstance(subsidies, dict):
        return ""
    return ",".join(f"{funder}:{fen}" for funder, fen in sorted(subsidies.items()))


def _stamp(moment: object) -> str:
    return _seconds(moment) if isinstance(moment, datetime) else ""


@lru_cache(maxsize=4096)
def _seconds(moment: datetime) -> str:
    """Write a moment as seconds since 1970; the rows of one order share their moments."""
    return str(moment.timestamp())
