"""`load_seeds`: load the shipped reference data. Repeatable; the second run changes nothing."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from marketplace.intake.seeds import SeededFile, load_seeds


class Command(BaseCommand):
    help = str(gettext_lazy("载入随项目提供的基础资料；可重复执行，第二次不改动任何数据"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dir", help=_("种子文件所在文件夹，默认为项目的 seeds/"))
        parser.add_argument("--json", action="store_true", help=_("只输出一个 JSON 对象"))

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = Path(options["dir"] or settings.BASE_DIR / "seeds")
        try:
            files = load_seeds(folder)
        except DomainError as refusal:
            if not options["json"]:
                raise CommandError(f"{refusal.message} [{refusal.code}]") from refusal
            error = {"code": refusal.code, "message": refusal.message}
            self.stdout.write(json.dumps({"error": error}, ensure_ascii=False))
            sys.exit(1)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(files), ensure_ascii=False))
        else:
            self._print(files)

    def _print(self, files: list[SeededFile]) -> None:
        for file in files:
            self.stdout.write(
                _("%(file)s：新增 %(added)d，未变 %(unchanged)d，保留现有修改 %(kept)d")
                % {
                    "file": file.name,
                    "added": file.added,
                    "unchanged": file.unchanged,
                    "kept": file.kept,
                }
            )
        added = sum(file.added for file in files)
        self.stdout.write(
            _("基础资料已载入，新增 %(added)d 行。") % {"added": added}
            if added
            else _("基础资料已是最新，没有改动任何数据。")
        )


def as_json(files: list[SeededFile]) -> dict[str, Any]:
    """Return the counts by file and in all, as `--json` prints them."""
    counts = ("added", "unchanged", "kept")
    return {
        "files": {file.name: {name: getattr(file, name) for name in counts} for file in files},
        **{name: sum(getattr(file, name) for file in files) for name in counts},
    }
