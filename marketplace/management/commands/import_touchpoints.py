"""Door: a file of touches -> touchpoints. See docs/touchpoints.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from marketplace.intake.touch_logs import import_touches, preview_touches
from marketplace.models import TouchImport
from orders.selectors.sales_points import find_sales_point

# Row messages printed for a person; `--json` and the admin have the rest.
ROWS_SHOWN = 20


class Command(RefusingCommand):
    help = str(gettext_lazy("导入触点记录（CSV 或 Excel；可重复执行，已记录的触点不重复）"))

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path, help=_("触点文件"))
        parser.add_argument(
            "--sales-point", default="", metavar="CODE", help=_("没有写明销售点的行所属的销售点")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("只预览，不写入"))

    def work(self, **options: Any) -> None:
        code = options["sales_point"]
        point = find_sales_point(code) if code else None
        read = preview_touches if options["dry_run"] else import_touches
        self.show(read(options["file"], sales_point=point), options)

    def show(self, found: TouchImport, options: dict[str, Any]) -> None:
        """Print what became of the rows: one JSON object, or lines for a person."""
        told = {
            "file": found.name,
            "rows": found.rows,
            "accepted": found.accepted,
            "duplicate": found.duplicate,
            "rejected": found.rejected,
        }
        if options["json"]:
            number = None if options["dry_run"] else found.pk
            self.print_json({"import": number, **told, "errors": found.issues})
            return
        for issue in found.issues[:ROWS_SHOWN]:
            self.say(_("  第 %(row)s 行 %(column)s：%(message)s（%(code)s）") % issue)
        text = _(
            "触点文件 %(file)s：%(rows)d 行 = 接受 %(accepted)d + 重复 %(duplicate)d"
            " + 拒绝 %(rejected)d"
        )
        if options["dry_run"]:
            text = _("预览（未写入）：") + text
        self.stdout.write(text % told)
