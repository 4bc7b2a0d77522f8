from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN, yuan
from orders.rules.states import OrderStatus


def _bounded(**fields: int) -> Q:
    """Build the condition that each field lies between its lower bound and MAX_FEN."""
    condition = Q()
    for name, lowest in fields.items():
        condition &= Q(**{f"{name}__gte": lowest, f"{name}__lte": MAX_FEN})
    return condition


class Order(models.Model):
    """What one buyer bought at one sales point, as last reported (订单).

    The state of an order may move; what happened to its money is in the ledger. Amounts:
    `goods_fen` = lines' list amounts less merchant discount, excluded lines included;
    goods + freight = consumer paid + subsidy. `refunded_fen` is cumulative consumer money,
    `subsidy_returned_fen` the subsidy that went back with it (docs/decisions/0004).
    """

    class Status(models.TextChoices):
        UNPAID = OrderStatus.UNPAID, _("待付款")
        PAID = OrderStatus.PAID, _("已付款")
        SHIPPED = OrderStatus.SHIPPED, _("已发货")
        SUCCEEDED = OrderStatus.SUCCEEDED, _("交易成功")
        CLOSED = OrderStatus.CLOSED, _("交易关闭")

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("销售点"),
    )
    number = models.CharField(_("订单编号"), max_length=64)
    status = models.CharField(_("状态"), max_length=10, choices=Status)
    placed_at = models.DateTimeField(_("下单时间"))
    paid_at = models.DateTimeField(_("付款时间"), null=True, blank=True)
    goods_fen = models.BigIntegerField(_("货款（分）"))
    freight_fen = models.BigIntegerField(_("运费（分）"), default=0)
    consumer_paid_fen = models.BigIntegerField(_("买家实付（分）"), default=0)
    subsidy_fen = models.BigIntegerField(_("补贴（分）"), default=0)
    refunded_fen = models.BigIntegerField(_("累计退款（分）"), default=0)
    subsidy_returned_fen = models.BigIntegerField(_("退回补贴（分）"), default=0)
    # Cumulative consumer money as the newest report states it, where a correction in force
    # lowers it; empty where both are the same.
    reported_refund_fen = models.BigIntegerField(_("所报累计退款（分）"), null=True, blank=True)
    # The subsidy that goes back with it, empty likewise.
    reported_returned_fen = models.BigIntegerField(_("所报退回补贴（分）"), null=True, blank=True)
    # Cumulative, as the newest report states it; beside all other figures.
    compensation_fen = models.BigIntegerField(_("赔付（分）"), default=0, db_default=0)
    buyer_key = models.CharField(_("买家标识（哈希）"), max_length=64, blank=True)
    # Code of the unit that pays, '' for everybody else.
    payer_unit_code = models.CharField(
        _("付款单位"), max_length=40, blank=True, default="", db_default=""
    )
    reference_code = models.CharField(_("活动标记"), max_length=80, blank=True)
    has_detail = models.BooleanField(_("有明细"), default=True)
    flags = models.JSONField(_("疑点"), default=list, blank=True)
    fingerprint = models.CharField(_("内容指纹"), max_length=40)
    source = models.CharField(_("来源"), max_length=80)
    # The import whose report stands now; None where another door spoke last.
    last_import = models.ForeignKey(
        "orders.OrderImport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("最近一次导入"),
    )
    # Its import was withdrawn and nothing else reported it: the ledger holds it at zero.
    is_withdrawn = models.BooleanField(_("已撤出"), default=False, db_default=False)
    recorded_at = models.DateTimeField(_("入库时间"))
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("订单")
        verbose_name_plural = _("订单")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sales_point", "number"], name="order_number_is_unique_at_a_sales_point"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in OrderStatus]),
                name="order_status_is_known",
            ),
            models.CheckConstraint(
                condition=_bounded(
                    goods_fen=0,
                    freight_fen=0,
                    consumer_paid_fen=0,
                    subsidy_fen=0,
                    refunded_fen=0,
                    subsidy_returned_fen=0,
                ),
                name="order_amounts_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(paid_at=None)
                | Q(consumer_paid_fen=F("goods_fen") + F("freight_fen") - F("subsidy_fen")),
                name="order_goods_and_freight_are_paid_for",
            ),
            models.CheckConstraint(
                condition=Q(
                    refunded_fen__lte=F("consumer_paid_fen"),
                    subsidy_returned_fen__lte=F("subsidy_fen"),
                ),
                name="order_refunds_within_payment",
            ),
        ]
        indexes = [
            models.Index(fields=["sales_point", "paid_at"], name="order_by_payment_time"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line of an order (订单行), as last reported.

    `amount_fen` = list less merchant discount (成交额); it counts subsidy, never freight.
    `refunded_fen` is cumulative, every funder included. `line_key` names the line for ever
    (docs/decisions/0004). A line missing from a newer file is flagged, never removed.
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("订单")
    )
    line_key = models.CharField(_("行标识"), max_length=400)
    title = models.CharField(_("标题"), max_length=300, blank=True)
    attributes = models.CharField(_("规格属性"), max_length=300, blank=True)
    seller_code = models.CharField(_("商家编码"), max_length=80, blank=True)
    sku = models.ForeignKey(
        "products.Sku",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("规格（SKU）"),
    )
    unit_price_fen = models.BigIntegerField(_("单价（分）"))
    quantity = models.BigIntegerField(_("数量"))
    # Of the whole line, for goods sold by weight and for packs of a known weight; 0 = unknown.
    weight_grams = models.BigIntegerField(_("重量（克）"), default=0, db_default=0)
    list_fen = models.BigIntegerField(_("标价金额（分）"))
    discount_fen = models.BigIntegerField(_("商家优惠（分）"), default=0)
    amount_fen = models.BigIntegerField(_("成交额（分）"))
    subsidy_fen = models.BigIntegerField(_("补贴（分）"), default=0)
    consumer_paid_fen = models.BigIntegerField(_("买家实付（分）"), default=0)
    refunded_fen = models.BigIntegerField(_("累计退款（分）"), default=0)
    # Consumer money refunded as the source states it of this very line, and when; empty where the
    # order's amounts were divided over its lines.
    stated_refund_fen = models.BigIntegerField(_("逐行申报的退款（分）"), null=True, blank=True)
    stated_refunded_at = models.DateTimeField(_("逐行申报的退款时间"), null=True, blank=True)
    # The parts of a bundle as first recorded: [ordinal, SKU code, packs, reference price in fen].
    bundle_parts = models.JSONField(_("礼盒组成（入库时）"), null=True, blank=True)
    excluded_reason = models.CharField(_("不计入原因"), max_length=20, blank=True)
    # As the source states them; the ledger freezes what they come to.
    beneficiary_unit_code = models.CharField(
        _("计入单位"), max_length=120, blank=True, default="", db_default=""
    )
    stated_county_code = models.CharField(
        _("申报产地县"), max_length=6, blank=True, default="", db_default=""
    )
    is_closed = models.BooleanField(_("已关闭"), default=False)
    is_missing = models.BooleanField(_("新文件中缺失"), default=False)
    source = models.CharField(_("来源"), max_length=80)

    class Meta:
        verbose_name = _("订单行")
        verbose_name_plural = _("订单行")
        ordering = ["order", "line_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "line_key"], name="orderline_key_is_unique_in_its_order"
            ),
            models.CheckConstraint(
                condition=_bounded(
                    unit_price_fen=0, list_fen=0, amount_fen=0, subsidy_fen=0, consumer_paid_fen=0
                ),
                name="orderline_amounts_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=F("list_fen") - F("discount_fen")),
                name="orderline_amount_is_list_less_discount",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=10**9),
                name="orderline_quantity_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("amount_fen")),
                name="orderline_refund_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.line_key} ×{self.quantity} {yuan(self.amount_fen)}"


class LineDiscount(models.Model):
    """Who bore what part of a line's list amount (优惠出资), frozen when recorded.

    Funder `merchant` lowers the amount of the line; every other funder subsidises it.
    """

    line = models.ForeignKey(
        OrderLine, on_delete=models.CASCADE, related_name="discounts", verbose_name=_("订单行")
    )
    funder = models.CharField(_("出资方"), max_length=40)
    amount_fen = models.BigIntegerField(_("金额（分）"))

    class Meta:
        verbose_name = _("优惠出资")
        verbose_name_plural = _("优惠出资")
        ordering = ["line", "funder"]
        constraints = [
            models.UniqueConstraint(fields=["line", "funder"], name="linediscount_once_per_funder"),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=-MAX_FEN, amount_fen__lte=MAX_FEN) & ~Q(amount_fen=0),
                name="linediscount_amount_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funder} {self.amount_fen}"
