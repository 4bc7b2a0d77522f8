"""Daily totals: derived from attribution entries, moved by deltas in their transaction.

Missing codes are '' and never NULL, so that the unique constraints hold on both databases.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.rules.attribution_models import PATH_MODELS

# Money columns of one model, in fen and signed as in the ledger (refunds negative).
MONEY_COLUMNS = (
    "gross_fen",
    "refund_fen",
    "consumer_gross_fen",
    "consumer_refund_fen",
    "subsidy_fen",
    "quantity",
    "lines",
)
MODELS = ("direct", "participation")
PATH_MONEY_COLUMNS = ("gross_fen", "refund_fen")
# Every money column of DailyMoney.
DAILY_MONEY = (
    *(f"{model}_{name}" for model in MODELS for name in MONEY_COLUMNS),
    *(f"{model}_{name}" for model in PATH_MODELS for name in PATH_MONEY_COLUMNS),
)


class DailyMoney(models.Model):
    """Credits of one campaign on one day, by the dimensions that reports sum over (日汇总).

    `view` cohort dates by order, cash by event. `campaign_code` '' is what no campaign earned.
    Gross and refund columns are sums by ledger side, refunds negative; `lines` counts standing
    sale rows, `quantity` the pieces sold.
    """

    campaign_code = models.CharField(_("活动"), max_length=60, blank=True)
    view = models.CharField(_("口径"), max_length=6)
    date = models.DateField(_("日期"))
    sales_point_code = models.CharField(_("销售点"), max_length=40)
    channel_class = models.CharField(_("渠道"), max_length=20)
    county_code = models.CharField(_("产地县代码"), max_length=6, blank=True)
    sku_code = models.CharField(_("SKU 编码"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("归因依据"))
    direct_gross_fen = models.BigIntegerField(default=0)
    direct_refund_fen = models.BigIntegerField(default=0)
    direct_consumer_gross_fen = models.BigIntegerField(default=0)
    direct_consumer_refund_fen = models.BigIntegerField(default=0)
    direct_subsidy_fen = models.BigIntegerField(default=0)
    direct_quantity = models.BigIntegerField(default=0)
    direct_lines = models.BigIntegerField(default=0)
    participation_gross_fen = models.BigIntegerField(default=0)
    participation_refund_fen = models.BigIntegerField(default=0)
    participation_consumer_gross_fen = models.BigIntegerField(default=0)
    participation_consumer_refund_fen = models.BigIntegerField(default=0)
    participation_subsidy_fen = models.BigIntegerField(default=0)
    participation_quantity = models.BigIntegerField(default=0)
    participation_lines = models.BigIntegerField(default=0)
    # The models of a path: money alone, on the transaction basis.
    first_gross_fen = models.BigIntegerField(default=0, db_default=0)
    first_refund_fen = models.BigIntegerField(default=0, db_default=0)
    last_gross_fen = models.BigIntegerField(default=0, db_default=0)
    last_refund_fen = models.BigIntegerField(default=0, db_default=0)
    last_non_direct_gross_fen = models.BigIntegerField(default=0, db_default=0)
    last_non_direct_refund_fen = models.BigIntegerField(default=0, db_default=0)
    linear_gross_fen = models.BigIntegerField(default=0, db_default=0)
    linear_refund_fen = models.BigIntegerField(default=0, db_default=0)
    linear_distinct_gross_fen = models.BigIntegerField(default=0, db_default=0)
    linear_distinct_refund_fen = models.BigIntegerField(default=0, db_default=0)
    position_gross_fen = models.BigIntegerField(default=0, db_default=0)
    position_refund_fen = models.BigIntegerField(default=0, db_default=0)
    time_decay_gross_fen = models.BigIntegerField(default=0, db_default=0)
    time_decay_refund_fen = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("日汇总")
        verbose_name_plural = _("日汇总")
        ordering = ["campaign_code", "view", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "campaign_code",
                    "view",
                    "date",
                    "sales_point_code",
                    "channel_class",
                    "county_code",
                    "sku_code",
                    "level",
                ],
                name="dailymoney_is_one_row_per_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_code} {self.date}"


class DailyCount(models.Model):
    """Orders of one campaign by order date and one dimension value (日订单数).

    An order counts once per value; counts of different values are not summable. Dimensions:
    all, county, sales_point, channel, product, level. `stood` = net credit above zero.
    """

    campaign_code = models.CharField(_("活动"), max_length=60, blank=True)
    date = models.DateField(_("日期"))
    dimension = models.CharField(_("维度"), max_length=12)
    value = models.CharField(_("取值"), max_length=40, blank=True)
    direct_orders = models.BigIntegerField(default=0)
    direct_stood = models.BigIntegerField(default=0)
    participation_orders = models.BigIntegerField(default=0)
    participation_stood = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("日订单数")
        verbose_name_plural = _("日订单数")
        ordering = ["campaign_code", "date", "dimension", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_code", "date", "dimension", "value"],
                name="dailycount_is_one_row_per_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_code} {self.date} {self.dimension}"


class DailyDigest(models.Model):
    """The additive state digest of one campaign and order date (校验码分量).

    A sum of 160-bit row hashes modulo 2^160, as five sums of 32-bit limbs (least significant
    first), carried only when read: SQLite holds no wider numbers.
    """

    campaign_code = models.CharField(_("活动"), max_length=60, blank=True)
    date = models.DateField(_("日期"))
    limb0 = models.BigIntegerField(default=0)
    limb1 = models.BigIntegerField(default=0)
    limb2 = models.BigIntegerField(default=0)
    limb3 = models.BigIntegerField(default=0)
    limb4 = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("校验码分量")
        verbose_name_plural = _("校验码分量")
        ordering = ["campaign_code", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_code", "date"], name="dailydigest_is_one_row_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_code} {self.date}"
