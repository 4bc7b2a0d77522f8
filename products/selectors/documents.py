"""What the storefront shows of products, read live: prices and validity are never stale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from common.clock import in_shanghai
from products.models import (
    BundleComponent,
    Certificate,
    DeclaredLink,
    HouseholdLink,
    Product,
    Sku,
)
from products.rules.benefit import LEAST_PUBLIC_HOUSEHOLDS
from products.selectors.dated import last_started, valid_on

Document = dict[str, Any]

_PRODUCT_FIELDS = (
    *("pk", "code", "name", "name_en", "storage", "shelf_life_days", "is_fresh"),
    *("geographical_indication", "category__code", "category__name"),
    *("county__code", "county__name", "county__name_en", "producer_id"),
    *("producer__code", "producer__name", "producer__kind", "search_entry__modified_at"),
)
_SKU_FIELDS = (
    *("pk", "product_id", "code", "name", "unit", "net_content", "net_grams"),
    *("price_fen", "price_basis_grams", "ships_by"),
)


def published_products() -> QuerySet[Product]:
    """Return the products that the storefront shows: published, with at least one SKU."""
    has_sku = Exists(Sku.objects.filter(product=OuterRef("pk")))
    return Product.objects.filter(has_sku, is_published=True)


def product_documents(product_ids: Collection[int], day: date) -> dict[int, Document]:
    """Return the public documents of products as they are on a business day, by id.

    At most six queries, however many products. Certificates and parts of bundles are those of the
    day; households below `LEAST_PUBLIC_HOUSEHOLDS` are not shown.
    """
    rows = list(Product.objects.filter(pk__in=product_ids).values(*_PRODUCT_FIELDS))
    skus = _skus(product_ids, day)
    certificates = _certificates(product_ids, day)
    producers = {row["producer_id"] for row in rows if row["producer_id"]}
    benefits = _benefits(producers, day)
    return {
        row["pk"]: {
            "code": row["code"],
            "name": row["name"],
            "name_en": row["name_en"],
            "category": {"code": row["category__code"], "name": row["category__name"]},
            "county": _county(row, "county__"),
            "producer": _producer(row),
            "storage": row["storage"],
            "shelf_life_days": row["shelf_life_days"],
            "is_fresh": row["is_fresh"],
            "geographical_indication": row["geographical_indication"],
            "certificates": certificates.get(row["pk"], []),
            "benefits": benefits.get(row["producer_id"], []),
            "skus": skus.get(row["pk"], []),
            "modified_at": in_shanghai(row["search_entry__modified_at"]),
        }
        for row in rows
    }


def _county(row: Mapping[str, Any], prefix: str) -> Document:
    return {name: row[f"{prefix}{name}"] for name in ("code", "name", "name_en")}


def _producer(row: Mapping[str, Any]) -> Document | None:
    if not row["producer__code"]:
        return None
    return {name: row[f"producer__{name}"] for name in ("code", "name", "kind")}


def certified_on(day: date) -> QuerySet[Certificate]:
    """Return the certificates that are valid on a business day."""
    return Certificate.objects.filter(valid_on(day))


def _certificates(product_ids: Collection[int], day: date) -> dict[int, list[Document]]:
    found = defaultdict(list)
    fields = ("kind", "number", "issuer", "valid_from", "valid_to")
    for row in (
        certified_on(day)
        .filter(product_id__in=product_ids)
        .order_by("valid_from", "pk")
        .values("product_id", *fields)
    ):
        found[row["product_id"]].append({name: row[name] for name in fields})
    return found


def _skus(product_ids: Collection[int], day: date) -> dict[int, list[Document]]:
    rows = Sku.objects.filter(product_id__in=product_ids).order_by("code").values(*_SKU_FIELDS)
    parts = _parts([row["pk"] for row in rows], day)
    found = defaultdict(list)
    for row in rows:
        ships_by = row["ships_by"]
        found[row["product_id"]].append(
            {
                **{name: row[name] for name in _SKU_FIELDS[2:-1]},
                "ships_by": ships_by if ships_by and ships_by >= day else None,
                "parts": parts.get(row["pk"], []),
            }
        )
    return found


def _parts(sku_ids: Collection[int], day: date) -> dict[int, list[Document]]:
    """Return the parts of bundles; of overlapping rows the one that started last holds."""
    rows = BundleComponent.objects.filter(valid_on(day), bundle_id__in=sku_ids).order_by("pk")
    held = last_started(
        rows.values(
            *("bundle_id", "ordinal", "quantity", "valid_from"),
            *("component__code", "component__name", "component__net_content"),
            *(f"component__product__county__{name}" for name in ("code", "name", "name_en")),
        ),
        slot=lambda row: (row["bundle_id"], row["ordinal"]),
        started=lambda row: row["valid_from"],
    )
    found = defaultdict(list)
    for (bundle, _ordinal), row in sorted(held.items(), key=lambda item: item[0]):
        found[bundle].append(
            {
                "sku_code": row["component__code"],
                "name": row["component__name"],
                "net_content": row["component__net_content"],
                "quantity": row["quantity"],
                "county": _county(row, "component__product__county__"),
            }
        )
    return found


def _benefits(producer_ids: Collection[int], day: date) -> dict[int, list[Document]]:
    """Return what producers declare, and how many households of the roster they reach."""
    found: dict[int, list[Document]] = defaultdict(list)
    if not producer_ids:
        return found
    for link in (
        DeclaredLink.objects.filter(valid_on(day), producer_id__in=producer_ids)
        .order_by("mechanism", "valid_from")
        .values("producer_id", "mechanism", "households", "persons", "wording", "source")
    ):
        is_shown = (link["households"] or LEAST_PUBLIC_HOUSEHOLDS) >= LEAST_PUBLIC_HOUSEHOLDS
        found[link["producer_id"]].append(
            {
                "basis": "declared",
                "mechanism": link["mechanism"],
                "households": link["households"] if is_shown else None,
                "persons": link["persons"] if is_shown else None,
                "wording": link["wording"] if is_shown else "",
                "source": link["source"] if is_shown else "",
            }
        )
    for reach in (
        HouseholdLink.objects.filter(valid_on(day), producer_id__in=producer_ids)
        .values("producer_id")
        .annotate(households=Count("household", distinct=True))
        .filter(households__gte=LEAST_PUBLIC_HOUSEHOLDS)
    ):
        found[reach["producer_id"]].append(
            {
                "basis": "roster",
                "mechanism": "",
                "households": reach["households"],
                "persons": None,
                "wording": "",
                "source": "",
            }
        )
    return found
