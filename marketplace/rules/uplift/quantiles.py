"""Quantiles of Student's t, from the closed form of its distribution (no statistics library).

P(|T| <= t) of an integer degree of freedom is a finite sum in the angle atan(t / sqrt(dof)):
Abramowitz and Stegun 26.7.3 and 26.7.4.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin, sqrt, tan

# Halving an angle below pi/2 this often leaves nothing of it in a double.
_HALVINGS = 64


@lru_cache(maxsize=256)
def two_sided_t(level: float, dof: int) -> float:
    """Return t with P(|T| <= t) = `level`, to about 1e-10 of its value.

    Raises ValueError unless 0 < level < 1 and dof >= 1.
    """
    if not 0 < level < 1 or dof < 1:
        raise ValueError("a level lies between 0 and 1, a degree of freedom is at least 1")
    low, high = 0.0, pi / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _within(middle, dof) < level:
            low = middle
        else:
            high = middle
    return sqrt(dof) * tan((low + high) / 2)


def _within(angle: float, dof: int) -> float:
    """Return P(|T| <= sqrt(dof) tan(angle))."""
    squared = cos(angle) ** 2
    is_odd = dof % 2 == 1
    term, total = (cos(angle), 0.0) if is_odd else (1.0, 0.0)
    # Odd: cos + 2/3 cos^3 + 2*4/(3*5) cos^5 ...; even: 1 + 1/2 cos^2 + 1*3/(2*4) cos^4 ...
    for step in range(1 if is_odd else 0, dof - 1, 2):
        total += term
        term *= squared * (step + 1) / (step + 2)
    if is_odd:
        return 2 / pi * (angle + sin(angle) * total)
    return sin(angle) * total
