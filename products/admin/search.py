"""Admin of what search derives from the catalogue: to look at, never to edit."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from products.models import SearchEntry, SearchToken


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    scope = Scope.public()
    list_display = ("product", "modified_at", "digest")
    list_select_related = ("product",)
    search_fields = ("product__code", "product__name")
    date_hierarchy = "modified_at"


@admin.register(SearchToken)
class SearchTokenAdmin(ReadOnlyAdmin):
    scope = Scope.public()
    list_display = ("token", "product", "weight")
    list_filter = ("weight",)
    list_select_related = ("product",)
    search_fields = ("token", "product__code", "product__name")
