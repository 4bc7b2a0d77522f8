"""Door: a roster file -> households with their statuses and links."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from products.intake.roster_files import read_roster
from products.services.roster import record_roster


class Command(RefusingCommand):
    help = str(gettext_lazy("导入农户名册（CSV，不含姓名；可重复执行，只新增和更新，不删除）"))

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.csv", type=Path, help=_("名册文件"))

    def work(self, **options: Any) -> None:
        file = read_roster(options["file"])
        outcome = record_roster(
            file.households, source=f"{file.name[:80]} sha256:{file.sha256[:12]}"
        )
        summary = {"file": file.name, "rows": file.rows, **asdict(outcome)}
        if options["json"]:
            self.print_json(summary)
            return
        self.stdout.write(
            _(
                "名册 %(file)s：%(rows)d 行，农户 %(households)d 户 = 新增 %(created)d"
                " + 更新 %(updated)d + 未变 %(unchanged)d"
            )
            % summary
        )
        self.stdout.write(
            _(
                "身份 %(statuses)d 条，写入 %(statuses_written)d 条；"
                "联结 %(links)d 条，写入 %(links_written)d 条"
            )
            % summary
        )
