from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common import clock


class Pairing(models.Model):
    """A district of Hangzhou helps a county of Qiandongnan (结对), with validity and document.

    Both days are included; `precision` says how exactly the start is known. A sale belongs
    to a pairing when its helper district and its origin county are these and the pairing is
    valid at payment time (docs/decisions/0006-counting.md).
    """

    district = models.ForeignKey(
        "marketplace.District",
        on_delete=models.PROTECT,
        related_name="pairings",
        verbose_name=_("区、县（市）"),
    )
    county = models.ForeignKey(
        "products.County",
        on_delete=models.PROTECT,
        related_name="pairings",
        verbose_name=_("县（市）"),
    )
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    precision = models.CharField(_("日期精度"), max_length=5, default="day")
    document = models.CharField(_("文号"), max_length=120, blank=True)
    evidence = models.CharField(_("依据原文"), max_length=300, blank=True)
    source = models.CharField(_("来源"), max_length=300)
    # A wrong entry is voided and replaced, so that what was reported by it stays explained.
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("作废人"),
    )
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("更正的登记"),
    )

    class Meta:
        verbose_name = _("结对关系")
        verbose_name_plural = _("结对关系")
        ordering = ["district", "county", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "county", "valid_from"],
                condition=Q(voided_at=None),
                name="pairing_starts_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="pairing_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district}–{self.county}"
