from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN, yuan
from operations.models import append_only


@append_only
class OrderAdjustment(models.Model):
    """Money beside an order's amounts (订单调整): append-only, signed, so that sums stand.

    A compensation (赔付) is what the merchant paid the buyer outside the refund column. It never
    changes amount, refund or net. The sum of an order's rows is what its newest report states;
    a report that is withdrawn is taken back by rows below zero, on the same dates
    (docs/decisions/0021-reconciliation.md).
    """

    class Kind(models.TextChoices):
        COMPENSATION = "compensation", _("赔付")

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="adjustments",
        verbose_name=_("订单"),
    )
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    amount_fen = models.BigIntegerField(_("金额（分）"))
    occurred_at = models.DateTimeField(_("发生时间"))
    is_date_assumed = models.BooleanField(_("发生日为推定"), default=False)
    source = models.CharField(_("来源"), max_length=80)
    recorded_at = models.DateTimeField(_("入账时间"))

    class Meta:
        verbose_name = _("订单调整")
        verbose_name_plural = _("订单调整")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=-MAX_FEN, amount_fen__lte=MAX_FEN) & ~Q(amount_fen=0),
                name="orderadjustment_amount_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {yuan(self.amount_fen)}"
