"""Where a campaign version looks: its scope as conditions on other tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from marketplace.models import CampaignScope, CampaignVersion
from marketplace.rules import campaigns as rules
from marketplace.selectors.campaigns import skus_of_products


@dataclass(frozen=True, slots=True)
class Place:
    """The scope of a version. An empty set does not restrict; SKUs restrict when not None."""

    sales_points: frozenset[str]
    channel_classes: frozenset[str]
    counties: frozenset[str]
    buyer_kinds: frozenset[str]
    skus: frozenset[str] | None
    is_certified_only: bool

    @property
    def of_sale(self) -> Q:
        """Build the condition on where a sale was made: sales point and channel."""
        condition = Q()
        if self.sales_points:
            condition &= Q(sales_point_code__in=sorted(self.sales_points))
        if self.channel_classes:
            condition &= Q(channel_class__in=sorted(self.channel_classes))
        return condition

    @property
    def of_line(self) -> Q:
        """Build the condition on a ledger row: every scope predicate.

        A line without SKU meets no predicate on products, counties or certificates. A part of
        a bundle is in the scope of its own SKU and of the bundle's.
        """
        condition = self.of_sale
        if self.counties:
            condition &= Q(county_code__in=sorted(self.counties))
        if self.buyer_kinds:
            condition &= Q(buyer_kind__in=sorted(self.buyer_kinds))
        if self.skus is not None:
            skus = sorted(self.skus)
            condition &= Q(sku_code__in=skus) | Q(bundle_sku_code__in=skus)
        if self.is_certified_only:
            condition &= Q(is_certified=True)
        if self.counties or self.skus is not None or self.is_certified_only:
            condition &= ~Q(sku_code="", bundle_sku_code="")
        return condition


def place_of(version: CampaignVersion) -> Place:
    """Read the scope of a version."""
    codes: dict[str, set[str]] = {kind: set() for kind in rules.SCOPE_KINDS}
    for kind, code in CampaignScope.objects.filter(version=version).values_list("kind", "code"):
        codes[kind].add(code)
    products = codes[rules.PRODUCT]
    return Place(
        sales_points=frozenset(codes[rules.SALES_POINT]),
        channel_classes=frozenset(codes[rules.CHANNEL_CLASS]),
        counties=frozenset(codes[rules.COUNTY]),
        buyer_kinds=frozenset(codes[rules.BUYER_KIND]),
        skus=skus_of_products(products) if products else None,
        is_certified_only=version.is_certified_only,
    )
