from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from operations.models import append_only


@append_only
class ChannelReport(models.Model):
    """What another system said of one order (渠道上报): the evidence behind its ledger rows.

    Ledger rows lead here by their source, `channel:<id>:...`. `body` is the JSON as it came,
    compressed, without buyer and contact; `body_hash` is keyed, because the whole body names
    a phone number. A repeated body points to the first one (`same_as`) and is not kept again.
    """

    class Result(models.TextChoices):
        CREATED = "created", _("新增")
        UPDATED = "updated", _("更新")
        UNCHANGED = "unchanged", _("未变")
        STALE = "stale", _("过期")

    key = models.ForeignKey(
        "accounts.IntegrationKey",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("接口密钥"),
    )
    sales_point = models.ForeignKey(
        "orders.SalesPoint", on_delete=models.PROTECT, related_name="+", verbose_name=_("销售点")
    )
    order_number = models.CharField(_("订单编号"), max_length=64)
    body_hash = models.CharField(_("内容哈希"), max_length=32)
    body = models.BinaryField(_("内容"), null=True, blank=True)
    same_as = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("与此前上报相同"),
    )
    result = models.CharField(_("结果"), max_length=10, choices=Result)
    received_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("渠道上报")
        verbose_name_plural = _("渠道上报")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sales_point", "order_number"], name="channelreport_by_order"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(body__isnull=False, same_as__isnull=True)
                | models.Q(body__isnull=True, same_as__isnull=False),
                name="channel_report_is_kept_once",
            ),
            models.CheckConstraint(
                condition=models.Q(result__in=["created", "updated", "unchanged", "stale"]),
                name="channel_report_result_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.order_number}"
