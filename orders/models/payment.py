"""Payments of storefront orders, and what providers tell of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN


class Payment(models.Model):
    """One try to pay a storefront order (支付单). Money came when it succeeded, once.

    `number` is ours, told to the provider; `transaction_id` is the provider's.
    """

    class States(models.TextChoices):
        PENDING = "pending", _("待支付")
        SUCCEEDED = "succeeded", _("已支付")

    order = models.ForeignKey(
        "orders.StorefrontOrder",
        on_delete=models.PROTECT,
        related_name="payments",
        verbose_name=_("商城订单"),
    )
    provider = models.CharField(_("支付渠道"), max_length=20)
    number = models.CharField(_("支付单号"), max_length=32, unique=True)
    amount_fen = models.BigIntegerField(_("金额（分）"))
    state = models.CharField(_("状态"), max_length=10, choices=States, default=States.PENDING)
    transaction_id = models.CharField(_("渠道流水号"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("创建时间"))
    paid_at = models.DateTimeField(_("支付时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("支付单")
        verbose_name_plural = _("支付单")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "transaction_id"],
                condition=~Q(transaction_id=""),
                name="payment_transaction_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
                name="payment_amount_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", paid_at=None, transaction_id="")
                | (Q(state="succeeded") & ~Q(paid_at=None) & ~Q(transaction_id="")),
                name="payment_succeeded_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentNotice(models.Model):
    """What a provider told (支付通知), kept raw before anything is made of it."""

    class Outcome(models.TextChoices):
        RECEIVED = "received", _("已收到")
        APPLIED = "applied", _("已入账")
        REPEATED = "repeated", _("重复通知")
        ANOMALY = "anomaly", _("异常，待处理")
        NOT_TRUE = "not_true", _("验签失败")

    provider = models.CharField(_("支付渠道"), max_length=20)
    received_at = models.DateTimeField(_("收到时间"))
    body = models.BinaryField(_("原文"))
    signature = models.CharField(_("签名"), max_length=600, blank=True)
    notice_id = models.CharField(_("通知编号"), max_length=64, blank=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, default=Outcome.RECEIVED)
    anomaly = models.CharField(_("异常"), max_length=40, blank=True)
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("支付单"),
    )

    class Meta:
        verbose_name = _("支付通知")
        verbose_name_plural = _("支付通知")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.provider} #{self.pk}"
