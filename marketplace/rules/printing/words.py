"""Words that follow the time, days and periods, and the names of places in prose. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.rules.printing.amounts import may_say

# The words for the whole undertaking changed with the year 2021.
_FIRST_YEAR_OF_HELP = 2021
_NUMERALS = "〇一二三四五六七八九十"
_PLACE_ENDINGS = ("区", "县", "市")


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
    """Print the span of days as the calendar years it touches: 近三年.

    "" below one full year and beyond ten. 近 is said only where the days are really fewer than
    so many years.

    >>> recent_years(date(2018, 1, 1), date(2020, 6, 11))
    '近三年'
    """
    years = last.year - first.year + 1
    end = last + timedelta(days=1)
    is_a_year = (end.year, end.month, end.day) >= (first.year + 1, first.month, first.day)
    if not is_a_year or not 1 < years < len(_NUMERALS):
        return ""
    is_whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    word = "近" if may_say("近", exact=years - (not is_whole), printed=years) else ""
    return f"{word}{'两' if years == 2 else _NUMERALS[years]}年"


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


def chinese_start(day: date) -> str:
    """Print the first day of a long period no more exactly than it needs.

    >>> chinese_start(date(2018, 1, 1)), chinese_start(date(2018, 5, 1))
    ('2018年', '2018年5月')
    """
    if day.day != 1:
        return chinese_day(day)
    return f"{day.year}年" if day.month == 1 else f"{day.year}年{day.month}月"


def short_place(name: str) -> str:
    """Print a place's name as prose says it.

    >>> short_place("黄平县")
    '黄平'
    """
    return name[:-1] if len(name) > 2 and name.endswith(_PLACE_ENDINGS) else name


def without_others(names: str) -> str:
    """Return examples without the 等 after them, which the sentence around them says.

    >>> without_others("浙江尖峰、富春控股"), without_others("浙江尖峰等")
    ('浙江尖峰、富春控股', '浙江尖峰')
    """
    return names.removesuffix("等")


def speaks_of_the_poor(text: str) -> bool:
    """Say whether a figure's own wording names the people whom it counts."""
    return "贫困" in text


def counts_households(unit: str) -> bool:
    """Say whether a figure with this unit counts households, or people by their households."""
    return "户" in unit


def fewer_households_than(least: int) -> str:
    """Print a number of households that is too small to be published.

    >>> fewer_households_than(10)
    '不足10户'
    """
    return f"不足{least}户"
