"""What the storefront shows of centres and campaigns."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from common.clock import SHANGHAI, business_day, now
from marketplace.models import Centre, District
from marketplace.rules.campaigns import CampaignRules
from marketplace.selectors.campaigns import current_versions
from orders.models import SalesPoint, SalesPointDistrict
from orders.selectors.helper_districts import DatedText, holding_on


def centres_on(day: date) -> list[dict[str, Any]]:
    """Return the centres (展销中心) by code, each with its district of a business day or none."""
    points = SalesPoint.objects.filter(channel_class=SalesPoint.ChannelClass.CENTRE)
    stated: dict[int, list[DatedText]] = defaultdict(list)
    entries = SalesPointDistrict.objects.filter(sales_point__in=points).values_list(
        "sales_point_id", "district_code", "valid_from", "valid_to"
    )
    for point_id, code, first, last in entries:
        stated[point_id].append(DatedText(code, first, last))
    names = dict(District.objects.values_list("code", "name"))
    addresses = dict(Centre.objects.values_list("sales_point_id", "address"))
    centres = []
    for point_id, code, name in points.values_list("pk", "code", "name"):
        held = holding_on(stated[point_id], day)
        district = {"code": held, "name": names.get(held, "")} if held else None
        address = addresses.get(point_id, "")
        centres.append({"code": code, "name": name, "address": address, "district": district})
    return sorted(centres, key=lambda centre: centre["code"].encode())


def campaigns_for_buyers() -> list[dict[str, Any]]:
    """Return the published campaigns as a buyer reads them: latest start first, then by code."""
    return [_campaign(rules) for rules in sorted(current_versions(), key=_latest_first)]


def _latest_first(rules: CampaignRules) -> tuple[float, bytes]:
    return -rules.starts_at.timestamp(), rules.code.encode()


def _campaign(rules: CampaignRules) -> dict[str, Any]:
    """Times are half-open; the days are the business days that the window touches."""
    last_moment = rules.ends_at - timedelta(microseconds=1)
    return {
        "code": rules.code,
        "name": rules.name,
        "starts_at": rules.starts_at.astimezone(SHANGHAI),
        "ends_at": rules.ends_at.astimezone(SHANGHAI),
        "first_day": business_day(rules.starts_at),
        "last_day": business_day(last_moment),
        "is_running": rules.starts_at <= now() < rules.ends_at,
    }
