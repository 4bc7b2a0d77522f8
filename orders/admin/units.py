"""Admin of units, their districts, agreements, and which stage counts where."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from accounts.admin.constraints import meaning_of
from accounts.admin.scoping import Scope, ScopedModelAdmin
from orders.admin.districts import DistrictRowForm
from orders.admin.offices import COUNTING_OFFICE
from orders.models import CountedStage, SponsorshipAgreement, Unit, UnitDistrict
from products.admin.columns import EditableInline, FixedCode
from products.admin.dated import DatedRowForm


class UnitForm(forms.ModelForm):
    """Refuses a unit among its own superiors."""

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        superior, seen = parent, {self.instance.pk}
        while superior is not None:
            if superior.pk in seen:
                raise ValidationError(meaning_of("unit_is_not_its_own_parent"))
            seen.add(superior.pk)
            superior = superior.parent
        return parent


class UnitDistrictInline(EditableInline):
    form = DistrictRowForm
    scope = Scope.public()
    writable_by = COUNTING_OFFICE
    model = UnitDistrict
    fields = ("district_code", "valid_from", "valid_to", "source")


@admin.register(Unit)
class UnitAdmin(FixedCode, ScopedModelAdmin):
    """Organisations, not people: everyone who sees sales may look a unit up."""

    form = UnitForm
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
    form = DistrictRowForm
    scope = Scope.public()
    writable_by = COUNTING_OFFICE
    list_display = ("unit", "district_code", "valid_from", "valid_to", "source")
    list_select_related = ("unit",)
    search_fields = ("unit__code", "unit__name", "=district_code")
    autocomplete_fields = ("unit",)


@admin.register(SponsorshipAgreement)
class SponsorshipAgreementAdmin(ScopedModelAdmin):
    form = DistrictRowForm
    scope = Scope.by(sales_point="sales_point__code", district="district_code")
    writable_by = COUNTING_OFFICE
    list_display = ("sales_point", "district_code", "document", "valid_from", "valid_to")
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "=district_code", "document")
    autocomplete_fields = ("sales_point",)


@admin.register(CountedStage)
class CountedStageAdmin(ScopedModelAdmin):
    form = DatedRowForm
    scope = Scope.by(sales_point="sales_point__code")
    writable_by = COUNTING_OFFICE
    list_display = ("sales_point", "counted", "valid_from", "valid_to", "source")
    list_filter = ("counted",)
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "source")
    autocomplete_fields = ("sales_point",)
