from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class District(models.Model):
    """A district, county or city of Hangzhou (区、县（市）), with the days on which it existed.

    Hangzhou was re-divided in April 2021; a report uses the districts of its own time.
    """

    code = models.CharField(_("行政区划代码"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    name_pinyin = models.CharField(_("拼音"), max_length=60, blank=True)
    name_en = models.CharField(_("英文名"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=30)
    valid_from = models.DateField(_("设立"), null=True, blank=True)
    valid_to = models.DateField(_("撤销"), null=True, blank=True)
    change_note = models.CharField(_("区划调整说明"), max_length=300, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("区、县（市）")
        verbose_name_plural = _("区、县（市）")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class DistrictSuccession(models.Model):
    """Which district followed which, and when (区划调整). Several successors are possible."""

    predecessor = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="successions", verbose_name=_("原区")
    )
    successor = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="origins", verbose_name=_("新区")
    )
    effective_on = models.DateField(_("生效日期"))
    precision = models.CharField(_("日期精度"), max_length=5, default="day")
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("区划沿革")
        verbose_name_plural = _("区划沿革")
        ordering = ["predecessor", "successor"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="districtsuccession_is_stated_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Centre(models.Model):
    """An exhibition-and-sales centre (展销中心): a sales point with an address and an opening."""

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    sales_point = models.OneToOneField(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="centre",
        verbose_name=_("销售点"),
    )
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        related_name="centres",
        verbose_name=_("区、县（市）"),
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    opened_on = models.DateField(_("开业日期"), null=True, blank=True)
    opened_precision = models.CharField(_("日期精度"), max_length=5, blank=True)
    closed_on = models.DateField(_("停业日期"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("展销中心")
        verbose_name_plural = _("展销中心")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="centre_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name
