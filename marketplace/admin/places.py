"""Admin of districts, their re-division, centres and pairings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.scoping import Scope, ScopedModelAdmin, standing
from marketplace.models import Centre, District, DistrictSuccession, Pairing
from products.admin.columns import FixedCode, OwnRowsAdmin

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


@admin.register(Pairing)
class PairingAdmin(OwnRowsAdmin):
    """A district changes its own pairings; who reaches everything changes all."""

    scope = Scope.public()
    own = Scope.central()
    writable_by = HELPING_OFFICES
    list_display = ("district", "county", "valid_from", "valid_to", "precision", "document")
    list_filter = ("district", "county")
    list_select_related = ("district", "county")
    search_fields = ("district__name", "county__name", "document")
    autocomplete_fields = ("district", "county")

    def owns(self, request: HttpRequest, obj: Any) -> bool:
        """Say whether the pairing is of a district that the user holds a writing role for."""
        held = standing(request).held
        mine = {code for one in held if one.role in self.writable_by for code in one.districts}
        return obj.district_id in mine or super().owns(request, obj)
