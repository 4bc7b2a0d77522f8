"""Admin of products, SKUs, their seller codes and certificates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.scoping import Scope, ScopedTabularInline
from products.admin.bundles import BundleComponentInline
from products.admin.columns import (
    EditableInline,
    FixedCode,
    OwnRowsAdmin,
    SeenBySearch,
    in_yuan,
    shown,
)
from products.admin.form_fields import YuanField
from products.admin.places import GOODS_OFFICES
from products.models import Certificate, Product, SellerCode, Sku
from products.rules.seller_codes import normalised_seller_code

PRICE = in_yuan("price_fen", gettext_lazy("标价（元）"))


class SkuForm(forms.ModelForm):
    """Takes the price in yuan; the row keeps fen."""

    price = YuanField(label=gettext_lazy("标价（元）"))

    class Meta:
        model = Sku
        fields = (
            *("code", "product", "name", "unit", "net_content", "net_grams", "ships_by"),
            "source",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["price"] = self.instance.price_fen

    def clean_price(self) -> int:
        """Return the price in fen."""
        fen: int = self.cleaned_data["price"]
        self.instance.price_fen = fen
        return fen


class SellerCodeForm(forms.ModelForm):
    """Stores a seller code as it is looked up: upper-case, without blanks."""

    def clean_code(self) -> str:
        """Return the normalised code."""
        code = normalised_seller_code(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("商家编码不能为空。"))
        return code


class SkuInline(ScopedTabularInline):
    scope = Scope.public()
    model = Sku
    fields = readonly_fields = shown("code", "name", "unit", "net_content", PRICE)


class CertificateInline(EditableInline):
    scope = Scope.public()
    writable_by = GOODS_OFFICES
    model = Certificate
    fields = ("kind", "number", "issuer", "valid_from", "valid_to", "source")


class SellerCodeInline(EditableInline):
    scope = Scope.public()
    writable_by = GOODS_OFFICES
    model = SellerCode
    form = SellerCodeForm
    fields = ("code",)


@admin.register(Product)
class ProductAdmin(SeenBySearch, FixedCode, OwnRowsAdmin):
    scope = Scope.public()
    own = Scope.by(county="county__code")
    writable_by = GOODS_OFFICES
    list_display = ("code", "name", "category", "county", "producer", "is_published")
    list_filter = ("is_published", "county", "category", "is_fresh")
    list_select_related = ("category", "county", "producer")
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("category", "county", "producer")
    inlines = (SkuInline, CertificateInline)


@admin.register(Sku)
class SkuAdmin(SeenBySearch, FixedCode, OwnRowsAdmin):
    scope = Scope.public()
    own = Scope.by(county="product__county__code")
    # Moving a SKU to another product would change campaigns behind the ledger's back.
    fixed_fields = ("code", "product")
    writable_by = GOODS_OFFICES
    form = SkuForm
    fields = (
        *("code", "product", "name", "unit", "net_content", "net_grams", "price"),
        *("ships_by", "source"),
    )
    list_display = ("code", "name", "product", "unit", "net_content", "net_grams", PRICE)
    list_filter = ("product__county", "product__category")
    list_select_related = ("product",)
    search_fields = ("code", "name", "seller_codes__code")
    autocomplete_fields = ("product",)
    inlines = (SellerCodeInline, BundleComponentInline)


@admin.register(SellerCode)
class SellerCodeAdmin(OwnRowsAdmin):
    scope = Scope.public()
    own = Scope.by(county="sku__product__county__code")
    writable_by = GOODS_OFFICES
    form = SellerCodeForm
    list_display = ("code", "sku")
    list_select_related = ("sku",)
    search_fields = ("code", "sku__code", "sku__name")
    autocomplete_fields = ("sku",)


@admin.register(Certificate)
class CertificateAdmin(SeenBySearch, OwnRowsAdmin):
    scope = Scope.public()
    own = Scope.by(county="product__county__code")
    writable_by = GOODS_OFFICES
    list_display = ("number", "kind", "product", "issuer", "valid_from", "valid_to")
    list_filter = ("kind", "product__county")
    list_select_related = ("product",)
    search_fields = ("number", "product__name", "product__code")
    autocomplete_fields = ("product",)
    date_hierarchy = "valid_from"
