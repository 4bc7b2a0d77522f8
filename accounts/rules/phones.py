"""Mainland mobile numbers."""

from __future__ import annotations

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_BLANKS = re.compile(r"[\s\-]+")


class PhoneNotValid(ValueError):
    """The text is no mainland mobile number."""


def normalised_phone(text: str) -> str:
    """Return the eleven digits of a mainland mobile number, however it was typed.

    >>> normalised_phone("+86 138-0000-1112")
    '13800001112'

    Raises PhoneNotValid.
    """
    digits = _BLANKS.sub("", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    if not _MOBILE.fullmatch(digits):
        raise PhoneNotValid
    return digits
