"""The command `uplift`: estimate what a campaign added, from anybody's file of blocks."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from marketplace.intake.uplift_files import read_blocks
from marketplace.rules.uplift.estimating import (
    FEWEST_BLOCKS,
    HIGHEST_LEVEL,
    LEVEL,
    WANTED_BLOCKS,
    Effect,
    NoEstimate,
)
from marketplace.rules.uplift.grading import Design
from marketplace.rules.uplift.judging import Judged, Part, Terms, judge, refused
from marketplace.selectors.uplift.words import grade_words, refusal_words, warning_words

# More blocks before than that are another world. Unit: blocks.
MOST_BLOCKS = 104


class Command(RefusingCommand):
    """Estimate the uplift of one panel. Writes nothing."""

    help = str(
        gettext_lazy(
            "估计活动新增销售：与活动前各期和对照相比（对数比双重差分，Student-t 预测区间）；"
            "文件中没有对照列时只与历史相比，等级为 D"
        )
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help=_(
                "CSV 文件，列为 week_rel,treated_total,control_total（0 为活动期，负数为之前，"
                "正数为之后）；control_total 可没有；可另加 clean，0 表示该期受干扰、不作基期"
            ),
        )
        parser.add_argument(
            "--pre", type=_blocks, default=WANTED_BLOCKS, help=_("使用活动前最近的几期，至少 4")
        )
        parser.add_argument(
            "--level", type=_level, default=LEVEL, help=_("区间的置信水平，如 0.90")
        )
        parser.add_argument(
            "--design",
            choices=[design.value for design in Design if design is not Design.HISTORY],
            default=Design.PLACES.value,
            help=_("对照是什么：随机分组、未参加的地区（默认）、未参加的产品"),
        )
        parser.add_argument(
            "--holiday",
            action="store_true",
            help=_("活动期或之后各期内有公共假日：没有对照时不给区间"),
        )

    def work(self, **options: Any) -> None:
        """Read, estimate and print. Raises DomainError for a file that cannot be read."""
        read = read_blocks(options["file"])
        design = Design(options["design"]) if read.has_control else Design.HISTORY
        terms = Terms(design, options["level"], is_holiday=options["holiday"])
        try:
            judged = judge(read.measured(options["pre"]), terms)
        except NoEstimate as no:
            judged = refused(no.refusal)
        if options["json"]:
            self.print_json(_answer(judged, terms))
        else:
            self.stdout.write("\n".join(_sentences(judged, terms)))
        if judged.main.refusal is not None:
            raise SystemExit(1)


def _answer(judged: Judged, terms: Terms) -> dict[str, Any]:
    return {
        **_figures(judged.main),
        "grade": judged.grade,
        "message": refusal_words(judged.main.refusal or ""),
        "level": terms.level,
        "design": terms.design.value,
        "after": _figures(judged.after),
        "cumulative": _figures(judged.cumulative),
        "warnings": [code.value for code in judged.warnings],
    }


def _figures(part: Part) -> dict[str, Any]:
    names = ("estimate", "low", "high", "log_effect", "standard_error")
    figures = dict.fromkeys(names) if part.effect is None else asdict(part.effect)
    return {**figures, "refusal": part.refusal.value if part.refusal else None}


def _sentences(judged: Judged, terms: Terms) -> list[str]:
    if judged.main.effect is None or judged.grade is None:
        return [refusal_words(judged.main.refusal or "")]
    lines = [
        _("新增销售估计：%s") % _printed(judged.main.effect, terms),
        _("证据等级：%(grade)s（%(words)s）")
        % {"grade": judged.grade, "words": grade_words(judged.grade)},
    ]
    if judged.after.effect and judged.cumulative.effect:
        lines.append(_("之后各期合计：%s") % _printed(judged.after.effect, terms))
        lines.append(_("活动期与之后各期累计：%s") % _printed(judged.cumulative.effect, terms))
    return [*lines, *map(warning_words, judged.warnings)]


def _printed(effect: Effect, terms: Terms) -> str:
    if effect.low is None or effect.high is None:
        return _("%(estimate).2f（不给区间）") % {"estimate": effect.estimate}
    return _("%(estimate).2f，%(level)s 区间 %(low).2f 至 %(high).2f") % {
        "estimate": effect.estimate,
        "low": effect.low,
        "high": effect.high,
        "level": f"{100 * terms.level:.4g}%",
    }


def _blocks(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not FEWEST_BLOCKS <= int(text) <= MOST_BLOCKS:
        raise argparse.ArgumentTypeError(_("须为 4 至 104 的整数"))
    return int(text)


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = 0.0
    if not 0 < level <= HIGHEST_LEVEL:
        raise argparse.ArgumentTypeError(_("须大于 0、不超过 0.999"))
    return level
