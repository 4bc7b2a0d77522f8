"""A sentence for every verdict of an explanation, for officials (归因说明)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.clock import SHANGHAI
from common.masking import mask_code
from common.money import yuan
from marketplace.models import AttributionDecision, Touchpoint
from marketplace.rules import explanations as verdicts
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.evidence import Level
from marketplace.rules.explanations import RowExplanation, Unmet, Verdict
from marketplace.selectors.reports.names import Names, reason_name
from orders.models import SalesEntry

# Codes of `Unmet.name` whose sentence only needs the name of what was found.
_PLAIN = {
    "sales_point": gettext_noop("销售点“%(found)s”不在活动范围内"),
    "channel_class": gettext_noop("渠道“%(found)s”不在活动范围内"),
    "county": gettext_noop("产地“%(found)s”不在活动范围内"),
    "product": gettext_noop("商品“%(found)s”不在活动范围内"),
    "buyer_kind": gettext_noop("买家类型“%(found)s”不在活动范围内"),
    "certified": gettext_noop("活动只计认证商品，该商品没有认证"),
    "matched": gettext_noop("该行的商品没有匹配，而活动限定商品、产地或认证"),
}
BUYER_KIND_WORDS = {"consumer": gettext_noop("个人消费者"), "unit": gettext_noop("单位")}
_STEP_WORDS = {
    "reference": gettext_noop("活动标记"),
    "voucher": gettext_noop("消费券核销"),
    "manual": gettext_noop("人工认定"),
}
MODEL_WORDS = {
    "first": gettext_noop("首次触点"),
    "last": gettext_noop("末次触点"),
    "last_non_direct": gettext_noop("末次非直接触点"),
    "linear": gettext_noop("平均分配"),
    "linear_distinct": gettext_noop("按活动平均"),
    "position": gettext_noop("位置加权"),
    "time_decay": gettext_noop("时间衰减"),
}


def moment_words(moment: datetime) -> str:
    """Return a moment in Shanghai, to the second."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def age_words(seconds: int) -> str:
    """Return how long before the payment something was."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    if days:
        return _("%(days)s 天 %(hours)s 小时") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s 小时 %(minutes)s 分") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s 分 %(seconds)s 秒") % {"minutes": minutes, "seconds": left}


def campaign_words(code: str, versions: dict[str, CampaignRules]) -> str:
    """Return a campaign's name and code; words for none."""
    if not code:
        return _("未归属活动")
    return f"{versions[code].name}（{code}）" if code in versions else code


def row_words(row: RowExplanation) -> str:
    """Return what kind of ledger row it is."""
    kinds = dict(SalesEntry.Kind.choices)
    return str(kinds.get(row.kind, row.kind))


def touch_words(kind: str) -> str:
    """Return the words for a step of a path: a kind of touch, or evidence borne by the order."""
    if kind in _STEP_WORDS:
        return _(_STEP_WORDS[kind])
    return str(Touchpoint.Kind(kind).label)


def sentence(verdict: Verdict, row: RowExplanation, versions: dict[str, CampaignRules],
             names: Names) -> str:  # fmt: skip
    """Return why a campaign got the row or did not."""
    level = _(Level(verdict.level).label)
    if verdict.outcome == verdicts.WON:
        rivals = sum(each.is_candidate for each in row.verdicts)
        if rivals == 1:
            return _("计入，因为它是唯一符合条件的活动，归因依据为“%(level)s”。") % {"level": level}
        words = _("计入，因为它在 %(rivals)s 个符合条件的活动中排在最前，归因依据为“%(level)s”。")
        return words % {"rivals": rivals, "level": level}
    if verdict.outcome == verdicts.LOST:
        words = _("不重复口径未计入，因为%(reason)s，由“%(winner)s”计入；参与口径计入。")
        winner = row.winner
        code = winner.campaign_code if winner is not None else ""
        return words % {
            "reason": reason_name(verdict.reason),
            "winner": campaign_words(code, versions),
        }
    if verdict.outcome == verdicts.EXCLUDED:
        return _("未计入，因为已由人工认定不归属。")
    if verdict.outcome == verdicts.BELOW_MINIMUM_LEVEL:
        words = _("未计入，因为归因依据只到“%(level)s”，活动要求至少“%(minimum)s”。")
        return words % {"level": level, "minimum": _(Level(verdict.minimum_level).label)}
    reasons = [_unmet(each, row, names) for each in verdict.unmet]
    return _("未计入，因为%(reasons)s。") % {"reasons": "；".join(reasons)}


def evidence_words(
    verdict: Verdict, decisions: dict[tuple[str, str], AttributionDecision]
) -> list[str]:
    """Return what ties the row to a campaign, strongest first; voucher codes are masked."""
    found = []
    decision = decisions.get((verdict.decided_on, verdict.campaign_code))
    if verdict.decided and decision is not None:
        words = _("人工认定 #%(id)s：%(verdict)s，经办 %(maker)s，审核 %(checker)s")
        found.append(
            words
            % {
                "id": decision.pk,
                "verdict": decision.get_verdict_display(),
                "maker": decision.made_by or "—",
                "checker": decision.checked_by or "—",
            }
        )
    for voucher in verdict.vouchers:
        words = _("消费券 %(code)s 抵扣 %(fen)s 元")
        found.append(words % {"code": mask_code(voucher.code), "fen": yuan(voucher.discount_fen)})
    if verdict.reference:
        found.append(_("订单带有活动标记 %(mark)s") % {"mark": verdict.reference})
    for touch in verdict.touches:
        words = _("%(kind)s %(at)s，付款前 %(age)s")
        found.append(
            words
            % {
                "kind": touch_words(touch.kind),
                "at": moment_words(touch.occurred_at),
                "age": age_words(touch.age_seconds),
            }
        )
    return found


def _unmet(unmet: Unmet, row: RowExplanation, names: Names) -> str:
    if unmet.name == "window":
        start, end = (datetime.fromisoformat(text) for text in unmet.asked)
        if row.paid_at < start:
            words = _("付款时间 %(paid)s 在活动开始（%(start)s）之前")
            return words % {"paid": moment_words(row.paid_at), "start": moment_words(start)}
        words = _("付款时间 %(paid)s 不早于活动结束（%(end)s）")
        return words % {"paid": moment_words(row.paid_at), "end": moment_words(end)}
    if unmet.name == "minimum_order":
        words = _("订单成交额 %(found)s 元，未达到活动要求的 %(asked)s 元")
        return words % {"found": yuan(int(unmet.found)), "asked": yuan(int(unmet.asked[0]))}
    return _(_PLAIN[unmet.name]) % {"found": _named(unmet, names)}


def _named(unmet: Unmet, names: Names) -> str:
    if unmet.name == "sales_point":
        return names.sales_point(unmet.found)
    if unmet.name == "channel_class":
        return names.channel(unmet.found)
    if unmet.name == "county":
        return names.county(unmet.found)
    if unmet.name == "buyer_kind":
        return _(BUYER_KIND_WORDS.get(unmet.found, unmet.found))
    return names.product(unmet.found)
