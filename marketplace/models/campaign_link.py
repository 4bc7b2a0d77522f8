from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.touchpoint import Touchpoint


class CampaignLink(models.Model):
    """A link or printed code of a campaign (推广码): who opens it is touched by the campaign.

    `code` stands in the address `/t/<code>/`, in the QR code and in a mini-program's scene.
    `kind` is the kind of touch that it makes; a visit names the sales point where it hangs.
    """

    code = models.CharField(_("推广码"), max_length=16, unique=True)
    campaign = models.ForeignKey(
        "marketplace.Campaign",
        on_delete=models.PROTECT,
        related_name="links",
        verbose_name=_("活动"),
    )
    label = models.CharField(_("用处"), max_length=120)
    kind = models.CharField(
        _("触点类型"), max_length=10, choices=Touchpoint.Kind, default=Touchpoint.Kind.SCAN
    )
    sales_point = models.ForeignKey(
        "orders.SalesPoint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("销售点"),
    )
    target = models.CharField(_("打开后前往"), max_length=500, default="/")
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("建立人"),
    )

    class Meta:
        verbose_name = _("推广码")
        verbose_name_plural = _("推广码")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="visit") | models.Q(sales_point__isnull=False),
                name="campaignlink_visit_names_a_sales_point",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
