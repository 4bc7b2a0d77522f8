"""How far an estimate carries: from A (randomised) to D (history only)."""

from __future__ import annotations

from enum import StrEnum

from marketplace.rules.uplift.estimating import WANTED_BLOCKS


class Design(StrEnum):
    """What the control is, as its operator declares it."""

    RANDOMISED = "randomised"
    PLACES = "places"
    PRODUCTS = "products"
    HISTORY = "history"


# Randomised, or those who lost a limited quota; untreated places; untreated products; the
# campaign's own past alone.
GRADE_OF = {Design.RANDOMISED: "A", Design.PLACES: "B", Design.PRODUCTS: "C", Design.HISTORY: "D"}
GRADES = "ABCD"


def grade_of(design: Design, blocks: int, *, is_mixed: bool = False) -> str:
    """Return the grade: the design's, and one lower for each of two defects, at worst D.

    `blocks`: clean blocks before, fewer than 8 are a defect. `is_mixed`: another campaign ran
    in the window on the treated or on the control.
    """
    defects = int(blocks < WANTED_BLOCKS) + int(is_mixed)
    return GRADES[min(GRADES.index(GRADE_OF[design]) + defects, len(GRADES) - 1)]
