"""How figures are printed (docs/decisions/0006-counting.md). Exact values in, text out.

Pure. Rounding is half-up on exact integers; nothing here ever holds money as a float. The forms
万元, 亿元, 余 and 近 are the official ones and stay Chinese in every language.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from common.money import yuan

NOTHING = "—"
# Stands under every table of rounded figures (without a full stop).
FOOTNOTE = "因四舍五入，分项之和与合计可能略有差异"
_FEN_PER_YUAN = 100
_FEN_PER_WAN = 10**6
_FEN_PER_YI = 10**10
_WAN = 10**4
# From this amount on a headline speaks of whole 万元, below it of two decimals. Unit: fen.
_WHOLE_WAN_FROM = 100 * _FEN_PER_WAN
# The word for the whole undertaking changed with the year 2021.
_FIRST_YEAR_OF_HELP = 2021
# How a stated value stands to the true one, as in the columns `bound`.
EXACT, OVER, ABOUT = "exact", "over", "about"
_BASIS_POINTS_PER_PERCENT = 100
_NUMERALS = "〇一二三四五六七八九十"


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
    return decimal(Fraction(fen, _FEN_PER_WAN))


def count(number: int) -> str:
    """Print a count in a table: exact, with separators.

    >>> count(60412)
    '60,412'
    """
    return f"{number:,}"


def prose_yuan(fen: int) -> str:
    """Print an amount as running text does: no trailing zeros, 亿元 from one 亿.

    Below 1万元 the exact amount in yuan.

    >>> prose_yuan(520_739_000_0), prose_yuan(91_100_000_000), prose_yuan(338_650)
    ('5207.39万元', '9.11亿元', '3,386.50元')
    """
    if abs(fen) >= _FEN_PER_YI:
        return _without_zeros(decimal(Fraction(fen, _FEN_PER_YI))) + "亿元"
    if abs(fen) >= _FEN_PER_WAN:
        return _without_zeros(decimal(Fraction(fen, _FEN_PER_WAN))) + "万元"
    return f"{yuan(fen)}元"


def headline_yuan(fen: int) -> str:
    """Print an amount as headlines do: whole 万元 between 100万元 and 1亿元, else as prose.

    >>> headline_yuan(342_871_233), headline_yuan(12_345_678)
    ('343万元', '12.35万元')
    """
    if _WHOLE_WAN_FROM <= abs(fen) < _FEN_PER_YI - _FEN_PER_WAN:
        return decimal(Fraction(fen, _FEN_PER_WAN), 0) + "万元"
    return prose_yuan(fen)


def headline_count(number: int, unit: str) -> str:
    """Print a count as headlines do: truncated to whole 万 with 余, exact below 1万.

    >>> headline_count(60_412, "笔"), headline_count(60_000, "笔"), headline_count(34, "笔")
    ('6万余笔', '6万笔', '34笔')
    """
    wan, rest = divmod(number, _WAN)
    if number < _WAN:
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
        text = f"{_without_zeros(decimal(Fraction(value, _BASIS_POINTS_PER_PERCENT)))}%"
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


def undertaking(day: date) -> str:
    """Return the official word of the time: 消费扶贫 to 2020, 消费帮扶 from 2021."""
    return "消费帮扶" if day.year >= _FIRST_YEAR_OF_HELP else "消费扶贫"


def cooperation(day: date) -> str:
    """Return the official word of the time: 东西部扶贫协作 to 2020, 东西部协作 from 2021."""
    return "东西部协作" if day.year >= _FIRST_YEAR_OF_HELP else "东西部扶贫协作"


def is_time_of_poverty_relief(day: date) -> bool:
    """Say whether the words of the time are still 扶贫 and 贫困, as they were to 2020."""
    return day.year < _FIRST_YEAR_OF_HELP


def recent_years(first: date, last: date) -> str:
    """Print the span of days as the calendar years it touches: 近三年; "" beyond ten.

    近 is said only where the days are really fewer than so many years.

    >>> recent_years(date(2018, 1, 1), date(2020, 6, 11))
    '近三年'
    """
    years = last.year - first.year + 1
    if not 1 < years < len(_NUMERALS):
        return ""
    is_whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    word = "近" if may_say("近", exact=years - (not is_whole), printed=years) else ""
    return f"{word}{_NUMERALS[years]}年"


def chinese_day(day: date) -> str:
    """Print a day as official text does.

    >>> chinese_day(date(2020, 5, 1))
    '2020年5月1日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_period(first: date, last: date) -> str:
    """Print a period of days, both included, without repeating the year.

    >>> chinese_period(date(2020, 5, 1), date(2020, 5, 7))
    '2020年5月1日至5月7日'
    """
    if first == last:
        return chinese_day(first)
    end = f"{last.month}月{last.day}日" if first.year == last.year else chinese_day(last)
    return f"{chinese_day(first)}至{end}"


def _declared_money(fen: int, bound: str) -> tuple[str, str]:
    """Return an amount in its largest unit and what follows it: 元, or 余元 when it is more."""
    if bound != OVER or abs(fen) < _FEN_PER_WAN:
        return prose_yuan(fen).removesuffix("元"), "余元" if bound == OVER else "元"
    size, word = (_FEN_PER_YI, "亿") if abs(fen) >= _FEN_PER_YI else (_FEN_PER_WAN, "万")
    hundredths = Fraction(int(Fraction(fen * 100, size)), 100)
    return f"{_without_zeros(decimal(hundredths))}{word}", "余元"


def _declared_count(number: int, bound: str) -> str:
    if bound == EXACT or number < _WAN or number % (_WAN // 100):
        return str(number)
    return _without_zeros(decimal(Fraction(number, _WAN))) + "万"


def _without_zeros(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
