"""The command `campaign_report`: what one campaign earned (活动报告)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import FormattedCommand
from marketplace.rules import printing
from marketplace.rules.campaign_report import BASES, MODEL_COLUMNS, REPORT_VIEWS, Asked
from marketplace.selectors.reports import campaign_report
from marketplace.services.report_files import FORMATS, TEXT_FORMATS, report_as, write_report


class Command(FormattedCommand):
    """Print the report of a campaign, or write it to a file."""

    help = str(gettext_lazy("打印一个活动的销售报告，或写成文件"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CODE", help=_("活动编码"))
        parser.add_argument(
            "--model",
            choices=tuple(MODEL_COLUMNS),
            default="direct_rule",
            help=_(
                "direct_rule 不重复口径（默认）；participation 参与口径（不可加总）；其余为分析口径"
            ),
        )
        parser.add_argument(
            "--basis",
            choices=BASES,
            default="transaction",
            help=_("transaction 成交额口径（默认）；consumer_paid 买家实付口径"),
        )
        parser.add_argument(
            "--view",
            choices=REPORT_VIEWS,
            default="cohort",
            help=_("cohort 按订单归属期（默认）；cash 按退款发生期"),
        )
        parser.add_argument("--format", choices=FORMATS, default="text", help=_("输出格式"))
        parser.add_argument("--out", metavar="PATH", type=Path, help=_("写入文件，而不是打印"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Read the report and print or write it. Raises DomainError to refuse."""
        form = "json" if options["json"] else options["format"]
        path: Path | None = options["out"]
        if path is None and form not in TEXT_FORMATS:
            raise CommandError(_("xlsx 只能写入文件，请用 --out 指定路径。"), returncode=2)
        report = campaign_report(
            Asked(options["campaign"], options["model"], options["basis"], options["view"])
        )
        if path is None:
            self.stdout.write(report_as(report, form))
            return
        self.say(_("正在写入 %(path)s ……") % {"path": path})
        write_report(report, form, path, self._progress(report.totals.lines))
        self.say(_("报告已写入 %(path)s") % {"path": path})

    def _progress(self, total: int) -> Callable[[int], None]:
        """Return what tells the person who waits how many lines are written."""
        return lambda done: self.say(
            _("已写明细 %(done)s / %(total)s 行")
            % {"done": printing.count(done), "total": printing.count(total)}
        )
