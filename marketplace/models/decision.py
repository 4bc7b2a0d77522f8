from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from operations.models import Reviewed


class AttributionDecision(Reviewed):
    """A decision that a campaign earns a sale, or does not (归属认定): evidence level 5.

    In force, `credit` makes the campaign a candidate of the line at the highest level,
    whatever its window and scope; `exclude` takes it out of the candidates. `line_key` '' is
    the whole order; a decision on a line goes before one on its order
    (docs/decisions/0007-attribution.md).
    """

    class Verdict(models.TextChoices):
        CREDIT = "credit", _("认定归属")
        EXCLUDE = "exclude", _("认定不归属")

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="attribution_decisions",
        verbose_name=_("订单"),
    )
    line_key = models.CharField(_("行标识"), max_length=400, blank=True)
    campaign = models.ForeignKey(
        "marketplace.Campaign",
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("活动"),
    )
    verdict = models.CharField(_("认定"), max_length=10, choices=Verdict)
    reason = models.CharField(_("认定理由"), max_length=500)
    papers = models.ManyToManyField(
        "orders.EvidenceFile", blank=True, related_name="+", verbose_name=_("佐证材料")
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("归属认定")
        verbose_name_plural = _("归属认定")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["order", "line_key", "campaign"],
                condition=~Q(state__in=["returned", "revoked"]),
                name="attributiondecision_is_made_once_for_a_line",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_verdict_display()}"
