"""Buying in the storefront: what a shopper ordered, how it is paid, sent and received.

The ledger hears of it when it is paid, like of any other source's report.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN
from operations.models import append_only
from orders.rules.storefront.states import Act, State


class FreightTariff(models.Model):
    """Freight to a region (运费规则); the longest prefix of the division code holds."""

    region_prefix = models.CharField(_("行政区划代码前缀"), max_length=6, unique=True, blank=True)
    is_delivered = models.BooleanField(_("可配送"), default=True)
    first_grams = models.PositiveIntegerField(_("首重（克）"), default=1000)
    first_fen = models.BigIntegerField(_("首重运费（分）"), default=0)
    next_grams = models.PositiveIntegerField(_("续重（克）"), default=1000)
    next_fen = models.BigIntegerField(_("续重运费（分）"), default=0)
    free_from_fen = models.BigIntegerField(_("满额包邮（分）"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("运费规则")
        verbose_name_plural = _("运费规则")
        ordering = ["region_prefix"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    first_fen__gte=0,
                    first_fen__lte=MAX_FEN,
                    next_fen__gte=0,
                    next_fen__lte=MAX_FEN,
                    next_grams__gte=1,
                )
                & (Q(free_from_fen=None) | Q(free_from_fen__gte=0, free_from_fen__lte=MAX_FEN)),
                name="freighttariff_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.region_prefix or str(_("全国"))


class StorefrontOrder(models.Model):
    """What one shopper ordered in the storefront (商城订单). Its state moves by a table alone.

    `due_fen` = goods + freight - what a voucher takes off: what was shown, and what is charged.
    The address is sealed.
    """

    class States(models.TextChoices):
        UNPAID = State.UNPAID, _("待付款")
        PAID = State.PAID, _("已付款")
        SHIPPED = State.SHIPPED, _("已发货")
        RECEIVED = State.RECEIVED, _("已收货")
        CANCELLED = State.CANCELLED, _("已取消")
        CLOSED = State.CLOSED, _("已退款关闭")

    number = models.CharField(_("订单编号"), max_length=32, unique=True)
    shopper = models.ForeignKey(
        "accounts.Shopper",
        on_delete=models.PROTECT,
        related_name="storefront_orders",
        verbose_name=_("顾客"),
    )
    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="storefront_orders",
        verbose_name=_("销售点"),
    )
    state = models.CharField(_("状态"), max_length=10, choices=States)
    goods_fen = models.BigIntegerField(_("货款（分）"))
    freight_fen = models.BigIntegerField(_("运费（分）"))
    subsidy_fen = models.BigIntegerField(_("消费券抵扣（分）"), default=0, db_default=0)
    due_fen = models.BigIntegerField(_("应付（分）"))
    region_code = models.CharField(_("行政区划代码"), max_length=6)
    sealed_address = models.BinaryField(_("收货密文"))
    reference_code = models.CharField(_("活动标记"), max_length=80, blank=True)
    # The voucher it was ordered with, and its campaign: frozen, also after the voucher came back.
    voucher_code = models.CharField(_("券码"), max_length=16, blank=True)
    voucher_campaign_code = models.CharField(_("消费券的活动标记"), max_length=80, blank=True)
    placed_at = models.DateTimeField(_("下单时间"))
    expires_at = models.DateTimeField(_("付款截止"))
    paid_at = models.DateTimeField(_("付款时间"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("发货时间"), null=True, blank=True)
    received_at = models.DateTimeField(_("收货时间"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("关闭时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("商城订单")
        verbose_name_plural = _("商城订单")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    goods_fen__gte=0,
                    freight_fen__gte=0,
                    subsidy_fen__gte=0,
                    due_fen__gte=1,
                    due_fen__lte=MAX_FEN,
                    due_fen=F("goods_fen") + F("freight_fen") - F("subsidy_fen"),
                ),
                name="storefrontorder_due_is_goods_and_freight_less_subsidy",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.UNPAID.value, State.CANCELLED.value], paid_at=None)
                | (~Q(state__in=[State.UNPAID.value, State.CANCELLED.value]) & ~Q(paid_at=None)),
                name="storefrontorder_is_paid_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state=State.UNPAID.value),
                name="storefrontorder_unpaid",
            ),
            models.Index(fields=["shopper", "-id"], name="storefrontorder_of_shopper"),
        ]

    def __str__(self) -> str:
        return self.number


class StorefrontLine(models.Model):
    """One line of a storefront order, priced when it was placed."""

    order = models.ForeignKey(
        StorefrontOrder, on_delete=models.CASCADE, related_name="lines", verbose_name=_("商城订单")
    )
    number = models.PositiveSmallIntegerField(_("行号"))
    sku = models.ForeignKey(
        "products.Sku",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("规格（SKU）"),
    )
    title = models.CharField(_("标题"), max_length=300)
    quantity = models.PositiveIntegerField(_("数量"))
    unit_price_fen = models.BigIntegerField(_("单价（分）"))
    amount_fen = models.BigIntegerField(_("成交额（分）"))
    # Who bears what a voucher took off, frozen: [[funder, fen], ...].
    subsidies = models.JSONField(_("补贴出资"), default=list, blank=True)
    # The shopper confirmed that fresh goods are not returned without a reason.
    waives_return = models.BooleanField(_("已确认不适用七天无理由退货"), default=False)
    ships_by = models.DateField(_("预售最晚发货日"), null=True, blank=True)

    class Meta:
        verbose_name = _("商城订单行")
        verbose_name_plural = _("商城订单行")
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "number"], name="storefrontline_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=1,
                    unit_price_fen__gte=0,
                    amount_fen__lte=MAX_FEN,
                    amount_fen=F("unit_price_fen") * F("quantity"),
                ),
                name="storefrontline_amount_is_price_times_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ×{self.quantity}"

    @property
    def subsidy_fen(self) -> int:
        """What a voucher took off this line."""
        return sum(fen for _funder, fen in self.subsidies)

    def consumer_fen(self, pieces: int) -> int:
        """Return what the shopper paid for the first so many pieces: all of them to the fen."""
        paid = self.amount_fen - self.subsidy_fen
        return paid * pieces // self.quantity


@append_only
class StorefrontEvent(models.Model):
    """One move of a storefront order (商城订单事件): who did what, from where to where."""

    class Acts(models.TextChoices):
        PAY = Act.PAY, _("付款")
        CANCEL = Act.CANCEL, _("取消")
        EXPIRE = Act.EXPIRE, _("超时未付")
        SHIP = Act.SHIP, _("发货")
        RECEIVE = Act.RECEIVE, _("确认收货")
        RECEIVE_BY_TIME = Act.RECEIVE_BY_TIME, _("到期自动收货")
        CLOSE = Act.CLOSE, _("全额退款关闭")

    order = models.ForeignKey(
        StorefrontOrder, on_delete=models.PROTECT, related_name="events", verbose_name=_("商城订单")
    )
    act = models.CharField(_("动作"), max_length=20, choices=Acts)
    from_state = models.CharField(_("原状态"), max_length=10, choices=StorefrontOrder.States)
    to_state = models.CharField(_("新状态"), max_length=10, choices=StorefrontOrder.States)
    actor = models.CharField(_("操作者"), max_length=80)
    occurred_at = models.DateTimeField(_("发生时间"))

    class Meta:
        verbose_name = _("商城订单事件")
        verbose_name_plural = _("商城订单事件")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.order} {self.get_act_display()}"


class Shipment(models.Model):
    """A parcel of a storefront order (发货): carrier and tracking number."""

    order = models.ForeignKey(
        StorefrontOrder,
        on_delete=models.PROTECT,
        related_name="shipments",
        verbose_name=_("商城订单"),
    )
    carrier = models.CharField(_("承运方"), max_length=40)
    tracking_number = models.CharField(_("运单号"), max_length=60)
    shipped_at = models.DateTimeField(_("发货时间"))

    class Meta:
        verbose_name = _("发货")
        verbose_name_plural = _("发货")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"], name="shipment_tracking_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"
