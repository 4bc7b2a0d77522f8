"""Questions about campaigns: what their current rules are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from marketplace.errors import UnknownCampaign
from marketplace.models import Campaign, CampaignDraft, CampaignVersion
from marketplace.models.campaign import StatedRules
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
        .prefetch_related("scopes")
        .annotate(highest=Max("campaign__versions__number"))
        .filter(number=F("highest"))
    )
    found = [
        rules_of(
            version_rules(version),
            code=version.campaign.code,
            name=version.campaign.name,
            number=version.number,
        )
        for version in versions
    ]
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


def rules_of(stated: rules.VersionRules, *, code: str, name: str, number: int) -> CampaignRules:
    """Return stated rules as the engine takes them: product scopes expanded to SKU codes."""
    scopes = stated.scopes
    products = scopes.get(rules.PRODUCT, ())
    return CampaignRules(
        code=code,
        name=name,
        number=number,
        starts_at=stated.starts_at,
        ends_at=stated.ends_at,
        minimum_level=stated.minimum_level,
        priority=stated.priority,
        lookback_days=stated.lookback_days,
        is_certified_only=stated.is_certified_only,
        minimum_order_fen=stated.minimum_order_fen,
        sales_points=frozenset(scopes.get(rules.SALES_POINT, ())),
        channel_classes=frozenset(scopes.get(rules.CHANNEL_CLASS, ())),
        sku_codes=skus_of_products(products) if products else frozenset(),
        has_product_scope=bool(products),
        counties=frozenset(scopes.get(rules.COUNTY, ())),
        buyer_kinds=frozenset(scopes.get(rules.BUYER_KIND, ())),
        rule_hash=stated.rule_hash,
    )


def version_rules(version: CampaignVersion) -> rules.VersionRules:
    """Return the rules of a published version; fetch `scopes` along where there are many."""
    scopes: dict[str, list[str]] = {}
    for scope in sorted(version.scopes.all(), key=lambda scope: (scope.kind, scope.code)):
        scopes.setdefault(scope.kind, []).append(scope.code)
    return _stated(version, scopes)


def draft_rules(draft: CampaignDraft) -> rules.VersionRules:
    """Return the rules that a draft proposes."""
    return _stated(draft, draft.scopes)


def versions_with_other_rules() -> list[tuple[str, int]]:
    """Return (campaign code, number) of versions whose rows no longer give their rule hash."""
    versions = CampaignVersion.objects.select_related("campaign").prefetch_related("scopes")
    return [
        (version.campaign.code, version.number)
        for version in versions.order_by("pk")
        if version_rules(version).rule_hash != version.rule_hash
    ]


def _stated(row: StatedRules, scopes: Mapping[str, Collection[str]]) -> rules.VersionRules:
    return rules.VersionRules(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        minimum_level=row.minimum_level,
        scopes=scopes,
        priority=row.priority,
        lookback_days=row.lookback_days,
        is_certified_only=row.is_certified_only,
        minimum_order_fen=row.minimum_order_fen,
    )
