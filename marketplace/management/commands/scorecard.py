"""The command `scorecard`: what a district did for a county (成绩单)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.management.counting import CountingCommand
from marketplace.rules.counting import Asked
from marketplace.rules.counting_reports import Scorecard
from marketplace.selectors.counting import scorecard
from marketplace.services.counting_files import SCORECARD_FORMATS


class Command(CountingCommand):
    """Print the scorecard of a district and a county, or write it to a file."""

    help = str(gettext_lazy("打印一个区与一个县的成绩单，或写成文件"))
    formats = SCORECARD_FORMATS

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--district", required=True, metavar="CODE", help=_("帮扶区代码"))
        parser.add_argument("--county", required=True, metavar="CODE", help=_("产地县代码"))
        super().add_arguments(parser)

    def report(self, asked: Asked, options: dict[str, Any]) -> Scorecard:
        """Read the scorecard. Raises UnknownDistrict, UnknownCounty."""
        return scorecard(options["district"], options["county"], asked)
