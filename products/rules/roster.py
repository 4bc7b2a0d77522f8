"""The neutral shape of a roster, and what betrays a person in it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_ID_NUMBER = re.compile(r"(?<![0-9])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx](?![0-9])")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class RosterStatus:
    """A status of a household; both days are included, no last day means: still valid."""

    status: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class RosterLink:
    """A link of a household to a producer (by code); days as in RosterStatus."""

    producer_code: str
    mechanism: str
    valid_from: date
    valid_to: date | None


@dataclass(slots=True)
class RosterHousehold:
    """A household as a file states it. `key` stands for its number, which is never kept."""

    key: str
    county_code: str
    village: str
    persons: int
    statuses: list[RosterStatus] = field(default_factory=list)
    links: list[RosterLink] = field(default_factory=list)


def holds_personal_number(text: str) -> bool:
    """Say whether a text holds a mobile phone number or a valid number of an identity card.

    >>> holds_personal_number("13800138000"), holds_personal_number("11010519491231002X")
    (True, True)
    >>> holds_personal_number("522622000000000017"), holds_personal_number("0012")
    (False, False)
    """
    if _PHONE.search(text):
        return True
    return any(_is_id_number(found.group()) for found in _ID_NUMBER.finditer(text))


def _is_id_number(number: str) -> bool:
    """Check the last digit of an identity card (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == number[17].upper()
