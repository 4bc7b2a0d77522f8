"""Show personal data so that the person cannot be found: the default everywhere.

Yardstick: the national standard for e-waybills in force since 2023-02-01 (a name hides at
least one character, a phone number at least six digits, an address everything below the
street); docs/decisions/0010-privacy.md.
"""

from __future__ import annotations

import re

_MARK = "*"
_HIDDEN_DIGITS = 6

# The longest beginning that names nothing below district and street (or town).
_PROVINCE = r"(?:[^\s\d省]{2,8}?(?:省|自治区)|(?:北京|上海|天津|重庆)市?)?"
_CITY = r"(?:[^\s\d市]{2,10}?(?:自治州|地区|盟|市))?"
_COUNTY = r"(?:[^\s\d区县]{1,10}?(?:自治县|(?<![小社园景校厂])区|县|市|旗))"
_STREET = r"(?:[^\s\d]{1,8}?(?:街道|镇|乡))?"
_KEPT = re.compile(rf"\s*{_PROVINCE}\s*{_CITY}\s*{_COUNTY}\s*{_STREET}")


def mask_name(name: str) -> str:
    """Keep the first character of a name.

    >>> mask_name("张小山")
    '张**'
    """
    name = name.strip()
    if len(name) <= 1:
        return _MARK if name else ""
    return name[0] + _MARK * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """Keep three digits in front and two behind; hide six or more, or everything.

    >>> mask_phone("13800001112")
    '138******12'
    """
    digits = "".join(sign for sign in phone if sign.isdigit())
    if len(digits) == 13:
        digits = digits.removeprefix("86")
    if len(digits) < _HIDDEN_DIGITS + 5:
        return _MARK * len(digits)
    return digits[:3] + _MARK * (len(digits) - 5) + digits[-2:]


def mask_code(code: str) -> str:
    """Keep the last four signs of a code that can be spent or looked up; hide a short one.

    >>> mask_code("20200501004711")
    '**********4711'
    """
    shown = code[-4:] if len(code) > 4 + 2 else ""
    return _MARK * (len(code) - len(shown)) + shown


def mask_address(address: str) -> str:
    """Keep an address down to its district and street; hide the rest, all of it if unclear.

    >>> mask_address("浙江省杭州市拱墅区米市巷街道某某路1号2幢301室")
    '浙江省杭州市拱墅区米市巷街道****'
    """
    kept = _KEPT.match(address)
    beginning = kept.group(0).strip() if kept else ""
    return beginning + _MARK * 4 if address.strip() else ""
