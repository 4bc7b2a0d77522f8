from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.Model):
    """Who receives an order (收货信息): encrypted, apart from the order, erasable.

    `sealed` holds name, phone and address as encrypted JSON; `phone_index` is a keyed hash
    for exact search. No history table keeps a copy (docs/decisions/0010-privacy.md).
    """

    order = models.OneToOneField(
        "orders.Order", on_delete=models.CASCADE, related_name="contact", verbose_name=_("订单")
    )
    sealed = models.BinaryField(_("密文"))
    phone_index = models.CharField(_("电话索引"), max_length=64, blank=True, db_index=True)
    phone_last4 = models.CharField(_("电话后四位"), max_length=4, blank=True)
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("收货信息")
        verbose_name_plural = _("收货信息")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"…{self.phone_last4}" if self.phone_last4 else "—"
