"""Admin of sales points and the dated districts they stand for."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import Scope, ScopedModelAdmin
from orders.admin.districts import DistrictRowForm
from orders.admin.offices import COUNTING_OFFICE
from orders.models import SalesPoint, SalesPointDistrict
from products.admin.columns import EditableInline, FixedCode


class SalesPointDistrictInline(EditableInline):
    form = DistrictRowForm
    scope = Scope.by(sales_point="sales_point__code")
    writable_by = COUNTING_OFFICE
    model = SalesPointDistrict
    fields = ("district_code", "valid_from", "valid_to", "source")


@admin.register(SalesPoint)
class SalesPointAdmin(FixedCode, ScopedModelAdmin):
    scope = Scope.by(sales_point="code")
    writable_by = COUNTING_OFFICE
    list_display = ("code", "name", "channel_class", "platform", "shop_name", "stage")
    list_filter = ("channel_class", "stage", "platform")
    search_fields = ("code", "name", "shop_name", "shop_id", "districts__district_code")
    inlines = (SalesPointDistrictInline,)


@admin.register(SalesPointDistrict)
class SalesPointDistrictAdmin(ScopedModelAdmin):
    form = DistrictRowForm
    scope = Scope.by(sales_point="sales_point__code")
    writable_by = COUNTING_OFFICE
    list_display = ("sales_point", "district_code", "valid_from", "valid_to", "source")
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "district_code")
    autocomplete_fields = ("sales_point",)
