from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from operations.models import Reviewed, append_only


@append_only
class OrderRevision(models.Model):
    """The state that a report or a withdrawal replaced (订单前态), so that it can come back.

    `body` is compressed JSON of the order's head, lines and redemptions, without contact
    data. `order_import` brought the stored state, `replaced_by` took its place; None stands
    for another door or a withdrawal.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="revisions", verbose_name=_("订单")
    )
    order_import = models.ForeignKey(
        "orders.OrderImport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("原来的导入"),
    )
    replaced_by = models.ForeignKey(
        "orders.OrderImport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取代它的导入"),
    )
    replaced_at = models.DateTimeField(_("取代时间"))
    body = models.BinaryField(_("内容"))

    class Meta:
        verbose_name = _("订单前态")
        verbose_name_plural = _("订单前态")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.order_id} #{self.pk}"


class OrderConfirmation(models.Model):
    """A report said of an order what stood already (订单复报): it speaks for that state as well.

    `order_import` repeated what `confirms` had brought; None stands for another door. When
    `confirms` is withdrawn, the order stays, spoken for by this one.
    """

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="confirmations",
        verbose_name=_("订单"),
    )
    order_import = models.ForeignKey(
        "orders.OrderImport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("订单导入"),
    )
    confirms = models.ForeignKey(
        "orders.OrderImport",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("原来的导入"),
    )

    class Meta:
        verbose_name = _("订单复报")
        verbose_name_plural = _("订单复报")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.order_id} #{self.pk}"


class ImportWithdrawal(Reviewed):
    """A confirmed import is taken back (撤销导入): prepared by one, confirmed by another.

    Orders that it created leave the ledger by reversal, orders that it changed get their
    earlier state back, orders that a later import changed since are kept and listed. Nothing
    is deleted. The counts are what was done; before confirmation `preview_withdrawal` says
    what would be. `done_until` is the resume point, an order id.
    """

    order_import = models.ForeignKey(
        "orders.OrderImport",
        on_delete=models.PROTECT,
        related_name="withdrawals",
        verbose_name=_("订单导入"),
    )
    reason = models.CharField(_("撤销导入的原因"), max_length=300)
    job = models.ForeignKey(
        "operations.Job",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("任务"),
    )
    done_until = models.BigIntegerField(_("已处理到的订单"), default=0)
    orders_withdrawn = models.BigIntegerField(_("撤出的订单"), default=0)
    orders_restored = models.BigIntegerField(_("恢复前态的订单"), default=0)
    orders_kept = models.BigIntegerField(_("保留的订单数"), default=0)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta(Reviewed.Meta):
        verbose_name = _("导入撤销")
        verbose_name_plural = _("导入撤销")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["order_import"],
                condition=~models.Q(state__in=["returned", "revoked"]),
                name="withdrawal_of_an_import_is_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.order_import_id}"
