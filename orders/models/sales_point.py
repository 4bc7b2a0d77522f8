from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SalesPoint(models.Model):
    """Where a sale happens (销售点): a store on a platform, a centre's counter, a fair, an office.

    Channel classes are exclusive (docs/decisions/0006-counting.md).
    """

    class ChannelClass(models.TextChoices):
        STOREFRONT = "storefront", _("自有商城")
        CENTRE = "centre", _("展销中心")
        PLATFORM = "platform", _("电商平台")
        FAIR = "fair", _("会展")
        SUPERMARKET = "supermarket", _("进商超")
        INSTITUTION = "institution", _("进机关")
        OTHER = "other", _("其他")

    class Stage(models.TextChoices):
        FINAL = "final", _("终端销售")
        INTERMEDIATE = "intermediate", _("中间环节（不计入）")

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    channel_class = models.CharField(_("渠道"), max_length=20, choices=ChannelClass)
    # The platform whose files this sales point takes: taobao, 1688, pinduoduo ... or empty.
    platform = models.CharField(_("平台"), max_length=20, blank=True)
    platform_account = models.CharField(_("平台账号"), max_length=80, blank=True)
    shop_id = models.CharField(_("店铺 Id"), max_length=40, blank=True)
    shop_name = models.CharField(_("店铺名称"), max_length=80, blank=True)
    stage = models.CharField(_("销售环节"), max_length=20, choices=Stage, default=Stage.FINAL)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    # Raised when what matches goods here changes: writers at work then load it again.
    matching_version = models.BigIntegerField(
        _("匹配版本"), default=0, db_default=0, editable=False
    )

    class Meta:
        verbose_name = _("销售点")
        verbose_name_plural = _("销售点")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class SalesPointDistrict(models.Model):
    """The Hangzhou district that a sales point stands for, with dates (both days included).

    `district_code` is plain text: districts live upstairs, in marketplace.
    """

    sales_point = models.ForeignKey(
        SalesPoint, on_delete=models.CASCADE, related_name="districts", verbose_name=_("销售点")
    )
    district_code = models.CharField(_("区、县（市）代码"), max_length=6)
    valid_from = models.DateField(_("起"), null=True, blank=True)
    valid_to = models.DateField(_("止"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("销售点所属区")
        verbose_name_plural = _("销售点所属区")
        ordering = ["sales_point", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["sales_point", "valid_from"],
                name="salespoint_district_starts_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="salespoint_district_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sales_point} {self.district_code}"
