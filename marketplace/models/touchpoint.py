from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from operations.models.append_only import append_only


@append_only
class Touchpoint(models.Model):
    """A contact of a buyer with a campaign (触点): a link clicked, a code scanned, a visit.

    `buyer_key` is the keyed hash that the sales ledger holds for the same buyer; there is no
    touch without one. `campaign_code` '' is a direct touch: no campaign brought the buyer.
    (source, source_id) is the sender's own name for the event, so that it counts once.
    """

    class Kind(models.TextChoices):
        SHARE = "share", _("分享")
        VISIT = "visit", _("到店")
        CLICK = "click", _("点击")
        SCAN = "scan", _("扫码")

    buyer_key = models.CharField(_("买家标识（哈希）"), max_length=64)
    campaign_code = models.CharField(_("活动"), max_length=60, blank=True)
    kind = models.CharField(_("触点类型"), max_length=10, choices=Kind)
    occurred_at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("入库时间"))
    source = models.CharField(_("来源"), max_length=40)
    source_id = models.CharField(_("来源编号"), max_length=80)
    sales_point_code = models.CharField(_("销售点"), max_length=40, blank=True)
    link_code = models.CharField(_("推广码"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("触点")
        verbose_name_plural = _("触点")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["buyer_key", "occurred_at"], name="touchpoint_by_buyer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], name="touchpoint_is_recorded_once"
            ),
            models.CheckConstraint(condition=~Q(buyer_key=""), name="touchpoint_has_a_buyer_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.campaign_code or '—'}"
