"""A second, slow opinion on paths: exact fractions, written from the definitions.

Paths are (touches, conversions, nulls[, ages]) in plain Python. Nothing here is quick or clever:
Markov removes one name after the other, Shapley walks every coalition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial
from typing import NamedTuple

DIRECT = "direct"


class Journey(NamedTuple):
    """One weighted path."""

    touches: tuple[str, ...]
    conversions: int = 1
    nulls: int = 0


def weights(touches: Sequence[str], model: str) -> dict[str, Fraction]:
    """Return the part of one path that each name earns, for the models without ages."""
    count = len(touches)
    parts = [Fraction(0)] * count
    if model == "first":
        parts[0] = Fraction(1)
    elif model == "last":
        parts[-1] = Fraction(1)
    elif model == "last_non_direct":
        named = [place for place, name in enumerate(touches) if name != DIRECT]
        parts[named[-1] if named else -1] = Fraction(1)
    elif model == "linear":
        parts = [Fraction(1, count)] * count
    elif model == "linear_distinct":
        names = set(touches)
        return {name: Fraction(1, len(names)) for name in names}
    elif model == "position":
        if count <= 2:
            parts = [Fraction(1, count)] * count
        else:
            parts = [Fraction(1, 5) / (count - 2)] * count
            parts[0] = parts[-1] = Fraction(2, 5)
    else:
        raise AssertionError(model)
    return _gathered(touches, parts)


def decay_weights(touches: Sequence[str], halvings: Sequence[int]) -> dict[str, Fraction]:
    """Return the parts under time decay, for ages that are whole half-lives."""
    parts = [Fraction(1, 2**halving) for halving in halvings]
    return _gathered(touches, [part / sum(parts) for part in parts])


def _gathered(touches: Sequence[str], parts: Sequence[Fraction]) -> dict[str, Fraction]:
    earned: dict[str, Fraction] = defaultdict(Fraction)
    for name, part in zip(touches, parts, strict=True):
        earned[name] += part
    return dict(earned)


def credits_of(journeys: Iterable[Journey], model: str) -> dict[str, Fraction]:
    """Return the conversions that each name earns; every name of the paths is there."""
    earned: dict[str, Fraction] = defaultdict(Fraction)
    for journey in journeys:
        for name in journey.touches:
            earned[name] += 0
        for name, part in weights(journey.touches, model).items():
            earned[name] += part * journey.conversions
    return dict(earned)


def p_conversion(
    journeys: Iterable[Journey], without: str | None = None, *, self_loops: bool = True
) -> Fraction:
    """Return the chance that the chain of these paths converts, with a name removed or not."""
    counts: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for journey in journeys:
        stops = ["(start)", *journey.touches]
        for source, target in pairwise(stops):
            if self_loops or source != target:
                counts[source, target] += journey.conversions + journey.nulls
        counts[stops[-1], "(conversion)"] += journey.conversions
        counts[stops[-1], "(null)"] += journey.nulls
    out: dict[str, Fraction] = defaultdict(Fraction)
    for (source, _), times in counts.items():
        out[source] += times
    states = [state for state in out if out[state] and state != without]
    if not states:
        return Fraction(0)
    # (I - Q) h = r by elimination; what enters the removed name ends without conversion.
    rows = [
        [Fraction(int(a == b)) - counts.get((a, b), Fraction(0)) / out[a] for b in states]
        + [counts.get((a, "(conversion)"), Fraction(0)) / out[a]]
        for a in states
    ]
    for at in range(len(states)):
        pivot = next(row for row in range(at, len(rows)) if rows[row][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [cell / rows[at][at] for cell in rows[at]]
        for other in range(len(rows)):
            if other != at and rows[other][at]:
                factor = rows[other][at]
                rows[other] = [
                    cell - factor * own for cell, own in zip(rows[other], rows[at], strict=True)
                ]
    return rows[states.index("(start)")][-1]


def removal_effects(journeys: Sequence[Journey], *, self_loops: bool = True) -> dict[str, Fraction]:
    """Return 1 - p(without the name) / p of every name; 0 where nothing converts."""
    names = {name for journey in journeys for name in journey.touches}
    whole = p_conversion(journeys, self_loops=self_loops)
    if not whole:
        return dict.fromkeys(names, Fraction(0))
    return {name: 1 - p_conversion(journeys, name, self_loops=self_loops) / whole for name in names}


def shapley(journeys: Sequence[Journey]) -> dict[str, Fraction]:
    """Return the Shapley value of the sum game, over every coalition (few names only)."""
    names = sorted({name for journey in journeys for name in journey.touches})

    def worth(coalition: set[str]) -> int:
        return sum(each.conversions for each in journeys if set(each.touches) <= coalition)

    count = len(names)
    values = {}
    for name in names:
        others = [each for each in names if each != name]
        values[name] = sum(
            (
                Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
                * (worth({*coalition, name}) - worth(set(coalition)))
                for size in range(count)
                for coalition in combinations(others, size)
            ),
            Fraction(0),
        )
    return values
