"""The public holidays of China, as the State Council published them, 2018 to 2026.

Source: the General Office's yearly notices on the arrangement of holidays, 国办发明电〔2017〕12号,
〔2018〕15号, 〔2019〕3号 (May 2019), 〔2019〕16号, 〔2020〕1号 (Spring Festival 2020 prolonged),
〔2020〕27号, 〔2021〕11号, 〔2022〕16号, 〔2023〕7号, 〔2024〕12号, 〔2025〕7号. Days off
only; days worked in exchange are ordinary days. Years outside are not known, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST_YEAR, LAST_YEAR = 2018, 2026


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off, both ends included. `name` is a stable code."""

    name: str
    first_day: date
    last_day: date


_NAMES = (
    "new_year",
    "spring_festival",
    "qingming",
    "labour_day",
    "dragon_boat",
    "mid_autumn",
    "national_day",
)
# Per year and name, first and last day off as MMDD; '' where it is part of the next column. New
# Year's days off of December belong to the year before and stand in full.
_DAYS = {
    2018: ("20171230-0101", "0215-0221", "0405-0407", "0429-0501", "0616-0618", "0922-0924",
           "1001-1007"),
    2019: ("20181230-0101", "0204-0210", "0405-0407", "0501-0504", "0607-0609", "0913-0915",
           "1001-1007"),
    2020: ("0101-0101", "0124-0202", "0404-0406", "0501-0505", "0625-0627", "", "1001-1008"),
    2021: ("0101-0103", "0211-0217", "0403-0405", "0501-0505", "0612-0614", "0919-0921",
           "1001-1007"),
    2022: ("0101-0103", "0131-0206", "0403-0405", "0430-0504", "0603-0605", "0910-0912",
           "1001-1007"),
    2023: ("20221231-0102", "0121-0127", "0405-0405", "0429-0503", "0622-0624", "", "0929-1006"),
    2024: ("20231230-0101", "0210-0217", "0404-0406", "0501-0505", "0608-0610", "0915-0917",
           "1001-1007"),
    2025: ("0101-0101", "0128-0204", "0404-0406", "0501-0505", "0531-0602", "", "1001-1008"),
    2026: ("0101-0103", "0215-0223", "0404-0406", "0501-0505", "0619-0621", "0925-0927",
           "1001-1007"),
}  # fmt: skip


def _day(year: int, text: str) -> date:
    full = text if len(text) == len("YYYYMMDD") else f"{year}{text}"
    return date(int(full[:4]), int(full[4:6]), int(full[6:]))


HOLIDAYS = tuple(
    Holiday(name, *(_day(year, end) for end in days.split("-")))
    for year, row in _DAYS.items()
    for name, days in zip(_NAMES, row, strict=True)
    if days
)


def holidays_within(first_day: date, last_day: date) -> tuple[Holiday, ...]:
    """Return the holidays with a day off in the period, both ends included."""
    return tuple(one for one in HOLIDAYS if one.first_day <= last_day and one.last_day >= first_day)


def are_known(first_day: date, last_day: date) -> bool:
    """Say whether the holidays of every day of the period were published."""
    return FIRST_YEAR <= first_day.year <= last_day.year <= LAST_YEAR
