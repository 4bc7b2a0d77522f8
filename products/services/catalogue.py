"""Writers of seeded rows of the catalogue. Operators edit the same rows in the admin."""

from __future__ import annotations

from datetime import date

from common.money import parse_yuan
from products.models import Category, County, Producer, Product, SellerCode, Sku
from products.models.stock import StockPlace
from products.rules.net_content import stated_grams
from products.rules.seller_codes import normalised_seller_code
from products.services.reference_rows import Outcome, add_or_keep


def seed_county(
    *,
    code: str,
    name: str,
    name_pinyin: str,
    name_en: str,
    kind: str,
    was_poverty_county: bool,
    delisted_on: date | None,
    delisted_precision: str,
    source: str,
) -> Outcome:
    """Add a county unless its division code is there."""
    return add_or_keep(
        County,
        {"code": code},
        {
            "name": name,
            "name_pinyin": name_pinyin,
            "name_en": name_en,
            "kind": kind,
            "was_poverty_county": was_poverty_county,
            "delisted_on": delisted_on,
            "delisted_precision": delisted_precision,
            "source": source,
        },
    )


def seed_category(*, code: str, name: str) -> Outcome:
    """Add a category unless its code is there."""
    return add_or_keep(Category, {"code": code}, {"name": name})


def seed_producer(*, code: str, name: str, kind: str, county: str, source: str) -> Outcome:
    """Add a producer of a county (division code) unless its code is there."""
    values = {"name": name, "kind": kind, "county_id": county, "source": source}
    return add_or_keep(Producer, {"code": code}, values)


def seed_product(
    *,
    code: str,
    name: str,
    name_en: str,
    category: str,
    county: str,
    producer: str,
    storage: str,
    shelf_life_days: int | None,
    is_fresh: bool,
    geographical_indication: str,
    is_published: bool,
    source: str,
) -> Outcome:
    """Add a product unless its code is there.

    `category`, `county` and `producer` ('' for none) are codes. A standing product keeps the
    producer that it has, none included: an operator may have taken it away. Raises
    Category.DoesNotExist or Producer.DoesNotExist for an unknown code.
    """
    return add_or_keep(
        Product,
        {"code": code},
        {
            "name": name,
            "name_en": name_en,
            "category_id": Category.objects.get(code=category).pk,
            "county_id": county,
            "producer_id": Producer.objects.get(code=producer).pk if producer else None,
            "storage": storage,
            "shelf_life_days": shelf_life_days,
            "is_fresh": is_fresh,
            "geographical_indication": geographical_indication,
            "is_published": is_published,
            "source": source,
        },
    )


def seed_sku(
    *,
    code: str,
    product: str,
    name: str,
    unit: str,
    net_content: str,
    price_yuan: str,
    seller_code: str,
    source: str,
) -> Outcome:
    """Add a SKU of a product (by code) with its seller code, unless its code is there.

    The weight is read from what the pack states. The seller code comes with the SKU: where an
    operator moved or removed it later, it stays so. Raises ValueError for a price that is no
    amount in yuan, Product.DoesNotExist for an unknown product.
    """
    outcome = add_or_keep(
        Sku,
        {"code": code},
        {
            "product_id": Product.objects.get(code=product).pk,
            "name": name,
            "unit": unit,
            "net_content": net_content,
            "net_grams": stated_grams(net_content),
            "price_fen": parse_yuan(price_yuan),
            "source": source,
        },
    )
    if outcome is Outcome.ADDED and seller_code:
        SellerCode.objects.get_or_create(
            code=normalised_seller_code(seller_code), defaults={"sku": Sku.objects.get(code=code)}
        )
    return outcome


def seed_stock_place(
    *, code: str, name: str, sales_point_code: str, serves_storefront: bool
) -> Outcome:
    """Add a stock place unless its code is there; only one serves the storefront."""
    taken = StockPlace.objects.filter(serves_storefront=True).exclude(code=code).exists()
    values = {
        "name": name,
        "sales_point_code": sales_point_code,
        "serves_storefront": serves_storefront and not taken,
    }
    return add_or_keep(StockPlace, {"code": code}, values)


def seller_code_of(sku: Sku) -> str:
    """Return a seller code of a SKU, made from its own code where it has none yet.

    '' where its own code belongs to another SKU: a line then waits to be matched.
    """
    known = SellerCode.objects.filter(sku=sku).order_by("code").values_list("code", flat=True)
    code = known.first()
    if code is not None:
        return code
    own, _is_new = SellerCode.objects.get_or_create(
        code=normalised_seller_code(sku.code), defaults={"sku": sku}
    )
    return own.code if own.sku_id == sku.pk else ""
