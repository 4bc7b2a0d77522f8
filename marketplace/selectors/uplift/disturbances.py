"""What keeps a block from being normal: other campaigns, holidays, declared periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from common.clock import business_day, window_of_days
from marketplace.models import CampaignVersion, UpliftControl
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.uplift.holidays import are_known, holidays_within
from marketplace.rules.uplift.reach import Reach
from marketplace.rules.uplift.spans import Disturbance, DisturbedBy, Span
from marketplace.selectors.campaigns import current_versions, skus_of_products
from marketplace.selectors.uplift.ledger import control_lines, sales_points_of, treated_lines
from orders.models import SalesPoint

Kind = UpliftControl.Kind


def disturbances_of(
    version: CampaignVersion, control: UpliftControl | None, period: Span
) -> list[Disturbance]:
    """Return what disturbs the campaign or its control in a period, the window included.

    A campaign that runs through the whole period is no disturbance: it is alike in every block.
    """
    return [
        *_campaigns(version, control, period),
        *_holidays(period),
        *_declared(control),
    ]


def holidays_known(span: Span) -> bool:
    """Say whether the public holidays of a block's days were published."""
    return are_known(*_days(span))


def _campaigns(
    version: CampaignVersion, control: UpliftControl | None, period: Span
) -> Iterator[Disturbance]:
    channels = dict(SalesPoint.objects.values_list("code", "channel_class"))
    versions = current_versions()
    own = next(each for each in versions if each.code == version.campaign.code)
    touched = [_reach_of(own, channels), *_control_reach(version, control, period)]
    for each in versions:
        span = Span(each.starts_at, each.ends_at)
        if each.code == own.code or not span.meets(period) or span.covers(period):
            continue
        reach = _reach_of(each, channels)
        if any(reach.may_share(other) for other in touched):
            yield Disturbance(DisturbedBy.CAMPAIGN, each.code, span)


def _reach_of(rules: CampaignRules, channels: dict[str, str]) -> Reach:
    points: frozenset[str] | None = None
    if rules.sales_points or rules.channel_classes:
        points = frozenset(
            code
            for code, channel in channels.items()
            if (not rules.sales_points or code in rules.sales_points)
            and (not rules.channel_classes or channel in rules.channel_classes)
        )
    return Reach(
        sales_points=points,
        counties=rules.counties or None,
        skus=rules.sku_codes if rules.has_product_scope else None,
        buyer_kinds=rules.buyer_kinds or None,
    )


def _control_reach(
    version: CampaignVersion, control: UpliftControl | None, period: Span
) -> Iterable[Reach]:
    """Return what the control touches in the ledger; nothing for none and for a series."""
    if control is None or control.kind in (Kind.NONE, Kind.SERIES):
        return []
    codes = frozenset(control.codes)
    if control.kind == Kind.SALES_POINTS:
        return [Reach(sales_points=codes)]
    if control.kind == Kind.PRODUCTS:
        return [Reach(skus=skus_of_products(codes))]
    if control.kind == Kind.COUNTIES:
        return [Reach(counties=codes)]
    lines = control_lines(control, treated_lines(version))
    return [Reach(sales_points=sales_points_of(lines, period))]


def _holidays(period: Span) -> Iterator[Disturbance]:
    for one in holidays_within(*_days(period)):
        span = Span(*window_of_days(one.first_day, one.last_day))
        yield Disturbance(DisturbedBy.HOLIDAY, one.name, span)


def _declared(control: UpliftControl | None) -> Iterator[Disturbance]:
    for one in control.disturbances if control else []:
        first, last = (date.fromisoformat(one[name]) for name in ("first_day", "last_day"))
        span = Span(*window_of_days(first, last))
        yield Disturbance(DisturbedBy.DECLARED, one["reason"], span)


def _days(span: Span) -> tuple[date, date]:
    return business_day(span.start), business_day(span.end - timedelta(microseconds=1))
