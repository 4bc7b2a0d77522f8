"""Rows with a first and a last day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def valid_on(day: date) -> Q:
    """Return the condition that dated rows hold on a day, both of their days included."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))
