"""The command `import_control_series`: a comparison series from a file (导入对照序列)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from marketplace.intake.control_series_files import read_series
from marketplace.services.uplift.series import import_series


class Command(RefusingCommand):
    """Store a series as its next version, all of the file or nothing."""

    help = str(
        gettext_lazy(
            "导入对照序列（其他城市、其他渠道等的同期数值），供估计新增销售；内容相同则不变"
        )
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help=_(
                "CSV 文件，列为 period,value,source,unit；period 为一日或“首日/末日”，期间不得重叠"
            ),
        )
        parser.add_argument("--code", required=True, help=_("序列编码"))
        parser.add_argument("--name", help=_("序列名称，默认与编码相同"))

    def work(self, **options: Any) -> None:
        """Read, store and print. Raises DomainError to refuse."""
        path = options["file"]
        series = import_series(
            code=options["code"],
            name=options["name"] or options["code"],
            points=read_series(path),
            file_name=path.name,
        )
        if options["json"]:
            self.print_json(
                {
                    "series": series.code,
                    "version": series.number,
                    "points": series.points_count,
                    "first_day": series.first_day.isoformat(),
                    "last_day": series.last_day.isoformat(),
                    "sha256": series.sha256,
                }
            )
            return
        self.stdout.write(
            _("对照序列“%(name)s”第 %(number)s 版：%(points)s 个数据点，%(first)s 至 %(last)s")
            % {
                "name": series.name,
                "number": series.number,
                "points": series.points_count,
                "first": series.first_day,
                "last": series.last_day,
            }
        )
