"""Admin of the parts of gift boxes (礼盒组成). What was sold keeps the parts of its day."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope
from products.admin.columns import EditableInline, OwnRowsAdmin, in_yuan
from products.admin.form_fields import YuanField
from products.admin.places import GOODS_OFFICES
from products.models import BundleComponent

REFERENCE_PRICE = in_yuan("reference_price_fen", _("参考价（元）"))
_FIELDS = (
    *("ordinal", "component", "quantity", "reference_price_fen"),
    *("valid_from", "valid_to", "source"),
)


class BundleComponentForm(forms.ModelForm):
    """Takes the reference price in yuan; the row keeps fen."""

    reference_price_fen = YuanField(label=_("参考价（元）"))


class BundleComponentInline(EditableInline):
    scope = Scope.public()
    writable_by = GOODS_OFFICES
    model = BundleComponent
    form = BundleComponentForm
    fk_name = "bundle"
    fields = _FIELDS
    autocomplete_fields = ("component",)


@admin.register(BundleComponent)
class BundleComponentAdmin(OwnRowsAdmin):
    scope = Scope.public()
    own = Scope.by(county="bundle__product__county__code")
    writable_by = GOODS_OFFICES
    form = BundleComponentForm
    fields = ("bundle", *_FIELDS)
    list_display = (
        *("bundle", "ordinal", "component", "quantity", REFERENCE_PRICE),
        *("valid_from", "valid_to"),
    )
    list_filter = ("bundle__product__county",)
    list_select_related = ("bundle", "component")
    search_fields = ("bundle__code", "bundle__name", "component__code", "component__name")
    autocomplete_fields = ("bundle", "component")
