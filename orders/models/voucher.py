from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN


class VoucherRedemption(models.Model):
    """A voucher was redeemed on an order and covers one line (消费券核销), as last reported.

    `campaign_code` is opaque text here; upstairs it is evidence for that campaign. The same
    voucher code may repeat between orders. `discount_fen` is what it took off this line.
    """

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.CASCADE,
        related_name="redemptions",
        verbose_name=_("订单"),
    )
    line_key = models.CharField(_("行标识"), max_length=400)
    voucher_code = models.CharField(_("券码"), max_length=80)
    campaign_code = models.CharField(_("活动标记"), max_length=80, blank=True, db_index=True)
    discount_fen = models.BigIntegerField(_("抵扣金额（分）"), default=0)

    class Meta:
        verbose_name = _("消费券核销")
        verbose_name_plural = _("消费券核销")
        ordering = ["order", "line_key", "voucher_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "line_key", "voucher_code"],
                name="redemption_is_stated_once_for_a_line",
            ),
            models.CheckConstraint(
                condition=Q(discount_fen__gte=0, discount_fen__lte=MAX_FEN),
                name="redemption_discount_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_code} {self.campaign_code}"
