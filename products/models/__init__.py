from products.models import stock as stock
from products.models.bundle import BundleComponent
from products.models.certificate import Certificate
from products.models.county import County
from products.models.producer import Producer
from products.models.product import Category, Product, SellerCode, Sku
from products.models.roster import (
    DeclaredLink,
    Household,
    HouseholdLink,
    HouseholdStatus,
    Mechanism,
)
from products.models.search_entry import SearchEntry, SearchToken

__all__ = [
    "BundleComponent",
    "Category",
    "Certificate",
    "County",
    "DeclaredLink",
    "Household",
    "HouseholdLink",
    "HouseholdStatus",
    "Mechanism",
    "Producer",
    "Product",
    "SearchEntry",
    "SearchToken",
    "SellerCode",
    "Sku",
]
