from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import yuan
from operations.models import Reviewed


class LedgerCorrection(Reviewed):
    """A checked order to freeze again what was frozen from a wrong entry (台账更正).

    Master data was wrong when sales were recorded: a sales point's district, a unit's, a
    product's county, the parts of a bundle. Once the entry is corrected, the ledger rows of a
    sales point paid on these days (both included) are reversed and stated again from today's
    entries, with their original dates. A change from a day on needs none: it is a new dated
    row.
    """

    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        related_name="ledger_corrections",
        verbose_name=_("销售点"),
    )
    first_day = models.DateField(_("付款日期起"))
    last_day = models.DateField(_("付款日期止"))
    reason = models.CharField(_("更正原因"), max_length=500)
    papers = models.ManyToManyField(
        "orders.EvidenceFile", blank=True, related_name="+", verbose_name=_("佐证材料")
    )
    job = models.ForeignKey(
        "operations.Job",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("任务"),
    )
    done_until = models.BigIntegerField(_("已处理到的订单"), default=0)
    orders_changed = models.BigIntegerField(_("更正的订单"), default=0)

    class Meta(Reviewed.Meta):
        verbose_name = _("台账更正")
        verbose_name_plural = _("台账更正")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="ledgercorrection_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sales_point} {self.first_day}–{self.last_day}"


class RefundCorrection(Reviewed):
    """A refund that was reported too high, as it really is (退款更正).

    The platform took a refund back, or its file was wrong: no file can lower a refund. In
    force, `refunded_fen` (cumulative consumer money) stands where reports still say
    `reported_fen`; a report that says anything else is newer and goes before. `line_key` names
    the line where the source states refunds line by line, '' is the whole order
    (docs/decisions/0005-import-accounting.md).
    """

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="refund_corrections",
        verbose_name=_("订单"),
    )
    line_key = models.CharField(_("行标识"), max_length=400, blank=True)
    reported_fen = models.BigIntegerField(_("原报累计退款（分）"))
    refunded_fen = models.BigIntegerField(_("更正后累计退款（分）"))
    reason = models.CharField(_("更正原因"), max_length=500)
    papers = models.ManyToManyField(
        "orders.EvidenceFile", blank=True, related_name="+", verbose_name=_("佐证材料")
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("退款更正")
        verbose_name_plural = _("退款更正")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["order", "line_key"],
                condition=~Q(state__in=["returned", "revoked"]),
                name="refundcorrection_is_made_once_for_a_line",
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lt=F("reported_fen")),
                name="refundcorrection_lowers_the_refund",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {yuan(self.reported_fen)} → {yuan(self.refunded_fen)}"
