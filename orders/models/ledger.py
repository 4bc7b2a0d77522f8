from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN
from operations.models.append_only import append_only


@append_only
class SalesEntry(models.Model):
    """The sales ledger (销售台账): append-only, one signed row per line event, see
    docs/decisions/0002-append-only-ledger.md.

    The sum of `amount_fen` is net sales. Gross and refund figures are sums by `side`. Every
    code is frozen as plain text when the row is written; a later correction is a reversal
    and a new row. Excluded lines and freight carry `amount_fen` = 0 and their own columns.
    `seal` is a hash over all frozen columns, recomputed by `audit`.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("销售")
        REFUND = "refund", _("退款")
        CANCEL = "cancel", _("取消")
        CORRECTION = "correction", _("更正")

    class Side(models.TextChoices):
        GROSS = "gross", _("成交")
        REFUND = "refund", _("退款")

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
        verbose_name=_("订单"),
    )
    sales_point_code = models.CharField(_("销售点"), max_length=40)
    order_number = models.CharField(_("订单编号"), max_length=64)
    line_key = models.CharField(_("行标识"), max_length=400)
    component = models.PositiveSmallIntegerField(_("组合内序号"), default=0)
    sequence = models.PositiveIntegerField(_("事件序号"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    side = models.CharField(_("方向"), max_length=6, choices=Side)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("更正的记录"),
    )

    channel_class = models.CharField(_("渠道"), max_length=20)
    purchase_mode = models.CharField(_("采购方式"), max_length=20)
    stage = models.CharField(_("销售环节"), max_length=20)
    helper_district_code = models.CharField(_("帮扶区代码"), max_length=6, blank=True)
    helper_evidence = models.CharField(_("帮扶归属依据"), max_length=20)
    county_code = models.CharField(_("产地县代码"), max_length=6, blank=True)
    producer_code = models.CharField(_("供货主体"), max_length=40, blank=True)
    sku_code = models.CharField(_("SKU 编码"), max_length=40, blank=True)
    is_certified = models.BooleanField(_("认定产品"))
    buyer_key = models.CharField(_("买家标识（哈希）"), max_length=64, blank=True)
    buyer_kind = models.CharField(_("买家类型"), max_length=20)
    beneficiary_unit_code = models.CharField(_("计入单位"), max_length=40, blank=True)
    reference_code = models.CharField(_("活动标记"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=80)

    quantity = models.BigIntegerField(_("数量"))
    amount_fen = models.BigIntegerField(_("成交额（分）"))
    consumer_paid_fen = models.BigIntegerField(_("买家实付（分）"))
    subsidy_fen = models.BigIntegerField(_("补贴（分）"))
    # {"funder": fen}; the sum is subsidy_fen.
    subsidies = models.JSONField(_("补贴出资"), default=dict)
    freight_fen = models.BigIntegerField(_("运费（分）"), default=0)
    excluded_fen = models.BigIntegerField(_("不计入金额（分）"), default=0)
    excluded_reason = models.CharField(_("不计入原因"), max_length=20, blank=True)

    paid_at = models.DateTimeField(_("付款时间"))
    order_date = models.DateField(_("订单归属日"))
    occurred_at = models.DateTimeField(_("发生时间"))
    event_date = models.DateField(_("发生日"))
    is_event_date_assumed = models.BooleanField(_("发生日为推定"), default=False)
    recorded_at = models.DateTimeField(_("入账时间"))
    # Later columns. The seal covers them where they say something (orders/rules/seals.py).
    channel_kind = models.CharField(
        _("进机关类型"), max_length=20, blank=True, default="", db_default=""
    )
    payer_unit_code = models.CharField(
        _("付款单位"), max_length=40, blank=True, default="", db_default=""
    )
    bundle_sku_code = models.CharField(
        _("礼盒 SKU"), max_length=40, blank=True, default="", db_default=""
    )
    weight_grams = models.BigIntegerField(_("重量（克）"), default=0, db_default=0)
    seal = models.BigIntegerField(_("封签"))

    class Meta:
        verbose_name = _("销售台账")
        verbose_name_plural = _("销售台账")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "line_key", "component", "sequence"],
                name="salesentry_sequence_is_unique_in_its_line",
            ),
            models.CheckConstraint(
                condition=Q(kind="sale", side="gross", amount_fen__gte=0)
                | Q(kind__in=["refund", "cancel"], side="refund", amount_fen__lte=0)
                | Q(kind="correction", corrects__isnull=False),
                name="salesentry_sign_follows_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=-MAX_FEN, amount_fen__lte=MAX_FEN),
                name="salesentry_amount_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(excluded_reason="") | Q(amount_fen=0),
                name="salesentry_excluded_lines_carry_no_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["order_date"],
                name="salesentry_excluded_by_day",
                condition=~Q(excluded_reason=""),
            ),
            models.Index(
                fields=["buyer_key", "paid_at"],
                name="salesentry_by_buyer",
                condition=~Q(buyer_key="") & Q(side="gross"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_number} {self.line_key} #{self.sequence}"
