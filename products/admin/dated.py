"""The form of a row that holds from one day to another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.clock import EARLIEST_YEAR, LATEST_YEAR


def accepted_day(day: date | None) -> date | None:
    """Return a day. Raises ValidationError for a year that this system does not accept."""
    if day is not None and not EARLIEST_YEAR <= day.year < LATEST_YEAR:
        raise ValidationError(
            _("日期须在 %(first)s 年至 %(last)s 年之间。")
            % {"first": EARLIEST_YEAR, "last": LATEST_YEAR - 1}
        )
    return day


class DatedRowForm(forms.ModelForm):
    """Takes `valid_from` and `valid_to` within the accepted years."""

    def clean_valid_from(self) -> Any:
        return accepted_day(self.cleaned_data["valid_from"])

    def clean_valid_to(self) -> Any:
        return accepted_day(self.cleaned_data["valid_to"])
