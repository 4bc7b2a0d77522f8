"""The words for what an estimate says in codes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.rules.uplift.estimating import Refusal
from marketplace.rules.uplift.judging import Warned
from marketplace.rules.uplift.spans import DisturbedBy

# Not a reason of the figures: nobody has asked for an estimate yet.
NOT_ESTIMATED = "not_estimated"

_REFUSALS = {
    Refusal.TOO_FEW_BLOCKS: _("无基线：活动之前可比的干净基期不足 4 个，不作估计。"),
    Refusal.NO_HISTORY: _(
        "无基线：活动范围或对照在活动之前没有足够的销售记录（如新开的店），不作估计。"
    ),
    Refusal.ZERO_BLOCK: _("无基线：活动期或某个基期的销售为零，不作估计。"),
    Refusal.NEGATIVE_BLOCK: _("无基线：活动期或某个基期退款后为负，不作估计。"),
    Refusal.MISSING_BLOCK: _("无基线：缺少活动期或某个基期的数据，不作估计。"),
    Refusal.ZERO_CONTROL: _("无基线：对照在某一期的数值为零，不作估计。"),
    Refusal.NEGATIVE_CONTROL: _("无基线：对照在某一期的数值为负，不作估计。"),
    Refusal.MISSING_CONTROL: _("无基线：对照缺少某一期的数据，不作估计。"),
    Refusal.TOO_NOISY: _("无基线：各基期相差过大，得不出有意义的区间，不作估计。"),
    Refusal.WINDOW_NOT_OVER: _("活动尚未结束，结束后再作估计。"),
    Refusal.AFTER_NOT_OVER: _("活动之后的 4 期尚未全部结束，暂不估计提前购买。"),
    Refusal.AFTER_DISTURBED: _("活动之后的 4 期内有其他活动或已登记的干扰，不估计提前购买。"),
    Refusal.NO_OTHER_LINES: _("活动范围已包含这些销售点的全部商品，没有范围外商品可比。"),
    Refusal.HALO_IS_CONTROL: _("同店的范围外商品已用作对照，不能同时估计外溢。"),
    Refusal.NO_MAIN_ESTIMATE: _("活动期没有估计，此项也不作估计。"),
}
_GRADES = {
    "A": _("随机分组，或限额未领到者为对照"),
    "B": _("未参加活动的地区或销售点为对照"),
    "C": _("未参加活动的产品为对照"),
    "D": _("没有对照，只与活动自身的历史相比"),
}
_WARNINGS = {
    Warned.FEW_BLOCKS: _("干净基期少于 8 个，证据等级降一级。"),
    Warned.OTHER_CAMPAIGN: _(
        "活动期内另有活动涉及同一范围或对照，估计不能分清各自作用，证据等级降一级。"
    ),
    Warned.HOLIDAY_IN_WINDOW: _("活动期内有公共假日；没有对照时，假日的影响分不出来，不给区间。"),
    Warned.HOLIDAYS_UNKNOWN: _("所在年份的公共假日安排未收录；没有对照时不给区间。"),
}
_DISTURBED = {
    DisturbedBy.CAMPAIGN: _("其他活动"),
    DisturbedBy.HOLIDAY: _("公共假日"),
    DisturbedBy.DECLARED: _("已登记的干扰"),
    DisturbedBy.BEFORE_FIRST_SALE: _("早于首笔销售"),
}


def refusal_words(code: str) -> str:
    """Return one sentence for why there is no estimate; '' for no code."""
    if code == NOT_ESTIMATED:
        return str(_("无基线：尚未估计。请先运行 estimate_uplift，或在后台请求估计。"))
    return str(_REFUSALS[Refusal(code)]) if code else ""


def grade_words(grade: str) -> str:
    """Return what a grade stands for."""
    return str(_GRADES[grade])


def warning_words(code: str) -> str:
    """Return one sentence for what a reader must know."""
    return str(_WARNINGS[Warned(code)])


def disturbance_words(by: str) -> str:
    """Return the words for what disturbs a block."""
    return str(_DISTURBED[DisturbedBy(by)])
