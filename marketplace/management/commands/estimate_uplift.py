"""The command `estimate_uplift`: what a campaign really added (新增销售估计)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.money import yuan
from marketplace.models import UpliftEstimate
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.uplift.words import grade_words, refusal_words, warning_words
from marketplace.services.uplift.estimating import estimate_uplift

_PARTS = {
    "main": gettext_lazy("活动期新增销售"),
    "after": gettext_lazy("之后 4 期合计"),
    "cumulative": gettext_lazy("活动期与之后 4 期累计"),
    "halo": gettext_lazy("同店范围外商品（外溢）"),
}


class Command(RefusingCommand):
    """Estimate one campaign and store the estimate; "no baseline" is an answer too."""

    help = str(gettext_lazy("估计一个活动的新增销售并保存；没有可比的基期时如实说明"))

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code", metavar="CODE", help=_("活动编码"))

    def work(self, **options: Any) -> None:
        """Estimate and print. Raises DomainError for a campaign that is none."""
        campaign = find_campaign(options["code"])
        estimate = estimate_uplift(campaign)
        if options["json"]:
            self.print_json(
                {
                    "campaign": campaign.code,
                    "version": estimate.version.number,
                    **estimate.result,
                    "parameters": estimate.parameters,
                    "inputs": estimate.inputs,
                    "run": estimate.run_id,
                    "sha256": estimate.sha256,
                }
            )
            return
        self.stdout.write("\n".join(_sentences(estimate)))


def _sentences(estimate: UpliftEstimate) -> list[str]:
    result = estimate.result
    if result["main"]["refusal"]:
        return [refusal_words(result["main"]["refusal"])]
    said = {"grade": result["grade"], "words": grade_words(result["grade"])}
    return [
        *(f"{label}：{_printed(result[name])}" for name, label in _PARTS.items()),
        _("证据等级：%(grade)s（%(words)s）") % said,
        *map(warning_words, result["warnings"]),
    ]


def _printed(part: dict[str, Any]) -> str:
    if part["refusal"]:
        return refusal_words(part["refusal"])
    if part["low_fen"] is None:
        return _("%(estimate)s 元（不给区间）") % {"estimate": yuan(part["estimate_fen"])}
    return _("%(estimate)s 元，区间 %(low)s 至 %(high)s 元") % {
        "estimate": yuan(part["estimate_fen"]),
        "low": yuan(part["low_fen"]),
        "high": yuan(part["high_fen"]),
    }
