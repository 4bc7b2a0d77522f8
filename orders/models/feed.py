from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangedOrder(models.Model):
    """A neutral, insert-only feed of orders whose ledger rows changed (变更订单).

    Written by order services in their transaction, several rows per order. A reader takes
    the ids it read and deletes exactly those in the transaction that used them.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, related_name="+", verbose_name=_("订单")
    )
    reason = models.CharField(_("原因"), max_length=20)

    class Meta:
        verbose_name = _("变更订单")
        verbose_name_plural = _("变更订单")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.reason}"
