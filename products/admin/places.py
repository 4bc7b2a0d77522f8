"""Admin of counties, producers and categories."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedModelAdmin
from products.admin.columns import FixedCode, OwnRowsAdmin, SeenBySearch
from products.models import Category, County, Producer

GOODS_OFFICES = frozenset({"prefecture", "county"})


@admin.register(County)
class CountyAdmin(ReadOnlyAdmin):
    """Division codes are the state's; they come with the seeds."""

    scope = Scope.public()
    list_display = ("code", "name", "kind", "was_poverty_county", "delisted_on", "source")
    list_filter = ("was_poverty_county",)
    search_fields = ("code", "name", "name_pinyin", "name_en")


@admin.register(Producer)
class ProducerAdmin(SeenBySearch, FixedCode, OwnRowsAdmin):
    scope = Scope.public()
    own = Scope.by(county="county__code")
    writable_by = GOODS_OFFICES
    list_display = ("code", "name", "kind", "county", "source")
    list_filter = ("kind", "county")
    list_select_related = ("county",)
    search_fields = ("code", "name")
    autocomplete_fields = ("county",)


@admin.register(Category)
class CategoryAdmin(SeenBySearch, FixedCode, ScopedModelAdmin):
    scope = Scope.public()
    writable_by = frozenset({"prefecture"})
    list_display = ("code", "name")
    search_fields = ("code", "name")
