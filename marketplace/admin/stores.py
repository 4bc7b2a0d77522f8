"""Admin of store profiles and the ranks that people saw."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import Scope, ScopedModelAdmin
from marketplace.admin.places import WHOLE_OFFICES
from marketplace.models import RankObservation, StoreProfile
from products.admin.columns import EditableInline
from products.admin.form_fields import PrecisionForm


class RankInline(EditableInline):
    scope = Scope.public()
    writable_by = WHOLE_OFFICES
    model = RankObservation
    form = PrecisionForm
    fields = ("observed_on", "precision", "rank", "points", "source")


@admin.register(StoreProfile)
class StoreProfileAdmin(ScopedModelAdmin):
    scope = Scope.public()
    writable_by = WHOLE_OFFICES
    list_display = ("sales_point", "platform", "introduction", "source")
    list_filter = ("platform",)
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "introduction")
    autocomplete_fields = ("sales_point",)
    inlines = (RankInline,)


@admin.register(RankObservation)
class RankObservationAdmin(ScopedModelAdmin):
    form = PrecisionForm
    scope = Scope.public()
    writable_by = WHOLE_OFFICES
    list_display = ("store", "observed_on", "precision", "rank", "points", "source")
    list_filter = ("rank",)
    list_select_related = ("store__sales_point",)
    search_fields = ("store__sales_point__name", "rank")
    autocomplete_fields = ("store",)
