"""Admin of units, their districts, agreements, and which stage counts where."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import Scope, ScopedModelAdmin
from orders.admin.offices import COUNTING_OFFICE
from orders.models import CountedStage, SponsorshipAgreement, Unit, UnitDistrict
from products.admin.columns import EditableInline, FixedCode


class UnitDistrictInline(EditableInline):
    scope = Scope.public()
    writable_by = COUNTING_OFFICE
    model = UnitDistrict
    fields = ("district_code", "valid_from", "valid_to", "source")


@admin.register(Unit)
class UnitAdmin(FixedCode, ScopedModelAdmin):
    """Organisations, not people: everyone who sees sales may look a unit up."""

    scope = Scope.public()
    writable_by = COUNTING_OFFICE
    list_display = ("code", "name", "kind", "parent", "is_reseller", "resells_at")
    list_filter = ("kind", "is_reseller")
    list_select_related = ("parent", "resells_at")
    search_fields = ("code", "name", "districts__district_code")
    autocomplete_fields = ("parent", "resells_at")
    inlines = (UnitDistrictInline,)


@admin.register(UnitDistrict)
class UnitDistrictAdmin(ScopedModelAdmin):
    scope = Scope.public()
    writable_by = COUNTING_OFFICE
    list_display = ("unit", "district_code", "valid_from", "valid_to", "source")
    list_select_related = ("unit",)
    search_fields = ("unit__code", "unit__name", "=district_code")
    autocomplete_fields = ("unit",)


@admin.register(SponsorshipAgreement)
class SponsorshipAgreementAdmin(ScopedModelAdmin):
    scope = Scope.by(sales_point="sales_point__code", district="district_code")
    writable_by = COUNTING_OFFICE
    list_display = ("sales_point", "district_code", "document", "valid_from", "valid_to")
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "=district_code", "document")
    autocomplete_fields = ("sales_point",)


@admin.register(CountedStage)
class CountedStageAdmin(ScopedModelAdmin):
    scope = Scope.by(sales_point="sales_point__code")
    writable_by = COUNTING_OFFICE
    list_display = ("sales_point", "counted", "valid_from", "valid_to", "source")
    list_filter = ("counted",)
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "source")
    autocomplete_fields = ("sales_point",)
