"""Questions about campaigns: what their current rules are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from marketplace.errors import UnknownCampaign
from marketplace.models import Campaign, CampaignScope, CampaignVersion
from marketplace.rules import campaigns as rules
from marketplace.rules.campaigns import CampaignRules
from products.models import Sku


def find_campaign(code: str) -> Campaign:
    """Return the campaign with a code. Raises UnknownCampaign where there is none."""
    try:
        return Campaign.objects.get(code=code)
    except Campaign.DoesNotExist:
        raise UnknownCampaign(
            _("没有编码为“%(code)s”的活动。") % {"code": code}, campaign=code
        ) from None


def current_versions() -> list[CampaignRules]:
    """Return the rules of the highest version of every campaign, by ascending code.

    Codes ascend by their UTF-8 bytes, on every database. Campaigns without a version are left out.
    """
    versions = list(
        CampaignVersion.objects.select_related("campaign")
        .annotate(highest=Max("campaign__versions__number"))
        .filter(number=F("highest"))
    )
    scopes: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for version_id, kind, code in CampaignScope.objects.filter(version__in=versions).values_list(
        "version_id", "kind", "code"
    ):
        scopes[version_id][kind].add(code)
    found = [_as_rules(version, scopes[version.pk]) for version in versions]
    return sorted(found, key=lambda campaign: campaign.code.encode())


def current_version_of(campaign: Campaign) -> CampaignVersion | None:
    """Return the highest version of a campaign, None before its first."""
    return campaign.versions.order_by("-number").first()


def skus_of_products(codes: Iterable[str]) -> frozenset[str]:
    """Return the SKU codes that a product scope covers: all of a product's, or the SKU itself."""
    wanted = list(codes)
    return frozenset(
        Sku.objects.filter(Q(product__code__in=wanted) | Q(code__in=wanted)).values_list(
            "code", flat=True
        )
    )


def _as_rules(version: CampaignVersion, scopes: dict[str, set[str]]) -> CampaignRules:
    products = scopes.get(rules.PRODUCT, set())
    return CampaignRules(
        code=version.campaign.code,
        name=version.campaign.name,
        number=version.number,
        starts_at=version.starts_at,
        ends_at=version.ends_at,
        minimum_level=version.minimum_level,
        priority=version.priority,
        lookback_days=version.lookback_days,
        is_certified_only=version.is_certified_only,
        minimum_order_fen=version.minimum_order_fen,
        sales_points=frozenset(scopes.get(rules.SALES_POINT, ())),
        channel_classes=frozenset(scopes.get(rules.CHANNEL_CLASS, ())),
        sku_codes=skus_of_products(products) if products else frozenset(),
        has_product_scope=bool(products),
        counties=frozenset(scopes.get(rules.COUNTY, ())),
        buyer_kinds=frozenset(scopes.get(rules.BUYER_KIND, ())),
        rule_hash=version.rule_hash,
    )


def versions_with_other_rules() -> list[tuple[str, int]]:
    """Return (campaign code, number) of versions whose rows no longer give their rule hash."""
    scopes: dict[int, dict[str, set[str]]] = {}
    for version_id, kind, code in CampaignScope.objects.values_list("version_id", "kind", "code"):
        scopes.setdefault(version_id, {}).setdefault(kind, set()).add(code)
    return [
        (version.campaign.code, version.number)
        for version in CampaignVersion.objects.select_related("campaign").order_by("pk")
        if _as_stated(version, scopes.get(version.pk, {})).rule_hash != version.rule_hash
    ]


def _as_stated(version: CampaignVersion, scopes: dict[str, set[str]]) -> rules.VersionRules:
    return rules.VersionRules(
        starts_at=version.starts_at,
        ends_at=version.ends_at,
        minimum_level=version.minimum_level,
        scopes=scopes,
        priority=version.priority,
        lookback_days=version.lookback_days,
        is_certified_only=version.is_certified_only,
        minimum_order_fen=version.minimum_order_fen,
    )
