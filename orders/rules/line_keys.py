"""Names for order lines that survive another export of the same order (docs/decisions/0004)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from enum import IntEnum

# The placeholder line of an order whose detail is not known, and the entry of its freight.
PLACEHOLDER_KEY = "order"
FREIGHT_KEY = "freight"

# How the lines of sources that number them are named; see docs/decisions/0005.
NUMBERED = "L-"

# A key of `line_keys` ends in unit price, quantity and ordinal, or in a digest and the ordinal.
_BY_CONTENT = re.compile(r"(\|[0-9]+\|[0-9]+|#[0-9a-f]{64})\|[0-9]+$", re.ASCII)

_LONGEST_KEY = 360  # characters; the column holds 400


def line_keys(rows: Sequence[tuple[str, str, int, int, bool]]) -> list[str]:
    """Name the lines of one order: (title, attributes, unit price in fen, quantity, closed).

    A key is the line's content and its ordinal among identical rows, never the row's
    position and never the seller code. Identical rows are numbered standing first, then
    closed, so that closing one of two equal lines does not rename them.
    Shape: one key per row, in the order of the rows.
    """
    keys = [""] * len(rows)
    seen: dict[str, int] = {}
    order = sorted(range(len(rows)), key=lambda position: rows[position][4])
    for position in order:
        title, attributes, unit_price_fen, quantity, _ = rows[position]
        content = f"{title}|{attributes}|{unit_price_fen}|{quantity}"
        if len(content) > _LONGEST_KEY:
            digest = hashlib.sha256(content.encode()).hexdigest()
            content = f"{content[: _LONGEST_KEY - 65]}#{digest}"
        seen[content] = seen.get(content, 0) + 1
        keys[position] = f"{content}|{seen[content]}"
    return keys


class Naming(IntEnum):
    """By what a source names lines: their content, a platform's numbers, or its own numbers."""

    CONTENT = 1
    PLATFORM = 2
    NUMBERED = 3


def naming(line_key: str) -> Naming:
    """Return by what a line is named. Names of two kinds never mean the same line."""
    if _BY_CONTENT.search(line_key):
        return Naming.CONTENT
    return Naming.NUMBERED if line_key.startswith(NUMBERED) else Naming.PLATFORM


def tie_order(line_key: str) -> bytes:
    """Return the sort key of every tie between lines: the UTF-8 bytes of the line key."""
    return line_key.encode()
