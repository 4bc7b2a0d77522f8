"""The command `attribute_paths`: divide conversions over anybody's paths (路径归因工具)."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.plain_text import one_line
from marketplace.errors import TooManyNames
from marketplace.intake.path_files import read_paths
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.paths.heuristics import HALF_LIFE_DAYS, heuristic_credits
from marketplace.rules.paths.markov import MOST_NAMES, MarkovIndex, markov_credits, markov_index
from marketplace.rules.paths.path_sets import Credit, PathSet
from marketplace.rules.paths.shapley import shapley_credits

MARKOV, SHAPLEY, TIME_DECAY = "markov", "shapley", "time_decay"
_LONGEST_NAME = 60


class Command(RefusingCommand):
    """Attribute a file of paths. Reads no database and writes nothing."""

    help = str(
        gettext_lazy(
            "对任意路径文件做归因：每个名称按所选模型得到多少转化和金额。"
            "只给出指标（浮点数），不是到分的账目"
        )
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "file",
            metavar="FILE.csv",
            type=Path,
            help=_(
                "CSV 文件，每行一条路径，列为 path,conversions,value,nulls,ages_days。"
                "path 如 a > b > c，按先后排列，direct 表示没有活动的触点，空路径会被拒绝；"
                "conversions 为转化次数；value 为这些转化的金额，nulls 为未转化的次数，"
                "这两列可以没有，空格视为 0；ages_days 为各触点距转化的天数，"
                "分隔与 path 相同，只有 time_decay 需要"
            ),
        )
        parser.add_argument(
            "--model", choices=(*PATH_MODELS, MARKOV, SHAPLEY), required=True, help=_("归因模型")
        )
        parser.add_argument(
            "--half-life-days",
            type=_half_life,
            default=HALF_LIFE_DAYS,
            metavar="H",
            help=_("time_decay 的半衰期，单位为天，默认 7；其他模型不用"),
        )

    def work(self, **options: Any) -> None:
        """Read, attribute and print. Raises DomainError to refuse."""
        model = options["model"]
        found = read_paths(options["file"], with_ages=model == TIME_DECAY)
        index = _index(found) if model == MARKOV else None
        if index is not None:
            credited = markov_credits(found, index)
        elif model == SHAPLEY:
            credited = shapley_credits(found)
        else:
            credited = heuristic_credits(found, model, options["half_life_days"])
        if options["json"]:
            self.print_json(_answer(model, credited, index))
        else:
            self.stdout.write("\n".join(_sentences(credited, index)))


def _index(found: PathSet) -> MarkovIndex:
    """Return the Markov index. Raises TooManyNames."""
    if len(found.names) > MOST_NAMES:
        raise TooManyNames(
            _("路径中有 %(names)s 个不同的名称，马尔可夫指标最多计算 %(most)s 个。")
            % {"names": len(found.names), "most": MOST_NAMES}
        )
    return markov_index(found)


def _answer(model: str, credited: dict[str, Credit], index: MarkovIndex | None) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "model": model,
        "credits": {name: asdict(credit) for name, credit in credited.items()},
        "removal_effects": {},
    }
    if index is not None:
        answer["removal_effects"] = index.removal_effects
        answer["shares"] = index.shares
        answer["p_conversion"] = index.p_conversion
    return answer


def _sentences(credited: dict[str, Credit], index: MarkovIndex | None) -> list[str]:
    """Return one line per name, the most conversions first, then by name."""
    lines = []
    for name, credit in sorted(
        credited.items(), key=lambda each: (-each[1].conversions, each[0].encode())
    ):
        line = _("%(name)s：转化 %(conversions)s，金额 %(value)s") % {
            "name": one_line(name, _LONGEST_NAME),
            "conversions": _printed(credit.conversions),
            "value": _printed(credit.value),
        }
        if index is not None:
            line += _("，移除效应 %s") % _printed(index.removal_effects[name])
        lines.append(line)
    if index is not None and index.shares is None:
        lines.append(_("没有任何转化，马尔可夫份额无从计算。"))
    return lines


def _printed(number: float) -> str:
    return f"{number:,.4f}"


def _half_life(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not (isfinite(days) and days > 0):
        raise argparse.ArgumentTypeError(_("须为大于 0 的天数"))
    return days
