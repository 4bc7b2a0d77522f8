"""Facts of the catalogue, read once and asked many times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from products.models import Certificate, SellerCode
from products.rules.seller_codes import normalised_seller_code

# First and last day of validity, both included; no last day means: still valid.
Validity = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """What the ledger freezes of a SKU. `producer_code` is '' where none is known."""

    sku_id: int
    sku_code: str
    county_code: str
    producer_code: str
    certificates: tuple[Validity, ...]

    def is_certified_on(self, day: date) -> bool:
        """Say whether a certificate of the product is valid on a Shanghai business day."""
        return any(
            first <= day and (last is None or day <= last) for first, last in self.certificates
        )


@dataclass(frozen=True, slots=True)
class SkuBook:
    """Every seller code and its SKU, held in memory for the length of an import."""

    by_seller_code: Mapping[str, SkuFacts]

    def find(self, seller_code: str) -> SkuFacts | None:
        """Return the SKU listed under a seller code, in any spelling; None where none is."""
        as_stored = self.by_seller_code.get(seller_code)
        return as_stored or self.by_seller_code.get(normalised_seller_code(seller_code))


def sku_facts() -> SkuBook:
    """Load every seller code with the facts of its SKU, in two queries."""
    certificates: dict[int, list[Validity]] = {}
    for product_id, first, last in Certificate.objects.order_by("valid_from", "pk").values_list(
        "product_id", "valid_from", "valid_to"
    ):
        certificates.setdefault(product_id, []).append((first, last))
    rows = SellerCode.objects.values_list(
        "code",
        "sku_id",
        "sku__code",
        "sku__product__county_id",
        "sku__product__producer__code",
        "sku__product_id",
    )
    return SkuBook(
        {
            code: SkuFacts(
                sku_id=sku_id,
                sku_code=sku_code,
                county_code=county_code,
                producer_code=producer_code or "",
                certificates=tuple(certificates.get(product_id, ())),
            )
            for code, sku_id, sku_code, county_code, producer_code, product_id in rows
        }
    )
