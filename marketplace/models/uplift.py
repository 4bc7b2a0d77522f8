from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from operations.models import Reviewed
from operations.models.append_only import append_only


@append_only
class ControlSeries(models.Model):
    """One version of an imported series (对照序列): immutable; `sha256` is over its points."""

    code = models.SlugField(_("编码"), max_length=60)
    number = models.PositiveIntegerField(_("版本号"))
    name = models.CharField(_("名称"), max_length=120)
    file_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("校验码"), max_length=64)
    points_count = models.PositiveIntegerField(_("数据点"))
    first_day = models.DateField(_("最早日期"))
    last_day = models.DateField(_("最晚日期"))
    imported_at = models.DateTimeField(_("导入时间"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("导入人"),
    )

    class Meta:
        verbose_name = _("对照序列")
        verbose_name_plural = _("对照序列")
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"], name="controlseries_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


@append_only
class ControlSeriesPoint(models.Model):
    """One value of a series (对照数据点): a period with both days included, and its source."""

    series = models.ForeignKey(
        ControlSeries, on_delete=models.PROTECT, related_name="points", verbose_name=_("对照序列")
    )
    first_day = models.DateField(_("首日"))
    last_day = models.DateField(_("末日"))
    value = models.DecimalField(_("数值"), max_digits=20, decimal_places=4)
    unit = models.CharField(_("单位"), max_length=20)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("对照数据点")
        verbose_name_plural = _("对照数据点")
        ordering = ["series", "first_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "first_day"], name="controlseriespoint_first_day_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="controlseriespoint_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m-%d}"


class UpliftControl(Reviewed):
    """What a campaign is compared with to estimate what it added (对照声明).

    `kind` says where the control's sales are read, `codes` which; `none` compares with the
    campaign's own past alone. `design` is what the control is and gives the highest grade.
    `disturbances`: periods that are no measure of normal sales, `{"first_day", "last_day",
    "reason"}`, both days included (docs/decisions/0026-uplift.md).
    """

    class Kind(models.TextChoices):
        SALES_POINTS = "sales_points", _("未参加的销售点")
        DISTRICTS = "districts", _("未参加的区、县（市）")
        PRODUCTS = "products", _("未参加的产品")
        COUNTIES = "counties", _("未参加的产地县（市）")
        SERIES = "series", _("导入的对照序列")
        NONE = "none", _("没有对照")

    class Design(models.TextChoices):
        RANDOMISED = "randomised", _("A 随机分组或限额未领到者")
        PLACES = "places", _("B 未参加的地区或销售点")
        PRODUCTS = "products", _("C 未参加的产品")
        HISTORY = "history", _("D 只有历史")

    campaign = models.ForeignKey(
        "marketplace.Campaign",
        on_delete=models.PROTECT,
        related_name="uplift_controls",
        verbose_name=_("活动"),
    )
    kind = models.CharField(_("对照类型"), max_length=20, choices=Kind)
    codes = models.JSONField(_("对照编码"), default=list)
    series = models.ForeignKey(
        ControlSeries,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="controls",
        verbose_name=_("对照序列"),
    )
    design = models.CharField(_("对照设计"), max_length=20, choices=Design)
    disturbances = models.JSONField(_("干扰时段"), default=list)
    reason = models.CharField(_("选择理由"), max_length=500)

    class Meta(Reviewed.Meta):
        verbose_name = _("对照声明")
        verbose_name_plural = _("对照声明")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign"],
                condition=~Q(state__in=["returned", "revoked"]),
                name="upliftcontrol_one_stands_for_a_campaign",
            ),
            models.CheckConstraint(
                condition=Q(kind="series", series__isnull=False)
                | (~Q(kind="series") & Q(series=None)),
                name="upliftcontrol_series_only_where_its_kind_says_so",
            ),
            models.CheckConstraint(
                condition=Q(kind="none", design="history")
                | (~Q(kind="none") & ~Q(design="history")),
                name="upliftcontrol_history_alone_is_no_control",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_kind_display()}"


@append_only
class UpliftEstimate(models.Model):
    """An estimate of what a campaign added (新增销售估计): append-only, with all it rests on.

    `inputs` holds every block and what was passed over, `parameters` level and counts,
    `result` the figures or the refusal. `sha256` is over content alone. The newest one of the
    campaign's current version stands.
    """

    version = models.ForeignKey(
        "marketplace.CampaignVersion",
        on_delete=models.PROTECT,
        related_name="uplift_estimates",
        verbose_name=_("活动版本"),
    )
    run = models.ForeignKey(
        "marketplace.AttributionRun",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("计算批次"),
    )
    control = models.ForeignKey(
        UpliftControl,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="estimates",
        verbose_name=_("对照声明"),
    )
    inputs = models.JSONField(_("输入"))
    parameters = models.JSONField(_("参数"))
    result = models.JSONField(_("结果"))
    sha256 = models.CharField(_("校验码"), max_length=64)
    estimated_at = models.DateTimeField(_("估计时间"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("操作人"),
    )

    class Meta:
        verbose_name = _("新增销售估计")
        verbose_name_plural = _("新增销售估计")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
