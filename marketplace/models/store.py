from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoreProfile(models.Model):
    """What is known of a store on a platform (店铺档案), beyond its being a sales point."""

    sales_point = models.OneToOneField(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="store_profile",
        verbose_name=_("销售点"),
    )
    platform = models.CharField(_("平台"), max_length=20)
    introduction = models.CharField(_("简介"), max_length=300, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("店铺档案")
        verbose_name_plural = _("店铺档案")
        ordering = ["sales_point"]

    def __str__(self) -> str:
        return str(self.sales_point)


class RankObservation(models.Model):
    """A store's rank as somebody saw it on a day (店铺等级观测).

    Ranks come from reviews and cannot be computed from orders: they are observed
    (docs/decisions/0006-counting.md).
    """

    store = models.ForeignKey(
        StoreProfile,
        on_delete=models.PROTECT,
        related_name="ranks",
        verbose_name=_("店铺档案"),
    )
    observed_on = models.DateField(_("观测日期"))
    precision = models.CharField(_("日期精度"), max_length=5, default="day")
    rank = models.CharField(_("等级"), max_length=20)
    points = models.BigIntegerField(_("信用分"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("店铺等级观测")
        verbose_name_plural = _("店铺等级观测")
        ordering = ["store", "observed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "observed_on", "rank"], name="rankobservation_is_stated_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.observed_on} {self.rank}"
