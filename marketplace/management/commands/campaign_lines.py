"""The command `campaign_lines`: the order lines behind a campaign's report (活动明细)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from marketplace.rules.campaign_report import BASES, MODEL_COLUMNS, Asked
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.reports import campaign_lines
from marketplace.selectors.reports.campaign import run_facts
from marketplace.services.rendering import lines_as_csv
from marketplace.services.report_files import write_text


class Command(RefusingCommand):
    """Stream the credited order lines of a campaign as csv; they add up to its report."""

    help = str(gettext_lazy("以 csv 输出活动报告背后的订单行，各行之和等于报告"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CODE", help=_("活动编码"))
        parser.add_argument(
            "--model", choices=tuple(MODEL_COLUMNS), default="direct_rule", help=_("归属口径")
        )
        parser.add_argument("--basis", choices=BASES, default="transaction", help=_("金额口径"))
        parser.add_argument("--out", metavar="FILE.csv", type=Path, help=_("写入文件，而不是打印"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Stream the lines. Raises DomainError to refuse."""
        find_campaign(options["campaign"])
        run_facts()
        asked = Asked(options["campaign"], options["model"], options["basis"])
        pieces = lines_as_csv(campaign_lines(asked))
        if options["out"] is None:
            for piece in pieces:
                self.stdout.write(piece, ending="")
            return
        write_text(options["out"], pieces)
        self.say(_("明细已写入 %(path)s") % {"path": options["out"]})
