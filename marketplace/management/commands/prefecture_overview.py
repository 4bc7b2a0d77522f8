"""The command `prefecture_overview`: every counted sale, divided in every way (全州总览)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from marketplace.management.counting import CountingCommand
from marketplace.rules.counting import Asked
from marketplace.rules.overview_report import Overview
from marketplace.selectors.counting import prefecture_overview
from marketplace.services.counting_files import OVERVIEW_FORMATS


class Command(CountingCommand):
    """Print the overview of the prefecture, or write it to a file."""

    help = str(gettext_lazy("打印全州总览，或写成文件"))
    formats = OVERVIEW_FORMATS

    def report(self, asked: Asked, _options: dict[str, Any]) -> Overview:
        """Read the overview."""
        return prefecture_overview(asked)
