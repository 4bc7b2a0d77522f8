from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN


class Refund(models.Model):
    """Money back for lines of a paid storefront order (退款申请): asked for, decided, paid.

    `amount_fen` = its lines + `freight_fen`. Freight goes back only where nothing was sent.
    """

    class Kinds(models.TextChoices):
        REFUND_ONLY = "refund_only", _("仅退款")
        RETURN = "return", _("退货退款")

    class States(models.TextChoices):
        REQUESTED = "requested", _("待审核")
        REFUNDED = "refunded", _("已退款")
        REFUSED = "refused", _("已拒绝")
        WITHDRAWN = "withdrawn", _("已撤回")

    order = models.ForeignKey(
        "orders.StorefrontOrder",
        on_delete=models.PROTECT,
        related_name="refunds",
        verbose_name=_("商城订单"),
    )
    number = models.CharField(_("退款单号"), max_length=32, unique=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kinds)
    state = models.CharField(_("状态"), max_length=10, choices=States, default=States.REQUESTED)
    reason = models.CharField(_("原因"), max_length=200)
    freight_fen = models.BigIntegerField(_("退回运费（分）"), default=0)
    amount_fen = models.BigIntegerField(_("退款金额（分）"))
    requested_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    note = models.CharField(_("审核说明"), max_length=200, blank=True)
    # The goods came back and may be sold again; spoiled ones never do.
    is_restocked = models.BooleanField(_("退货重新入库"), default=False)
    transaction_id = models.CharField(_("渠道流水号"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("退款申请")
        verbose_name_plural = _("退款申请")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN, freight_fen__gte=0),
                name="refund_amount_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "withdrawn"], decided_by=None)
                | (Q(state__in=["refunded", "refused"]) & ~Q(decided_by=None)),
                name="refund_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_restocked=False) | Q(kind="return", state="refunded"),
                name="refund_restocks_what_came_back",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RefundLine(models.Model):
    """So many pieces of a line in a refund."""

    refund = models.ForeignKey(
        Refund, on_delete=models.CASCADE, related_name="lines", verbose_name=_("退款申请")
    )
    line = models.ForeignKey(
        "orders.StorefrontLine",
        on_delete=models.PROTECT,
        related_name="refunds",
        verbose_name=_("商城订单行"),
    )
    quantity = models.PositiveIntegerField(_("数量"))
    amount_fen = models.BigIntegerField(_("金额（分）"))

    class Meta:
        verbose_name = _("退款行")
        verbose_name_plural = _("退款行")
        ordering = ["refund", "line"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refundline_once_for_a_line"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, amount_fen__gte=0, amount_fen__lte=MAX_FEN),
                name="refundline_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} ×{self.quantity}"
