from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN
from operations.models import append_only


@append_only
class CounterSale(models.Model):
    """One sale as a counter rang it up (门店销售). Written once; its uuid is the client's.

    The sale itself is in the ledger, as order `number` of the sales point. `flags` are doubts of
    the counter: `price_differs`, `stock_short`. `tenders` add up to `total_fen`.
    """

    client_uuid = models.UUIDField(_("客户端编号"), unique=True)
    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="counter_sales",
        verbose_name=_("销售点"),
    )
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("店员"),
    )
    number = models.CharField(_("小票号"), max_length=40)
    body_hash = models.CharField(_("内容摘要"), max_length=64)
    total_fen = models.BigIntegerField(_("合计（分）"))
    tenders = models.JSONField(_("收款"))
    flags = models.JSONField(_("疑点"), default=list, blank=True)
    sold_at = models.DateTimeField(_("销售时间"))
    received_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("门店销售")
        verbose_name_plural = _("门店销售")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_fen__gte=0, total_fen__lte=MAX_FEN),
                name="countersale_total_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.number
