"""Rounding, and how amounts, counts and ratios are printed.

Pure. Rounding is half-up on exact integers; nothing here ever holds money as a float.
"""

from __future__ import annotations

from fractions import Fraction

from common.money import yuan

NOTHING = "—"
# Stands under every table of rounded figures (without a full stop).
FOOTNOTE = "因四舍五入，分项之和与合计可能略有差异"
FEN_PER_YUAN = 100
FEN_PER_WAN = 10**6
FEN_PER_YI = 10**10
WAN = 10**4
# From this amount on a headline speaks of whole 万元, below it of two decimals. Unit: fen.
_WHOLE_WAN_FROM = 100 * FEN_PER_WAN


def half_up(exact: Fraction | int, decimals: int = 0) -> Fraction:
    """Round half away from zero.

    >>> half_up(Fraction(25, 10))
    Fraction(3, 1)
    """
    scaled = abs(Fraction(exact)) * 10**decimals
    rounded = Fraction(int(scaled + Fraction(1, 2)), 10**decimals)
    return rounded if exact >= 0 else -rounded


def decimal(exact: Fraction | int, decimals: int = 2) -> str:
    """Print an exact number with a fixed number of decimals, half-up.

    >>> decimal(Fraction(1, 3))
    '0.33'
    """
    units = int(abs(half_up(exact, decimals)) * 10**decimals)
    sign = "-" if exact < 0 and units else ""
    whole, part = divmod(units, 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"


def wan_yuan(fen: int) -> str:
    """Print an amount in 万元 with two decimals.

    >>> wan_yuan(343_000_056)
    '343.00万元'
    """
    return wan(fen) + "万元"


def wan(fen: int) -> str:
    """Print an amount in 万元 with two decimals, without the unit, for columns that name it."""
    return decimal(Fraction(fen, FEN_PER_WAN))


def count(number: int) -> str:
    """Print a count in a table: exact, with separators.

    >>> count(60412)
    '60,412'
    """
    return f"{number:,}"


def prose_yuan(fen: int) -> str:
    """Print an amount as running text does: no trailing zeros, 亿元 from one 亿.

    Below 1万元 the exact amount in yuan. What rounds to 10000万元 is 1亿元.

    >>> prose_yuan(520_739_000_0), prose_yuan(91_100_000_000), prose_yuan(338_650)
    ('5207.39万元', '9.11亿元', '3,386.50元')
    >>> prose_yuan(9_999_999_999)
    '1亿元'
    """
    if half_up(Fraction(abs(fen), FEN_PER_WAN), 2) >= WAN:
        return without_zeros(decimal(Fraction(fen, FEN_PER_YI))) + "亿元"
    if abs(fen) >= FEN_PER_WAN:
        return without_zeros(decimal(Fraction(fen, FEN_PER_WAN))) + "万元"
    return f"{yuan(fen)}元"


def headline_yuan(fen: int) -> str:
    """Print an amount as headlines do: whole 万元 between 100万元 and 1亿元, else as prose.

    >>> headline_yuan(342_871_233), headline_yuan(12_345_678)
    ('343万元', '12.35万元')
    """
    if _WHOLE_WAN_FROM <= abs(fen) < FEN_PER_YI - FEN_PER_WAN:
        return decimal(Fraction(fen, FEN_PER_WAN), 0) + "万元"
    return prose_yuan(fen)


def headline_count(number: int, unit: str) -> str:
    """Print a count as headlines do: truncated to whole 万 with 余, exact below 1万.

    >>> headline_count(60_412, "笔"), headline_count(60_000, "笔"), headline_count(34, "笔")
    ('6万余笔', '6万笔', '34笔')
    """
    wan, rest = divmod(number, WAN)
    if number < WAN:
        return f"{number}{unit}"
    return f"{wan}万余{unit}" if rest else f"{wan}万{unit}"


def may_say(word: str, *, exact: Fraction | int, printed: Fraction | int) -> bool:
    """Say whether 余, 多 or 以上 (exact at or above what is printed) or 近 (below) is true.

    Raises ValueError for any other word.

    >>> may_say("余", exact=60412, printed=60000), may_say("近", exact=60412, printed=60000)
    (True, False)
    """
    if word in {"余", "多", "以上"}:
        return exact >= printed
    if word == "近":
        return exact < printed
    raise ValueError(f"no such word: {word}")


def ratio(part: int, whole: int) -> str:
    """Print `part / whole` with two decimals, half-up; "—" where the whole is zero or below."""
    return decimal(Fraction(part, whole)) if whole > 0 else NOTHING


def percentage(part: int, whole: int) -> str:
    """Print a share in percent with two decimals; "—" where the whole is zero or below.

    >>> percentage(1, 3), percentage(1, 0)
    ('33.33%', '—')
    """
    return f"{decimal(Fraction(100 * part, whole))}%" if whole > 0 else NOTHING


def change(now: int, before: int) -> str:
    """Print the change from `before` to `now` in percent, signed; "—" from zero or below.

    >>> change(150, 100), change(150, 0)
    ('+50.00%', '—')
    """
    if before <= 0:
        return NOTHING
    text = percentage(now - before, before)
    return text if text.startswith("-") or now == before else f"+{text}"


def percentage_points(now: Fraction, before: Fraction) -> str:
    """Print the difference of two shares (1 = 100 %) in 百分点, from their exact values.

    >>> percentage_points(Fraction(95, 100), Fraction(90, 100))
    '5.00个百分点'
    """
    return f"{decimal((now - before) * 100)}个百分点"


def without_zeros(number: str) -> str:
    """Drop the zeros after the decimal point, as prose does."""
    return number.rstrip("0").rstrip(".") if "." in number else number
