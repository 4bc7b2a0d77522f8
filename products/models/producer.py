from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Producer(models.Model):
    """A cooperative, company or workshop that makes goods in one county (供货主体)."""

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("合作社")
        COMPANY = "company", _("企业")
        FAMILY_FARM = "family_farm", _("家庭农场")
        VILLAGE_COLLECTIVE = "village_collective", _("村集体")
        UNKNOWN = "unknown", _("未登记")

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind, default=Kind.UNKNOWN)
    county = models.ForeignKey(
        "products.County",
        on_delete=models.PROTECT,
        related_name="producers",
        verbose_name=_("县（市）"),
    )
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("供货主体")
        verbose_name_plural = _("供货主体")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
