"""The estimate that stands: the newest one of a campaign's current version."""

from __future__ import annotations

from marketplace.models import CampaignVersion, UpliftEstimate


def standing_estimate(version: CampaignVersion) -> UpliftEstimate | None:
    """Return the newest estimate of a version; None where nobody asked for one."""
    made = UpliftEstimate.objects.filter(version=version).select_related("run")
    return made.order_by("-id").first()
