"""What the commands of counting reports have in common: period, moment, format, place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from common.commands import FormattedCommand
from marketplace.rules.counting import COHORT, COUNTING_VIEWS, Asked
from marketplace.selectors.counting import ask
from marketplace.services.counting_files import (
    COUNTING_TEXT_FORMATS,
    Report,
    counting_report_as,
    write_counting_report,
)


class CountingCommand(FormattedCommand):
    """A command that prints a counting report, or writes it to a file.

    A subclass names its `formats` and reads its report.
    """

    formats: Sequence[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="first", default="", metavar="D", help=_("起始日；不写为累计")
        )
        parser.add_argument(
            "--to", dest="last", default="", metavar="D", help=_("截止日（含）；不写为今天")
        )
        parser.add_argument(
            "--as-of", default="", metavar="MOMENT", help=_("按当时已入账、已审核的数据")
        )
        parser.add_argument("--certified-only", action="store_true", help=_("只计认定产品"))
        parser.add_argument(
            "--view",
            choices=COUNTING_VIEWS,
            default=COHORT,
            help=_("cohort 按订单归属期（默认）；cash 按退款发生期"),
        )
        parser.add_argument("--format", choices=self.formats, default="text", help=_("输出格式"))
        parser.add_argument("--out", metavar="PATH", type=Path, help=_("写入文件，而不是打印"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Read the report and print or write it. Raises DomainError to refuse."""
        form = "json" if options["json"] else options["format"]
        path: Path | None = options["out"]
        if path is None and form not in COUNTING_TEXT_FORMATS:
            message = _("%(form)s 只能写入文件，请用 --out 指定路径。") % {"form": form}
            raise CommandError(message, returncode=2)
        asked = ask(
            first=options["first"],
            last=options["last"],
            as_of=options["as_of"],
            is_certified_only=options["certified_only"],
            view=options["view"],
        )
        report = self.report(asked, options)
        if path is None:
            self.stdout.write(counting_report_as(report, form))
            return
        write_counting_report(report, form, path)
        self.say(_("报告已写入 %(path)s") % {"path": path})

    def report(self, asked: Asked, options: dict[str, Any]) -> Report:
        """Return the report that is asked for. Raises DomainError to refuse."""
        raise NotImplementedError
