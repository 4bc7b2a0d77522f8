"""Publish a list of campaigns as their operator states them, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts.models import User
from marketplace.models import CampaignVersion
from marketplace.rules import campaigns as rules
from marketplace.services.campaigns import publish_version


class Published(StrEnum):
    """What became of a stated campaign. A new name alone leaves it unchanged."""

    CREATED = "created"
    VERSIONED = "versioned"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class StatedCampaign:
    """A campaign as a list states it: window [starts_at, ends_at), aware.

    No `sales_points` = all. `priority` None = not stated.
    """

    code: str
    name: str
    starts_at: datetime
    ends_at: datetime
    sales_points: tuple[str, ...]
    minimum_level: int
    lookback_days: int
    priority: int | None


@dataclass(frozen=True, slots=True)
class PublishedCampaign:
    """A campaign's current version after a list was published."""

    code: str
    version: int
    outcome: Published


@transaction.atomic
def publish_campaigns(
    stated: Sequence[StatedCampaign], *, published_by: User | None = None
) -> list[PublishedCampaign]:
    """Publish every campaign whose rules differ from its current version, in one transaction.

    A list does not speak of channels, products, counties, buyers, certificates and the
    smallest order: these rules stay as the current version has them. Each published version
    and each new name writes an audit row. Raises CampaignNotValid and UnknownScopeCode.
    """
    return [_publish(campaign, published_by) for campaign in stated]


def _publish(stated: StatedCampaign, published_by: User | None) -> PublishedCampaign:
    current = CampaignVersion.objects.filter(campaign__code=stated.code).order_by("-number").first()
    version = publish_version(
        campaign_code=stated.code,
        name=stated.name,
        starts_at=stated.starts_at,
        ends_at=stated.ends_at,
        minimum_level=stated.minimum_level,
        lookback_days=stated.lookback_days,
        scopes=_scopes(stated, current),
        priority=_priority(stated, current),
        is_certified_only=current.is_certified_only if current else False,
        minimum_order_fen=current.minimum_order_fen if current else 0,
        published_by=published_by,
    )
    if current is None:
        outcome = Published.CREATED
    else:
        outcome = Published.UNCHANGED if version == current else Published.VERSIONED
    return PublishedCampaign(stated.code, version.number, outcome)


def _scopes(stated: StatedCampaign, current: CampaignVersion | None) -> Mapping[str, Sequence[str]]:
    scopes: dict[str, list[str]] = {rules.SALES_POINT: list(stated.sales_points)}
    if current is not None:
        unstated = current.scopes.exclude(kind=rules.SALES_POINT)
        for kind, code in unstated.values_list("kind", "code"):
            scopes.setdefault(kind, []).append(code)
    return scopes


def _priority(stated: StatedCampaign, current: CampaignVersion | None) -> int:
    if stated.priority is not None:
        return stated.priority
    return current.priority if current else 0
