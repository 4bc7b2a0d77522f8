"""How declared figures are printed: in their source's wording, else by unit and bound. Pure."""

from __future__ import annotations

from fractions import Fraction

from marketplace.rules.printing.amounts import (
    FEN_PER_WAN,
    FEN_PER_YI,
    FEN_PER_YUAN,
    WAN,
    decimal,
    prose_yuan,
    without_zeros,
)

# How a stated value stands to the true one, as in the columns `bound`.
EXACT, OVER, ABOUT = "exact", "over", "about"
_BASIS_POINTS_PER_PERCENT = 100


def declared_figure(kind: str, value: int | None, unit: str, bound: str, wording: str = "") -> str:
    """Print a figure as it was declared: in its source's wording, else by its bound and unit.

    `kind`: `count`, `money` (fen), `ratio` (basis points) or `text`. A value that is `over`
    what is stated is truncated before 余 or 以上 is said; `about` is 约.

    >>> declared_figure("count", 20000, "个", "over"), declared_figure("ratio", 9533, "", "exact")
    ('2万余个', '95.33%')
    >>> declared_figure("money", 12_500_000_000, "元", "about", "1.25亿元")
    '1.25亿元'
    """
    if wording or value is None:
        return wording
    if kind == "ratio":
        text = f"{without_zeros(decimal(Fraction(value, _BASIS_POINTS_PER_PERCENT)))}%"
        after = "以上" if bound == OVER else ""
    elif kind == "money":
        amount, after = _declared_money(value, bound)
        text = amount
    else:
        text, after = _declared_count(value, bound), f"余{unit}" if bound == OVER else unit
    return f"{'约' if bound == ABOUT else ''}{text}{after}"


def is_rounded(bound: str, wording: str) -> bool:
    """Say whether a declared amount is too coarse to compute a ratio from.

    Only an exact value that its source does not print in 万 or 亿 is exact.
    """
    return bound != EXACT or "万" in wording or "亿" in wording


def _declared_money(fen: int, bound: str) -> tuple[str, str]:
    """Return an amount in its largest unit and what follows it: 元, or 余元 when it is more.

    Below 1万元 only whole yuan are said before 余.
    """
    if bound != OVER:
        return prose_yuan(fen).removesuffix("元"), "元"
    if abs(fen) < FEN_PER_WAN:
        return str(int(Fraction(fen, FEN_PER_YUAN))), "余元"
    size, word = (FEN_PER_YI, "亿") if abs(fen) >= FEN_PER_YI else (FEN_PER_WAN, "万")
    hundredths = Fraction(int(Fraction(fen * 100, size)), 100)
    return f"{without_zeros(decimal(hundredths))}{word}", "余元"


def _declared_count(number: int, bound: str) -> str:
    if bound == EXACT or number < WAN or number % (WAN // 100):
        return str(number)
    return without_zeros(decimal(Fraction(number, WAN))) + "万"
