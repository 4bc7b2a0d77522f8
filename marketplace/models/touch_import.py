from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TouchImport(models.Model):
    """One reading of a file of touches (触点导入).

    rows = accepted + duplicate + rejected, at every moment: counts are written together with
    the touches that they count. `finished_at` is null while the file is read, and stays so where
    that was interrupted; reading the file again records what is missing. `issues` says of the
    first rejected rows why, without what stands in them.
    """

    name = models.CharField(_("文件"), max_length=250)
    sha256 = models.CharField(_("文件哈希"), max_length=64)
    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("默认销售点"),
    )
    rows = models.BigIntegerField(_("数据行"), default=0)
    accepted = models.BigIntegerField(_("接受行"), default=0)
    duplicate = models.BigIntegerField(_("重复行"), default=0)
    rejected = models.BigIntegerField(_("拒绝行"), default=0)
    issues = models.JSONField(_("拒绝原因"), default=list, editable=False)
    received_at = models.DateTimeField(_("接收时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("操作人"),
    )

    class Meta:
        verbose_name = _("触点导入")
        verbose_name_plural = _("触点导入")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=F("accepted") + F("duplicate") + F("rejected")),
                name="touchimport_accounts_for_every_row",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
