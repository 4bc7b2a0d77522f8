"""Whether the rules of a campaign can be: checked before a version is published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.core.validators import slug_re
from django.utils.translation import gettext as _

from common import clock
from common.money import MAX_FEN
from marketplace.errors import CampaignNotValid, UnknownScopeCode
from marketplace.models import CampaignScope
from marketplace.rules import campaigns as rules
from marketplace.rules.campaigns import VersionRules
from marketplace.rules.evidence import Level
from orders.models import SalesPoint
from products.models import County, Product, Sku

# Longer than any campaign looks back; keeps the number inside the column on both databases.
MAX_LOOKBACK_DAYS = 3650
MAX_PRIORITY = 10**6
# The longest code that the campaign's column takes.
MAX_CODE_LENGTH = 60
# Kinds of buyers that the ledger freezes.
BUYER_KINDS = frozenset({"consumer", "unit"})


def check_rules(campaign_code: str, stated: VersionRules) -> None:
    """Raise CampaignNotValid where a code, window, level or number of a version cannot be."""
    if not slug_re.match(campaign_code) or len(campaign_code) > MAX_CODE_LENGTH:
        raise CampaignNotValid(
            _("活动编码“%(code)s”不可用：只能用字母、数字、下划线和连字符，最长 60 个字符。")
            % {"code": campaign_code}
        )
    for moment in (stated.starts_at, stated.ends_at):
        if moment.tzinfo is None or not clock.is_plausible(moment):
            raise CampaignNotValid(_("活动时间不可用：须带时区，并在 2000 年至 2100 年之间。"))
    if stated.ends_at <= stated.starts_at:
        raise CampaignNotValid(_("活动的结束时间必须晚于开始时间。"))
    if stated.minimum_level not in {level.value for level in Level if level is not Level.NONE}:
        raise CampaignNotValid(
            _("没有“%(level)s”这一级归因依据，可用 1 至 5。") % {"level": stated.minimum_level}
        )
    if not 0 <= stated.lookback_days <= MAX_LOOKBACK_DAYS:
        raise CampaignNotValid(_("回溯天数须在 0 至 3650 之间。"))
    if not -MAX_PRIORITY <= stated.priority <= MAX_PRIORITY:
        raise CampaignNotValid(_("优先级超出范围。"))
    if not 0 <= stated.minimum_order_fen <= MAX_FEN:
        raise CampaignNotValid(_("订单最低金额超出范围。"))


def check_scopes(scopes: Mapping[str, Collection[str]]) -> None:
    """Raise UnknownScopeCode for a scope kind or a code that names nothing."""
    for kind, codes in scopes.items():
        known = _KNOWN.get(kind)
        if known is None:
            raise UnknownScopeCode(
                _("没有“%(kind)s”这种活动范围。") % {"kind": kind}, kind=kind, codes=sorted(codes)
            )
        unknown = sorted(set(codes) - known(codes))
        if unknown:
            label = CampaignScope.Kind(kind).label
            raise UnknownScopeCode(
                _("活动范围中的%(kind)s“%(codes)s”不存在。")
                % {"kind": label, "codes": "、".join(unknown)},
                kind=kind,
                codes=unknown,
            )


def _known_sales_points(codes: Collection[str]) -> set[str]:
    return set(SalesPoint.objects.filter(code__in=codes).values_list("code", flat=True))


def _known_channels(_codes: Collection[str]) -> set[str]:
    return set(SalesPoint.ChannelClass.values)


def _known_products(codes: Collection[str]) -> set[str]:
    products = Product.objects.filter(code__in=codes).values_list("code", flat=True)
    return {*products, *Sku.objects.filter(code__in=codes).values_list("code", flat=True)}


def _known_counties(codes: Collection[str]) -> set[str]:
    return set(County.objects.filter(code__in=codes).values_list("code", flat=True))


def _known_buyer_kinds(_codes: Collection[str]) -> set[str]:
    return set(BUYER_KINDS)


_KNOWN: dict[str, Callable[[Collection[str]], set[str]]] = {
    rules.SALES_POINT: _known_sales_points,
    rules.CHANNEL_CLASS: _known_channels,
    rules.PRODUCT: _known_products,
    rules.COUNTY: _known_counties,
    rules.BUYER_KIND: _known_buyer_kinds,
}
