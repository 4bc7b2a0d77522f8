from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GoodsMatch(models.Model):
    """A remembered decision: at a sales point, goods in these words are this SKU (商品匹配).

    It speaks for lines with exactly this seller code, title and attributes whose seller code the
    catalogue does not know (docs/decisions/0019-matching-goods.md). A row is never changed but to
    end it: replaced by another decision, or revoked. `ended_at` None is in force. `job` carries
    the newest act on the row out.
    """

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="goods_matches",
        verbose_name=_("销售点"),
    )
    seller_code = models.CharField(_("商家编码"), max_length=80, blank=True)
    title = models.CharField(_("标题"), max_length=300, blank=True)
    attributes = models.CharField(_("规格属性"), max_length=300, blank=True)
    # A hash of the three, because an index entry cannot hold them.
    goods_key = models.CharField(_("商品标识（哈希）"), max_length=64, editable=False)
    sku = models.ForeignKey(
        "products.Sku",
        on_delete=models.PROTECT,
        related_name="goods_matches",
        verbose_name=_("规格（SKU）"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("决定人"),
    )
    decided_at = models.DateTimeField(_("决定时间"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("终止人"),
    )
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    job = models.ForeignKey(
        "operations.Job",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("任务"),
    )

    class Meta:
        verbose_name = _("商品匹配")
        verbose_name_plural = _("商品匹配")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sales_point", "goods_key"],
                condition=Q(ended_at=None),
                name="goodsmatch_is_one_sku_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(seller_code="", title=""), name="goodsmatch_names_goods"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="goodsmatch_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.seller_code} → {self.sku}"
