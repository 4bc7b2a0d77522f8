"""The command `import_campaigns`: publish the campaigns of a file (批量发布活动)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from marketplace.intake.campaign_files import read_campaigns
from marketplace.services.campaign_lists import Published, PublishedCampaign, publish_campaigns


class Command(RefusingCommand):
    """Create campaigns or their next versions from a file, all of it or nothing."""

    help = str(
        gettext_lazy(
            "按文件发布活动：新建活动或发布新版本，规则相同则不变；仅名称不同只改名称，不产生新版本。"
            "文件中没有的规则（产品、县、渠道等范围）保持现有版本的规定"
        )
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help=_(
                "CSV 文件，列为 code,name,start_date,end_date,sales_point,minimum_level,"
                "lookback_days，可另加 priority；日期为营业日，含结束日；sales_point 为空表示全部，"
                "多个用 | 分隔"
            ),
        )

    def work(self, **options: Any) -> None:
        """Read, publish and print. Raises DomainError to refuse."""
        published = publish_campaigns(read_campaigns(options["file"]))
        counts = Counter(each.outcome for each in published)
        if options["json"]:
            self.print_json(_answer(published, counts))
            return
        for each in published:
            self.stdout.write(
                _("%(code)s：%(outcome)s，第 %(version)s 版")
                % {
                    "code": each.code,
                    "outcome": _outcome_label(each.outcome),
                    "version": each.version,
                }
            )
        self.stdout.write(
            _("活动 %(all)s 个 = 新建 %(created)s + 新版本 %(versioned)s + 未变 %(unchanged)s")
            % {"all": len(published), **{each.value: counts[each] for each in Published}}
        )


def _answer(published: Sequence[PublishedCampaign], counts: Counter[Published]) -> dict[str, Any]:
    return {
        "campaigns": len(published),
        **{outcome.value: counts[outcome] for outcome in Published},
        "results": [
            {"code": each.code, "version": each.version, "outcome": each.outcome.value}
            for each in published
        ],
    }


def _outcome_label(outcome: Published) -> str:
    return {
        Published.CREATED: _("新建"),
        Published.VERSIONED: _("新版本"),
        Published.UNCHANGED: _("未变"),
    }[outcome]
