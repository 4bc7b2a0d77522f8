"""Facts of the catalogue, read once and asked many times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from products.models import BundleComponent, Certificate, SellerCode, Sku
from products.rules.seller_codes import normalised_seller_code
from products.selectors.dated import last_started

# First and last day of validity, both included; no last day means: still valid.
Validity = tuple[date, date | None]


class Part(NamedTuple):
    """One part of a bundle: `quantity` packs of a SKU, weighing `quantity` x reference price.

    `valid_from` and `valid_to` are both included; None is open.
    """

    ordinal: int
    sku: SkuFacts
    quantity: int
    reference_price_fen: int
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """What the ledger freezes of a SKU. `producer_code` is '' where none is known.

    `net_grams` 0 where the pack states no weight. Sold by weight, `price_fen` is for
    `price_basis_grams`; 0: for one piece. `parts` are those of a bundle, of all days.
    """

    sku_id: int
    sku_code: str
    county_code: str
    producer_code: str
    certificates: tuple[Validity, ...]
    net_grams: int = 0
    price_fen: int = 0
    price_basis_grams: int = 0
    parts: tuple[Part, ...] = ()

    def is_certified_on(self, day: date) -> bool:
        """Say whether a certificate of the product is valid on a Shanghai business day."""
        return any(
            first <= day and (last is None or day <= last) for first, last in self.certificates
        )

    def parts_on(self, day: date) -> tuple[Part, ...]:
        """Return the parts of a bundle sold on a day by ordinal; none for any other SKU.

        Where dated rows of one ordinal overlap, the row that started last holds.
        """
        standing = (
            part
            for part in self.parts
            if (part.valid_from or date.min) <= day and day <= (part.valid_to or date.max)
        )
        held = last_started(
            standing, slot=lambda part: part.ordinal, started=lambda part: part.valid_from
        )
        return tuple(held[ordinal] for ordinal in sorted(held))


@dataclass(frozen=True, slots=True)
class SkuBook:
    """Every seller code and its SKU, held in memory for the length of an import."""

    by_seller_code: Mapping[str, SkuFacts]
    by_code: Mapping[str, SkuFacts]

    def find(self, seller_code: str) -> SkuFacts | None:
        """Return the SKU listed under a seller code, in any spelling; None where none is."""
        as_stored = self.by_seller_code.get(seller_code)
        return as_stored or self.by_seller_code.get(normalised_seller_code(seller_code))


def sku_facts() -> SkuBook:
    """Load every seller code with the facts of its SKU, in four queries."""
    certificates: dict[int, list[Validity]] = {}
    for product_id, first, last in Certificate.objects.order_by("valid_from", "pk").values_list(
        "product_id", "valid_from", "valid_to"
    ):
        certificates.setdefault(product_id, []).append((first, last))
    rows = Sku.objects.values_list(
        "pk",
        "code",
        "product__county_id",
        "product__producer__code",
        "product_id",
        "net_grams",
        "price_fen",
        "price_basis_grams",
    )
    plain = {
        sku_id: SkuFacts(
            sku_id=sku_id,
            sku_code=code,
            county_code=county,
            producer_code=producer or "",
            certificates=tuple(certificates.get(product_id, ())),
            net_grams=net_grams or 0,
            price_fen=price_fen,
            price_basis_grams=basis or 0,
        )
        for sku_id, code, county, producer, product_id, net_grams, price_fen, basis in rows
    }
    skus = plain | _bundles(plain)
    return SkuBook(
        {code: skus[sku_id] for code, sku_id in SellerCode.objects.values_list("code", "sku_id")},
        {sku.sku_code: sku for sku in skus.values()},
    )


def _bundles(skus: Mapping[int, SkuFacts]) -> dict[int, SkuFacts]:
    """Return the SKUs that are bundles, with their parts; a part is never a bundle itself."""
    parts: dict[int, list[Part]] = {}
    for (
        bundle_id,
        ordinal,
        component_id,
        quantity,
        price_fen,
        first,
        last,
    ) in BundleComponent.objects.order_by("pk").values_list(
        "bundle_id",
        "ordinal",
        "component_id",
        "quantity",
        "reference_price_fen",
        "valid_from",
        "valid_to",
    ):
        part = Part(ordinal, skus[component_id], quantity, price_fen, first, last)
        parts.setdefault(bundle_id, []).append(part)
    return {bundle_id: replace(skus[bundle_id], parts=tuple(of)) for bundle_id, of in parts.items()}
