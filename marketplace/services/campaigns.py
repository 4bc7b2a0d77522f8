"""The only writer of campaigns and their versions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from marketplace.errors import DraftOutdated
from marketplace.models import Campaign, CampaignScope, CampaignVersion
from marketplace.rules import campaigns as rules
from marketplace.rules.causes import CAMPAIGN_REASON
from marketplace.selectors.attribution import decided_orders
from marketplace.selectors.campaign_scopes import check_rules, check_scopes
from marketplace.selectors.campaigns import current_version_of
from orders.services.feed import mark_orders, mark_orders_paid_within
from products.services.reference_rows import Outcome

# The reason written beside orders that a new version may count differently.
FEED_REASON = CAMPAIGN_REASON


@transaction.atomic
def publish_version(
    *,
    campaign_code: str,
    starts_at: datetime,
    ends_at: datetime,
    minimum_level: int,
    scopes: Mapping[str, Collection[str]],
    priority: int = 0,
    lookback_days: int = 30,
    is_certified_only: bool = False,
    minimum_order_fen: int = 0,
    published_by: User | None = None,
    name: str | None = None,
    base_number: int | None = None,
) -> CampaignVersion:
    """Publish the rules of a campaign as its next version, creating the campaign if missing.

    Window [starts_at, ends_at) on payment time, aware. `scopes` maps a scope kind to the codes it
    allows; a kind that is left out or empty does not restrict. Every order paid in the old or the
    new scope and window goes to the feed of changed orders, so that the next run looks at it
    again. The same rules as the current version's publish nothing and return that version.

    `base_number`: the version that must still be the current one, 0 for none; None for any.
    Raises DraftOutdated where it is not, CampaignNotValid for impossible rules and
    UnknownScopeCode for a code that names nothing. Source: docs/decisions/0007-attribution.md.
    """
    stated = rules.VersionRules(
        starts_at=starts_at,
        ends_at=ends_at,
        minimum_level=minimum_level,
        scopes=scopes,
        priority=priority,
        lookback_days=lookback_days,
        is_certified_only=is_certified_only,
        minimum_order_fen=minimum_order_fen,
    )
    check_rules(campaign_code, stated)
    check_scopes(stated.scopes)
    campaign = _named_campaign(campaign_code, name, published_by)
    current = current_version_of(campaign)
    if base_number is not None:
        refuse_outdated(campaign.code, base_number, current)
    if current is not None and current.rule_hash == stated.rule_hash:
        return current
    number = current.number + 1 if current else 1
    version = _write_version(campaign, number, stated, published_by)
    _announce(campaign, current, version, published_by)
    return version


def refuse_outdated(code: str, base_number: int, current: CampaignVersion | None) -> None:
    """Raise DraftOutdated unless the current version is the one with this number, 0 for none."""
    number = current.number if current is not None else 0
    if number != base_number:
        raise DraftOutdated(
            _(
                "活动“%(code)s”现行为第 %(number)s 版，草案改的是第 %(base)s 版，"
                "请按现行规则重新拟定。"
            )
            % {"code": code, "number": number, "base": base_number},
            campaign=code,
            number=number,
            base_number=base_number,
        )


@transaction.atomic
def publish_first_version(
    *, campaign_code: str, name: str, source: str, stated: rules.VersionRules
) -> Outcome:
    """Publish a seeded campaign where it has no version yet; an operator's versions stand.

    Raises CampaignNotValid and UnknownScopeCode like `publish_version`.
    """
    campaign, _is_new = Campaign.objects.get_or_create(
        code=campaign_code, defaults={"name": name, "source": source}
    )
    current = current_version_of(campaign)
    if current is None:
        publish_version(campaign_code=campaign_code, **stated.as_values())
        return Outcome.ADDED
    same = current.rule_hash == stated.rule_hash and campaign.name == name
    return Outcome.UNCHANGED if same else Outcome.KEPT


@transaction.atomic
def rename_campaign(*, campaign: Campaign, name: str, renamed_by: User | None) -> Campaign:
    """Give a campaign another name; its rules stay. Recorded as an audit event."""
    if campaign.name == name:
        return campaign
    before, campaign.name = campaign.name, name
    campaign.save(update_fields=["name"])
    record_audit_event(
        actor=renamed_by,
        action="campaign.renamed",
        object_kind="campaign",
        object_key=campaign.code,
        changes={"name": [before, name]},
    )
    return campaign


def _write_version(
    campaign: Campaign, number: int, stated: rules.VersionRules, user: User | None
) -> CampaignVersion:
    values = stated.as_values()
    scopes = values.pop("scopes")
    version = CampaignVersion.objects.create(
        campaign=campaign,
        number=number,
        published_at=clock.now(),
        published_by=user,
        rule_hash=stated.rule_hash,
        **values,
    )
    CampaignScope.objects.bulk_create(
        CampaignScope(version=version, kind=kind, code=code)
        for kind in rules.SCOPE_KINDS
        for code in sorted(set(scopes.get(kind, ())))
    )
    return version


def _named_campaign(code: str, name: str | None, user: User | None) -> Campaign:
    """Return the campaign, locked so that two publishers take different version numbers."""
    Campaign.objects.get_or_create(code=code, defaults={"name": name or code})
    campaign = Campaign.objects.select_for_update().get(code=code)
    if name:
        rename_campaign(campaign=campaign, name=name, renamed_by=user)
    return campaign


def _announce(
    campaign: Campaign,
    old: CampaignVersion | None,
    new: CampaignVersion,
    user: User | None,
) -> None:
    """Record the publication and mark the orders that either version may count.

    A decided order counts whatever the window and scope, and its rank follows the rules too.
    """
    marked = _mark(new) + (_mark(old) if old is not None else 0)
    marked += mark_orders(decided_orders(campaign.code), FEED_REASON)
    record_audit_event(
        actor=user,
        action="campaign.published",
        object_kind="campaign",
        object_key=campaign.code,
        changes={
            "version": [old.number if old else None, new.number],
            "rule_hash": [old.rule_hash if old else "", new.rule_hash],
            "marked_orders": [0, marked],
        },
    )


def _mark(version: CampaignVersion) -> int:
    """Mark the orders in a version's window and place; which lines count, the next run decides."""
    places = list(version.scopes.filter(kind=rules.SALES_POINT).values_list("code", flat=True))
    channels = list(version.scopes.filter(kind=rules.CHANNEL_CLASS).values_list("code", flat=True))
    return mark_orders_paid_within(
        start=version.starts_at,
        end=version.ends_at,
        sales_point_codes=places or None,
        channel_classes=channels or None,
        reason=FEED_REASON,
    )
