"""The table of what a campaign added (新增销售估计), apart from all that it earned."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.campaign_report import CampaignReport
from marketplace.rules.uplift.published import PUBLISHED, Elasticity
from marketplace.rules.uplift.reported import ReportedUplift
from marketplace.selectors.uplift.words import (
    NOT_ESTIMATED,
    disturbance_words,
    grade_words,
    refusal_words,
)
from marketplace.services.rendering.document import Column, Kind, Table, Value
from marketplace.services.rendering.phrases import itemised, listed, paragraph

Row = tuple[Value, Value, Value, Value, str]


def uplift_table(report: CampaignReport) -> Table:
    """Return the estimate with its interval, grade and neighbours, or why there is none."""
    found = report.uplift
    rows = [_nothing(refusal_words(NOT_ESTIMATED))] if found is None else _rows(report, found)
    return Table(
        key="uplift",
        title=_("新增销售估计"),
        columns=(
            Column(_("项目")),
            Column(_("估计（元）"), Kind.YUAN),
            Column(_("区间下限（元）"), Kind.YUAN),
            Column(_("区间上限（元）"), Kind.YUAN),
            Column(_("说明")),
        ),
        rows=(*rows, *map(_published, PUBLISHED)),
        note=_note(report, found),
    )


def _rows(report: CampaignReport, found: ReportedUplift) -> list[Row]:
    if found.refusal_words("main"):
        return [_nothing(found.refusal_words("main"))]
    level = _("%(level)s 预测区间") % {"level": f"{100 * found.parameters['level']:.4g}%"}
    grade = found.result["grade"]
    after = _("负数表示活动之后少卖，即提前购买")
    return [
        _row(found, "main", _("活动期新增销售"), itemised(level, _graded(grade))),
        _row(found, "after", _("之后 4 期合计"), after),
        _row(found, "cumulative", _("活动期与之后 4 期累计"), level),
        _row(found, "halo", _("同店范围外商品（外溢）"), level),
        (_("每元补贴的新增销售"), "", "", "", _leverage(report, found)),
        (_("基期与对照"), "", "", "", _basis(found)),
    ]


def _nothing(words: str) -> Row:
    return (_("活动期新增销售"), printing.NOTHING, "", "", words)


def _row(found: ReportedUplift, name: str, label: str, words: str) -> Row:
    part = found.part(name)
    if part["refusal"]:
        return (label, printing.NOTHING, "", "", found.refusal_words(name))
    low, high = part["low_fen"], part["high_fen"]
    if low is None:
        return (label, part["estimate_fen"], printing.NOTHING, printing.NOTHING, words)
    return (label, part["estimate_fen"], low, high, words)


def _graded(grade: str) -> str:
    return _("证据等级 %(grade)s：%(words)s") % {"grade": grade, "words": grade_words(grade)}


def _leverage(report: CampaignReport, found: ReportedUplift) -> str:
    """Say U/V beside the bounds of U, in words: it is not the gross figure of the other table."""
    subsidy = report.totals.subsidy_fen or 0
    if found.incremental_leverage(subsidy) is None:
        return _("没有补贴，不计算")
    main = found.part("main")
    said = {name: _per_yuan(main[f"{name}_fen"], subsidy) for name in ("estimate", "low", "high")}
    if main["low_fen"] is None:
        return _("%(estimate)s（不给区间；补贴净额为本报告合计）") % said
    return _("%(estimate)s（%(low)s 至 %(high)s；补贴净额为本报告合计）") % said


def _per_yuan(fen: int | None, subsidy_fen: int) -> str:
    return "" if fen is None else printing.decimal(Fraction(fen, subsidy_fen))


def _basis(found: ReportedUplift) -> str:
    inputs = found.inputs
    blocks = _("%(count)s 个干净基期") % {"count": len(inputs["before"])}
    skipped = Counter(one["by"] for one in inputs["skipped"])
    passed = listed(
        *(
            _("%(reason)s %(count)s 期") % {"reason": disturbance_words(by), "count": count}
            for by, count in sorted(skipped.items())
        )
    )
    passed = _("跳过%(periods)s") % {"periods": passed} if passed else ""
    return itemised(blocks, passed, _control(inputs["control"]))


def _control(control: dict[str, Any] | None) -> str:
    if control is None or control["kind"] == "none":
        return _("没有对照")
    if control["series"]:
        stated = _("%(code)s 第 %(number)s 版") % control["series"]
    else:
        stated = listed(*control["codes"])
    return _("对照：%(control)s") % {"control": stated}


def _published(one: Elasticity) -> Row:
    """Quote a published figure with its source, marked as not ours."""
    figure = f"{one.low:g}" if one.low == one.high else f"{one.low:g}–{one.high:g}"
    if one.per == "subsidy":
        said = _("每 1 元补贴带动新增消费 %(figure)s 元") % {"figure": figure}
    else:
        said = _("每 1 元自付带动新增消费 %(figure)s 元") % {"figure": figure}
    ahead = ""
    if one.pulled_forward_months:
        ahead = _("部分购买由此后 %(months)s 个月提前而来") % {"months": one.pulled_forward_months}
    return (_("公开研究（对照参考，非本活动）"), "", "", "", itemised(said, ahead, one.source))


def _note(report: CampaignReport, found: ReportedUplift | None) -> str:
    apart = _(
        "归属不等于效果：上面各表是归属的销售额，本表估计其中有多少是活动带来的新增，仅供内部使用。"
    )
    if found is None:
        return apart
    made = _("估计于 %(at)s，当时最近的计算批次 #%(run)s，校验码 %(sha256)s。") % {
        "run": found.run or printing.NOTHING,
        "at": f"{found.estimated_at:%Y-%m-%d %H:%M}",
        "sha256": found.sha256[:16],
    }
    warned = (found.words[code] for code in found.result["warnings"])
    stale = _("此后又有新的计算批次，请重新估计。") if found.run != report.run.run else ""
    return paragraph(apart, *warned, made, stale)
