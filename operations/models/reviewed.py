"""What is prepared by one person and checked by another (经办与审核)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReviewState(models.TextChoices):
    """The states of a reviewed row; only `operations.services.reviewing` moves it."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    APPROVED = "approved", _("已审核")
    RETURNED = "returned", _("已退回")
    REVOKING = "revoking", _("待撤销")
    REVOKED = "revoked", _("已撤销")


# An approved row counts until its revocation, too, is checked.
STATES_IN_FORCE = (ReviewState.APPROVED, ReviewState.REVOKING)


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


class Reviewed(models.Model):
    """A decision or statement with its maker and its checker, never the same person.

    In force while approved or while its revocation waits for a check. A revocation has a
    maker and a checker of its own. Nothing is deleted. `made_by` is None for rows that came
    with the seeds: their source speaks for them (docs/decisions/0012-maker-and-checker.md).
    """

    state = models.CharField(
        _("审核状态"), max_length=10, choices=ReviewState.choices, default=ReviewState.DRAFT
    )
    made_by = _person(_("经办人"))
    made_at = models.DateTimeField(_("经办时间"), null=True, blank=True)
    checked_by = _person(_("审核人"))
    checked_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    return_reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    revoked_by = _person(_("撤销经办人"))
    revoked_at = models.DateTimeField(_("撤销经办时间"), null=True, blank=True)
    revoke_reason = models.CharField(_("撤销原因"), max_length=300, blank=True)
    revocation_checked_by = _person(_("撤销审核人"))
    revocation_checked_at = models.DateTimeField(_("撤销审核时间"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values),
                name="%(class)s_review_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(made_by=None) | ~Q(checked_by=F("made_by")),
                name="%(class)s_maker_is_not_its_checker",
            ),
            models.CheckConstraint(
                condition=Q(revocation_checked_by=None)
                | Q(revoked_by=None)
                | ~Q(revocation_checked_by=F("revoked_by")),
                name="%(class)s_revoker_is_not_its_checker",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "revoking", "revoked"])
                | Q(checked_at__isnull=False),
                name="%(class)s_in_force_only_when_checked",
            ),
        ]

    @property
    def is_in_force(self) -> bool:
        """Say whether this row counts now."""
        return self.state in STATES_IN_FORCE
