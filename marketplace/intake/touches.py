"""A touch as a client tells it becomes one that can be recorded, or a refusal with a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from common import clock
from marketplace.errors import TouchRefused
from marketplace.models import Campaign, CampaignLink
from marketplace.rules.links import as_code
from marketplace.services.stitching import visitor_key
from marketplace.services.touchpoints import NewTouch
from orders.intake.cells import clean, is_hidden
from orders.models import SalesPoint
from orders.services.buyers import buyer_key_at


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the touches of one request may name, read once."""

    campaigns: frozenset[str]
    links: Mapping[str, CampaignLink]
    sales_points: frozenset[str]
    now: datetime


def surroundings_of(told: Sequence[Mapping[str, Any]]) -> Surroundings:
    """Read what these touches name, in three statements."""
    codes = {as_code(each["code"]) for each in told} - {""}
    campaigns = {each["campaign"] for each in told} - {""}
    points = {each["sales_point"] for each in told} - {""}
    links = CampaignLink.objects.filter(code__in=codes).select_related("campaign", "sales_point")
    return Surroundings(
        frozenset(Campaign.objects.filter(code__in=campaigns).values_list("code", flat=True)),
        {link.code: link for link in links},
        frozenset(SalesPoint.objects.filter(code__in=points).values_list("code", flat=True)),
        clock.now(),
    )


def new_touch(
    told: Mapping[str, Any], around: Surroundings, *, signed_for: SalesPoint | None
) -> NewTouch:
    """Return the touch that a checked item of docs/touchpoints.md states.

    `signed_for`: the sales point whose buyers the sender may name, None for anonymous clients.
    Raises TouchRefused.
    """
    link = _link(told["code"], around)
    campaign = link.campaign.code if link else told["campaign"]
    if not link and campaign and campaign not in around.campaigns:
        raise TouchRefused(
            _("没有编码为“%(code)s”的活动。") % {"code": campaign}, code="unknown_campaign"
        )
    point = told["sales_point"] or (link.sales_point.code if link and link.sales_point else "")
    if told["sales_point"] and told["sales_point"] not in around.sales_points:
        raise TouchRefused(
            _("没有编码为“%(code)s”的销售点。") % {"code": point}, code="unknown_sales_point"
        )
    occurred_at = told["occurred_at"] or around.now
    if occurred_at > around.now + clock.CLOCKS_DIFFER:
        raise TouchRefused(_("触点的发生时间在将来。"), code="touch_in_future")
    buyer_key = _buyer_key(told, signed_for)
    event = told["event_id"] or _content(told["kind"], campaign, point, occurred_at)
    return NewTouch(
        source="channel" if signed_for else "client",
        source_id=f"{buyer_key}:{event}",
        buyer_key=buyer_key,
        campaign_code=campaign,
        kind=told["kind"],
        occurred_at=occurred_at,
        sales_point_code=point,
        link_code=link.code if link else "",
    )


def _link(text: str, around: Surroundings) -> CampaignLink | None:
    if not text:
        return None
    link = around.links.get(as_code(text))
    if link is None:
        raise TouchRefused(_("没有推广码“%(code)s”。") % {"code": text}, code="unknown_link")
    if not link.is_active:
        raise TouchRefused(_("推广码“%(code)s”已停用。") % {"code": text}, code="link_retired")
    return link


def _buyer_key(told: Mapping[str, Any], signed_for: SalesPoint | None) -> str:
    """Return the key of the visitor, or of the platform's buyer that a signed request names."""
    if told["buyer"]:
        if signed_for is None:
            raise TouchRefused(
                _("写明买家须用对该销售点有权限的密钥签名。"), code="buyer_needs_signature"
            )
        buyer = clean(told["buyer"])
        if not buyer or is_hidden(buyer):
            raise TouchRefused(_("买家已被平台隐去，无法认出是谁。"), code="buyer_hidden")
        return buyer_key_at(signed_for, buyer)
    if not told["visitor_id"]:
        raise TouchRefused(_("请写明 visitor_id。"), code="visitor_missing")
    return visitor_key(told["visitor_id"])


def _content(kind: str, campaign: str, point: str, occurred_at: datetime) -> str:
    """Name an event that has no id by what it says: the same again is the same event."""
    said = "\x1f".join((kind, campaign, point, str(int(occurred_at.timestamp() * 10**6))))
    return sha256(said.encode()).hexdigest()[:32]
