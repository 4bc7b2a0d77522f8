from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.money import yuan
from operations.models import Reviewed


class DeclaredFact(Reviewed):
    """A figure that no order gives, as somebody states it (填报数).

    Scope: a pairing (district and county code), a district, a county, or, both '', the
    prefecture. `value` is a count, money in fen, or a ratio in basis points, by `kind`;
    `text` holds what is no number. `bound` says how the stated value stands to the true one,
    `wording` is what the source prints. `key` names the same figure over time; the newest
    period in force is the current one (docs/decisions/0006-counting.md).
    """

    class Section(models.TextChoices):
        ORGANISATION = "organisation", _("组织保障")
        TALENT = "talent", _("人才交流")
        INDUSTRY = "industry", _("产业合作")
        FUNDS = "funds", _("资金投入")
        LABOUR = "labour", _("劳务协作")
        TEAM = "team", _("队伍建设")
        OUTCOME = "outcome", _("脱贫成效")
        TOURISM = "tourism", _("旅游协作")

    class Kind(models.TextChoices):
        COUNT = "count", _("计数")
        MONEY = "money", _("金额（分）")
        RATIO = "ratio", _("比率（万分之一）")
        TEXT = "text", _("文字")

    class Bound(models.TextChoices):
        EXACT = "exact", _("等于")
        OVER = "over", _("多于")
        ABOUT = "about", _("约")

    district_code = models.CharField(_("区、县（市）代码"), max_length=6, blank=True)
    county_code = models.CharField(_("县（市）代码"), max_length=6, blank=True)
    section = models.CharField(_("部分"), max_length=20, choices=Section)
    key = models.SlugField(_("指标编码"), max_length=60)
    label = models.CharField(_("指标"), max_length=80)
    kind = models.CharField(_("数值类型"), max_length=10, choices=Kind)
    value = models.BigIntegerField(_("数值"), null=True, blank=True)
    text = models.CharField(_("文字内容"), max_length=300, blank=True)
    bound = models.CharField(_("界限"), max_length=5, choices=Bound, default=Bound.EXACT)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    wording = models.CharField(_("原文数字"), max_length=80, blank=True)
    period_start = models.DateField(_("期间起"), null=True, blank=True)
    period_end = models.DateField(_("期间止"))
    precision = models.CharField(_("日期精度"), max_length=5, default="day")
    source = models.CharField(_("来源"), max_length=300)
    papers = models.ManyToManyField(
        "orders.EvidenceFile", blank=True, related_name="+", verbose_name=_("佐证材料")
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("填报数")
        verbose_name_plural = _("填报数")
        ordering = ["district_code", "county_code", "section", "key", "-period_end"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["district_code", "county_code", "key", "period_end"],
                condition=~Q(state__in=["returned", "revoked"]),
                name="declaredfact_is_stated_once_for_a_period",
            ),
            models.CheckConstraint(
                condition=Q(kind="text", value=None) | (~Q(kind="text") & Q(value__isnull=False)),
                name="declaredfact_has_a_value_unless_text",
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0, value__lte=10**15),
                name="declaredfact_value_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(period_start=None) | Q(period_end__gte=F("period_start")),
                name="declaredfact_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.wording or self.stated_value}".strip()

    @property
    def stated_value(self) -> str:
        """The value as people write it: yuan, per cent or a count with its unit, or the text."""
        if self.value is None:
            return self.text
        if self.kind == self.Kind.MONEY:
            return gettext("%(yuan)s 元") % {"yuan": yuan(self.value)}
        if self.kind == self.Kind.RATIO:
            return f"{self.value // 100}.{self.value % 100:02d}%"
        return f"{self.value:,} {self.unit}".strip()
