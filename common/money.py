"""Money is whole fen. This module splits it, reads it from yuan and prints it.

Pure: no framework, no database. Source of the splitting rule:
docs/decisions/0003-splitting-money.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

# An amount may not pass this bound anywhere: it fits a 64-bit column and a JavaScript number.
MAX_FEN = 10**12

_YUAN = re.compile(r"[+-]?\d{1,12}(\.\d{1,8})?")


def split_fen(total_fen: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split `total_fen` over `weights` so that the parts add up exactly.

    Largest-remainder method: every exact share is rounded down, then the fen left over go
    one each to the largest fractional parts; ties go to the earlier position, so callers
    sort by their tie key first. A negative total mirrors the positive split.

    Units: fen in, fen out; weights are non-negative integers or fractions.
    Shape: one part per weight, in the same order; a weight of zero gets nothing.
    Raises ValueError if a weight is negative, or if all are zero and the total is not.

    >>> split_fen(1000, [3000, 3000, 3000])
    [334, 333, 333]
    >>> split_fen(-100, [1, 1, 1])
    [-34, -33, -33]
    """
    if total_fen < 0:
        return [-part for part in split_fen(-total_fen, weights)]
    if total_fen == 0 and min(weights, default=0) >= 0:
        return [0] * len(weights)
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        raise ValueError("nothing to split over: all weights are zero")
    parts: list[int] = []
    remainders: list[tuple[int | Fraction, int]] = []
    for position, weight in enumerate(weights):
        part, remainder = divmod(total_fen * weight, whole)
        parts.append(int(part))
        remainders.append((-remainder, position))
    missing = total_fen - sum(parts)
    for _, position in sorted(remainders)[:missing]:
        parts[position] += 1
    return parts


def parse_yuan(text: str) -> int:
    """Read an amount in yuan as fen.

    Accepts plain decimals with at most two significant decimal places ("68", "68.5",
    "1009.00"). Raises ValueError for anything else, for part-fen amounts and for amounts
    beyond MAX_FEN: a damaged cell must never become money.

    >>> parse_yuan("56.80")
    5680
    """
    if not _YUAN.fullmatch(text) or not text.isascii():
        raise ValueError(f"not an amount in yuan: {text!r}")
    fen = Decimal(text) * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"part of a fen: {text!r}")
    if abs(fen) > MAX_FEN:
        raise ValueError(f"amount out of range: {text!r}")
    return int(fen)


def yuan(fen: int) -> str:
    """Print fen as yuan with two decimals and thousands separators.

    >>> yuan(343000056)
    '3,430,000.56'
    """
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{cents:02d}"
