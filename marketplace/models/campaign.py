from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN
from marketplace.rules.evidence import Level
from operations.models.append_only import append_only


class Campaign(models.Model):
    """A question asked of the ledger (活动): which sales did this event earn?

    A campaign is a lens: no order knows which campaign counts it. Its rules stand in
    versions.
    """

    code = models.SlugField(_("编码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class StatedRules(models.Model):
    """The rules of a campaign but for their scopes: window [starts_at, ends_at) on payment time."""

    starts_at = models.DateTimeField(_("开始（含）"))
    ends_at = models.DateTimeField(_("结束（不含）"))
    minimum_level = models.PositiveSmallIntegerField(
        _("最低归因依据"), choices=[(level.value, _(level.label)) for level in Level]
    )
    priority = models.IntegerField(_("优先级"), default=0)
    lookback_days = models.PositiveIntegerField(_("回溯天数"), default=30)
    is_certified_only = models.BooleanField(_("仅认定产品"), default=False)
    minimum_order_fen = models.BigIntegerField(_("订单最低金额（分）"), default=0)

    class Meta:
        abstract = True


@append_only
class CampaignVersion(StatedRules):
    """The published rules of a campaign (活动版本). Immutable; a change is a new number.

    Runs use the highest number for every order.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="versions", verbose_name=_("活动")
    )
    number = models.PositiveIntegerField(_("版本号"))
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("发布人"),
    )
    rule_hash = models.CharField(_("规则校验码"), max_length=64)

    class Meta:
        verbose_name = _("活动版本")
        verbose_name_plural = _("活动版本")
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="campaignversion_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="campaignversion_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(minimum_order_fen__gte=0, minimum_order_fen__lte=MAX_FEN),
                name="campaignversion_minimum_order_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.number}"


@append_only
class CampaignScope(models.Model):
    """One scope row of a version (活动范围). Rows of one kind are alternatives, kinds add up.

    A kind without rows does not restrict.
    """

    class Kind(models.TextChoices):
        SALES_POINT = "sales_point", _("销售点")
        CHANNEL_CLASS = "channel_class", _("渠道")
        PRODUCT = "product", _("产品")
        COUNTY = "county", _("县（市）")
        BUYER_KIND = "buyer_kind", _("买家类型")

    version = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, related_name="scopes", verbose_name=_("活动版本")
    )
    kind = models.CharField(_("范围类型"), max_length=20, choices=Kind)
    code = models.CharField(_("编码"), max_length=60)

    class Meta:
        verbose_name = _("活动范围")
        verbose_name_plural = _("活动范围")
        ordering = ["version", "kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "code"], name="campaignscope_is_stated_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}={self.code}"
