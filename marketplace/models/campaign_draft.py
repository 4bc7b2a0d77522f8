from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MAX_FEN
from marketplace.models.campaign import StatedRules
from operations.models import Reviewed, ReviewState


class CampaignDraft(StatedRules, Reviewed):
    """Proposed rules of a campaign (活动规则草案): they count for nothing until they are published.

    A draft is never edited; another is made instead. Checked, it becomes the campaign's next
    version (`version`) in the same transaction. `base_number` is the version that it changes,
    0 for a campaign without one. `scopes`: {kind: [codes]}. `preview` is what it would move
    (docs/decisions/0029-campaign-drafts-and-bridges.md), empty until it was computed.
    """

    campaign_code = models.SlugField(_("活动编码"), max_length=60)
    name = models.CharField(_("活动名称"), max_length=120)
    base_number = models.PositiveIntegerField(_("所改版本"), default=0)
    scopes = models.JSONField(_("活动范围"), default=dict)
    reason = models.CharField(_("修订理由"), max_length=500)
    rule_hash = models.CharField(_("规则校验码"), max_length=64)
    preview = models.JSONField(_("试算"), default=dict, blank=True)
    previewed_at = models.DateTimeField(_("试算时间"), null=True, blank=True)
    preview_job = models.ForeignKey(
        "operations.Job",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("试算任务"),
    )
    version = models.OneToOneField(
        "marketplace.CampaignVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="draft",
        verbose_name=_("发布为"),
    )

    class Meta(Reviewed.Meta):
        verbose_name = _("活动规则草案")
        verbose_name_plural = _("活动规则草案")
        ordering = ["-id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign_code"],
                condition=Q(state=ReviewState.SUBMITTED),
                name="campaigndraft_one_waits_for_its_check",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="campaigndraft_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(minimum_order_fen__gte=0, minimum_order_fen__lte=MAX_FEN),
                name="campaigndraft_minimum_order_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
