"""Questions about districts: which existed when."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from marketplace.models import District


def district_existed(code: str, day: date) -> bool:
    """Say whether a district with this code existed on a day; both of its days are included."""
    founded = Q(valid_from=None) | Q(valid_from__lte=day)
    still_open = Q(valid_to=None) | Q(valid_to__gte=day)
    return District.objects.filter(founded, still_open, code=code).exists()
