"""What a pack says about its weight (净含量)."""

from __future__ import annotations

import re
from decimal import Decimal

# Grams in one unit of mass that packs are printed with; seeds/units.csv has the full list.
GRAMS = {
    "g": 1,
    "kg": 1000,
    "克": 1,
    "千克": 1000,
    "公斤": 1000,
    "斤": 500,
    "两": 50,
}
_STATED = re.compile(
    rf"(?P<amount>\d+(?:\.\d+)?)(?P<unit>{'|'.join(sorted(GRAMS, key=len, reverse=True))})"
    r"(?:×(?P<packs>\d+))?(?:\([^()]*\))?"
)


def stated_grams(net_content: str) -> int | None:
    """Return the net weight in grams that a pack states, None where it states none.

    A volume (500ml), a count (20枚) and an approximate weight (约700g, goods of uneven size)
    state no weight. What stands in brackets explains the number before it and adds nothing.

    >>> stated_grams("125g×4"), stated_grams("100g(2.5g×40)"), stated_grams("5斤")
    (500, 100, 2500)
    """
    found = _STATED.fullmatch(net_content.strip())
    if found is None:
        return None
    grams = Decimal(found["amount"]) * GRAMS[found["unit"]] * int(found["packs"] or 1)
    return int(grams) if grams == grams.to_integral_value() else None
