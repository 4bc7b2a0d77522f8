"""Names for order lines that survive another export of the same order (docs/decisions/0004)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

# The placeholder line of an order whose detail is not known, and the entry of its freight.
PLACEHOLDER_KEY = "order"
FREIGHT_KEY = "freight"

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


def tie_order(line_key: str) -> bytes:
    """Return the sort key of every tie between lines: the UTF-8 bytes of the line key."""
    return line_key.encode()
