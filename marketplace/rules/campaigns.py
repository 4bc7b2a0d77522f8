"""The rules of a published campaign version, as plain values (attribution.md, "Candidates")."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

SALES_POINT = "sales_point"
CHANNEL_CLASS = "channel_class"
PRODUCT = "product"
COUNTY = "county"
BUYER_KIND = "buyer_kind"
SCOPE_KINDS = (SALES_POINT, CHANNEL_CLASS, PRODUCT, COUNTY, BUYER_KIND)


@dataclass(frozen=True, slots=True)
class CampaignRules:
    """What one campaign asks of the ledger: the highest published version of it.

    The window is half-open, [starts_at, ends_at) on payment time, both aware.
    `minimum_level` is a marketplace.rules.evidence.Level value; `minimum_order_fen` is in fen,
    0 = none. An empty scope set does not restrict, except `sku_codes`: the product scope comes
    expanded to the SKU codes of its products and restricts whenever `has_product_scope` is set,
    even where it is empty. Sets hold codes as the ledger freezes them.
    """

    code: str
    name: str
    number: int
    starts_at: datetime
    ends_at: datetime
    minimum_level: int
    priority: int
    lookback_days: int
    is_certified_only: bool
    minimum_order_fen: int
    sales_points: frozenset[str]
    channel_classes: frozenset[str]
    sku_codes: frozenset[str]
    has_product_scope: bool
    counties: frozenset[str]
    buyer_kinds: frozenset[str]
    rule_hash: str

    @property
    def needs_matched_line(self) -> bool:
        """Say whether a line without SKU is out of scope (a predicate looks at the product)."""
        return self.has_product_scope or bool(self.counties) or self.is_certified_only


@dataclass(frozen=True, slots=True)
class VersionRules:
    """The rules of a version as an operator states them: scope codes not yet expanded."""

    starts_at: datetime
    ends_at: datetime
    minimum_level: int
    scopes: Mapping[str, Collection[str]]
    priority: int = 0
    lookback_days: int = 30
    is_certified_only: bool = False
    minimum_order_fen: int = 0

    def as_values(self) -> dict[str, Any]:
        """Return the rules by the names of their fields."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def rule_hash(self) -> str:
        """Return the sha256 (hex) of the canonical JSON of these rules.

        Content alone decides: no ids, number, publisher or clock time; scope rows are sorted
        and kinds without rows left out, moments are written in UTC.
        """
        rules = {
            "starts_at": self.starts_at.astimezone(UTC).isoformat(),
            "ends_at": self.ends_at.astimezone(UTC).isoformat(),
            "minimum_level": self.minimum_level,
            "priority": self.priority,
            "lookback_days": self.lookback_days,
            "is_certified_only": self.is_certified_only,
            "minimum_order_fen": self.minimum_order_fen,
            "scopes": {kind: sorted(set(codes)) for kind, codes in self.scopes.items() if codes},
        }
        text = json.dumps(rules, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
