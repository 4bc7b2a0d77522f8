"""Which reviewed rows count, now or at a past moment (docs/decisions/0012-maker-and-checker.md)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from operations.models import STATES_IN_FORCE, ReviewState


def in_force(as_of: datetime | None = None) -> Q:
    """Build the condition that a reviewed row counts now, or counted at a past moment.

    A row counts from the moment its check was recorded up to, and not at, the moment its
    revocation was checked.
    """
    if as_of is None:
        return Q(state__in=STATES_IN_FORCE)
    stood = Q(state__in=STATES_IN_FORCE) | Q(
        state=ReviewState.REVOKED, revocation_checked_at__gt=as_of
    )
    return stood & Q(checked_at__lte=as_of)
