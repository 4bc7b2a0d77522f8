"""Questions about districts: which existed when."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from marketplace.models import District


def district_existed(code: str, day: date) -> bool:
    """Say whether a district with this code existed on a day; both of its days are included."""
    return _existing(day).filter(code=code).exists()


def district_named(name: str, day: date) -> str:
    """Return the code of the one district of that name on a day, '' for none or several.

    The kind, the last character of a name, may be left out: 拱墅 is 拱墅区.
    """
    rows = _existing(day).values_list("code", "name")
    codes = [code for code, full in rows if name in (full, full[:-1])]
    return codes[0] if len(codes) == 1 else ""


def _existing(day: date) -> QuerySet[District]:
    founded = Q(valid_from=None) | Q(valid_from__lte=day)
    still_open = Q(valid_to=None) | Q(valid_to__gte=day)
    return District.objects.filter(founded, still_open)
