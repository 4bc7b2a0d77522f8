"""Admin of districts, their re-division and centres."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import Scope, ScopedModelAdmin
from marketplace.models import Centre, District, DistrictSuccession
from products.admin.columns import FixedCode, OwnRowsAdmin
from products.admin.form_fields import PrecisionForm

HELPING_OFFICES = frozenset({"prefecture", "city", "district"})
WHOLE_OFFICES = frozenset({"prefecture", "city"})


@admin.register(District)
class DistrictAdmin(FixedCode, ScopedModelAdmin):
    scope = Scope.public()
    writable_by = WHOLE_OFFICES
    list_display = ("code", "name", "kind", "valid_from", "valid_to", "change_note")
    list_filter = ("kind",)
    search_fields = ("code", "name", "name_pinyin", "name_en")


@admin.register(DistrictSuccession)
class DistrictSuccessionAdmin(ScopedModelAdmin):
    form = PrecisionForm
    scope = Scope.public()
    writable_by = WHOLE_OFFICES
    list_display = ("predecessor", "successor", "effective_on", "precision", "source")
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name", "successor__name")
    autocomplete_fields = ("predecessor", "successor")


@admin.register(Centre)
class CentreAdmin(FixedCode, OwnRowsAdmin):
    scope = Scope.public()
    own = Scope.by(sales_point="sales_point__code")
    writable_by = HELPING_OFFICES
    list_display = ("code", "name", "district", "address", "opened_on", "closed_on")
    list_filter = ("district",)
    list_select_related = ("district",)
    search_fields = ("code", "name", "address", "district__name")
    autocomplete_fields = ("sales_point", "district")
