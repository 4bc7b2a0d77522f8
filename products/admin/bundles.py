"""Admin of the parts of gift boxes (礼盒组成). What was sold keeps the parts of its day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.constraints import meaning_of
from accounts.admin.scoping import Scope
from products.admin.columns import EditableInline, OwnRowsAdmin, SeenBySearch, in_yuan
from products.admin.dated import DatedRowForm
from products.admin.form_fields import YuanField
from products.admin.places import GOODS_OFFICES
from products.models import BundleComponent

REFERENCE_PRICE = in_yuan("reference_price_fen", _("参考价（元）"))
_FIELDS = (
    *("ordinal", "component", "quantity", "reference_price_fen"),
    *("valid_from", "valid_to", "source"),
)


class BundleComponentForm(DatedRowForm):
    """Takes the reference price in yuan; a box holds no box, and a number one part at a time."""

    reference_price_fen = YuanField(label=_("参考价（元）"))

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        component, bundle = cleaned.get("component"), cleaned.get("bundle")
        bundle_id = bundle.pk if bundle is not None else self.instance.bundle_id
        parts = BundleComponent.objects.exclude(pk=self.instance.pk)
        if component is not None and (
            parts.filter(bundle=component).exists() or parts.filter(component=bundle_id).exists()
        ):
            self.add_error("component", ValidationError(gettext("礼盒里不能再装礼盒。")))
        # To the database, two empty starts are two different days.
        same = parts.filter(bundle=bundle_id, valid_from=None)
        ordinal, starts = cleaned.get("ordinal"), cleaned.get("valid_from")
        if ordinal and starts is None and same.filter(ordinal=ordinal).exists():
            raise ValidationError(meaning_of("bundlecomponent_starts_once_a_day"))
        return cleaned


class PartsFormSet(forms.BaseInlineFormSet):
    """Compares the parts that are typed together, too."""

    def clean(self) -> None:
        super().clean()
        starts = [
            (form.cleaned_data.get("ordinal"), form.cleaned_data.get("valid_from"))
            for form in self.forms
            if getattr(form, "cleaned_data", None)
        ]
        if len(set(starts)) < len(starts):
            raise ValidationError(meaning_of("bundlecomponent_starts_once_a_day"))


class BundleComponentInline(EditableInline):
    scope = Scope.public()
    writable_by = GOODS_OFFICES
    model = BundleComponent
    form = BundleComponentForm
    formset = PartsFormSet
    fk_name = "bundle"
    fields = _FIELDS
    autocomplete_fields = ("component",)


@admin.register(BundleComponent)
class BundleComponentAdmin(SeenBySearch, OwnRowsAdmin):
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
