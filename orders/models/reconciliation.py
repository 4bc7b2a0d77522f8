from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN
from operations.models import append_only
from orders.rules.reconciliation import Difference


@append_only
class PlatformStatement(models.Model):
    """What a platform's own monthly statement says of a shop (平台账单), as an operator read it.

    The newest row of a sales point and month stands; an earlier one stays as its history. Money
    as in the platform's totals: freight and subsidy included, orders by month of payment.
    """

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="statements",
        verbose_name=_("销售点"),
    )
    # The first day of the month.
    month = models.DateField(_("月份"))
    gross_fen = models.BigIntegerField(_("平台成交（分）"))
    refund_fen = models.BigIntegerField(_("平台退款（分）"))
    orders = models.BigIntegerField(_("订单数"), null=True, blank=True)
    source = models.CharField(_("出处"), max_length=300)
    papers = models.ManyToManyField(
        "orders.EvidenceFile", blank=True, related_name="+", verbose_name=_("佐证材料")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登记人"),
    )
    made_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("平台账单")
        verbose_name_plural = _("平台账单")
        ordering = ["-month", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    gross_fen__gte=0,
                    gross_fen__lte=MAX_FEN,
                    refund_fen__gte=0,
                    refund_fen__lte=MAX_FEN,
                ),
                name="platformstatement_amounts_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(orders=None) | Q(orders__gte=0),
                name="platformstatement_counts_orders",
            ),
        ]
        indexes = [
            models.Index(fields=["sales_point", "month"], name="platformstatement_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.sales_point} {self.month:%Y-%m}"


@append_only
class ReconciliationNote(models.Model):
    """Why figures of a month differ (差额说明): one explained part of one difference.

    The notes of a difference add up; a wrong one is taken back by a note with the opposite
    amount. `difference_fen` is what the difference was when the note was written: where it is
    another today, the figures moved.
    """

    class Which(models.TextChoices):
        STATEMENT_GROSS = Difference.STATEMENT_GROSS, _("平台账单与文件：成交")
        STATEMENT_REFUND = Difference.STATEMENT_REFUND, _("平台账单与文件：退款")
        LEDGER_GROSS = Difference.LEDGER_GROSS, _("文件与台账：成交")
        LEDGER_REFUND = Difference.LEDGER_REFUND, _("文件与台账：退款")

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="reconciliation_notes",
        verbose_name=_("销售点"),
    )
    month = models.DateField(_("月份"))
    which = models.CharField(_("哪一项差额"), max_length=20, choices=Which)
    amount_fen = models.BigIntegerField(_("说明的金额（分）"))
    difference_fen = models.BigIntegerField(_("说明时的差额（分）"))
    text = models.CharField(_("说明"), max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登记人"),
    )
    made_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("差额说明")
        verbose_name_plural = _("差额说明")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=-MAX_FEN, amount_fen__lte=MAX_FEN) & ~Q(amount_fen=0),
                name="reconciliationnote_amount_within_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["sales_point", "month"], name="reconciliationnote_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.sales_point} {self.month:%Y-%m} {self.get_which_display()}"
