"""Who benefits, in numbers: dividends, ranges of declared links, cells that stay closed.

Pure. Money in fen; results are exact fractions, rounded half-up only where they are printed.
Source: docs/decisions/0013-beneficiaries.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

_BASIS_POINTS = 10_000
# Public cells of fewer households could point at people.
LEAST_PUBLIC_HOUSEHOLDS = 10


def dividend_fen(principal_fen: int, rate_bp: int) -> Fraction:
    """Return a year's dividend, exact, in fen: principal times rate (basis points a year).

    20,000,000.00 yuan at 8 % are 1,600,000.00 yuan:

    >>> dividend_fen(20_000_000_00, 800)
    Fraction(160000000, 1)

    Raises ValueError for a negative principal or rate.
    """
    if principal_fen < 0 or rate_bp < 0:
        raise ValueError("a dividend has no negative principal or rate")
    return Fraction(principal_fen * rate_bp, _BASIS_POINTS)


def per_head(fen: Fraction | int, count: int) -> Fraction:
    """Return an amount by head or household, exact, in fen. Raises ValueError below one.

    Rounded half-up, 1,600,000.00 yuan are 508.74 yuan for each of 3145 persons and 1,649.48
    yuan for each of 970 households:

    >>> [int(per_head(160_000_000, count) + Fraction(1, 2)) for count in (3145, 970)]
    [50874, 164948]
    """
    if count < 1:
        raise ValueError("nobody to divide by")
    return Fraction(fen) / count


@dataclass(frozen=True, slots=True)
class Range:
    """From `least` (the largest single link) to `most` (the sum). Never one distinct number.

    The same household may stand in several links, so their sum only bounds the truth.
    `links` says how many state a number; with one link the ends are equal.
    """

    least: int
    most: int
    links: int


def range_of_links(stated: Iterable[int | None]) -> Range | None:
    """Return the range of distinct households (or persons) behind declared links.

    Links that state no number (None) are left out; None where none states one.

    >>> range_of_links([970, 270, None])
    Range(least=970, most=1240, links=2)
    """
    counts = [count for count in stated if count is not None]
    return Range(max(counts), sum(counts), len(counts)) if counts else None


def hidden_cells(households: Sequence[int], *, least: int = LEAST_PUBLIC_HOUSEHOLDS) -> set[int]:
    """Return the positions of a breakdown's cells that a public figure must not show.

    Those of 1 to `least` - 1 households; and, while what is hidden adds up to fewer than
    `least`, so that the total would give it away, the next smallest cell too.

    >>> sorted(hidden_cells([50, 9, 30])), sorted(hidden_cells([50, 0, 30]))
    ([1, 2], [])
    """
    hidden = {position for position, count in enumerate(households) if 0 < count < least}
    others = sorted(
        (count, position) for position, count in enumerate(households) if count >= least
    )
    if hidden and others and sum(households[position] for position in hidden) < least:
        hidden.add(others[0][1])
    return hidden
