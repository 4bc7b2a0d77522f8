from products.models.certificate import Certificate
from products.models.county import County
from products.models.producer import Producer
from products.models.product import Category, Product, SellerCode, Sku

__all__ = ["Category", "Certificate", "County", "Producer", "Product", "SellerCode", "Sku"]
