"""Admin of who benefits at the origin. No names; a household's number is only a keyed hash."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope
from products.admin.columns import EditableInline, OwnRowsAdmin, SeenBySearch, in_yuan
from products.admin.dated import DatedRowForm
from products.admin.form_fields import PrecisionForm, YuanField
from products.admin.places import GOODS_OFFICES
from products.models import DeclaredLink, Household, HouseholdLink, HouseholdStatus

# People are looked at by the offices that count them, not by whoever sells goods.
ROSTER_VIEWERS = frozenset({"prefecture", "county", "city", "work_team", "auditor"})
PRINCIPAL = in_yuan("principal_fen", _("分红本金（元）"))


class StatusInline(EditableInline):
    scope = Scope.by(county="household__county__code")
    writable_by = GOODS_OFFICES
    viewable_by = ROSTER_VIEWERS
    model = HouseholdStatus
    form = DatedRowForm
    fields = ("status", "valid_from", "valid_to")


class LinkInline(EditableInline):
    scope = Scope.by(county="household__county__code")
    writable_by = GOODS_OFFICES
    viewable_by = ROSTER_VIEWERS
    model = HouseholdLink
    form = DatedRowForm
    fields = ("producer", "mechanism", "valid_from", "valid_to")
    autocomplete_fields = ("producer",)


@admin.register(Household)
class HouseholdAdmin(OwnRowsAdmin):
    """Households come with a roster file, which hashes their numbers; dates are kept here."""

    scope = own = Scope.by(county="county__code")
    writable_by = GOODS_OFFICES
    viewable_by = ROSTER_VIEWERS
    fields = ("county", "village", "persons", "source")
    readonly_fields = ("county",)
    list_display = ("id", "county", "village", "persons", "source")
    list_filter = ("county",)
    list_select_related = ("county",)
    search_fields = ("village", "=id")
    inlines = (StatusInline, LinkInline)

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        return False


@admin.register(HouseholdStatus)
class HouseholdStatusAdmin(OwnRowsAdmin):
    form = DatedRowForm
    scope = own = Scope.by(county="household__county__code")
    writable_by = GOODS_OFFICES
    viewable_by = ROSTER_VIEWERS
    list_display = ("household", "status", "valid_from", "valid_to")
    list_filter = ("status", "household__county")
    list_select_related = ("household",)
    search_fields = ("household__village", "=household__id")
    autocomplete_fields = ("household",)


@admin.register(HouseholdLink)
class HouseholdLinkAdmin(OwnRowsAdmin):
    form = DatedRowForm
    scope = own = Scope.by(county="household__county__code")
    writable_by = GOODS_OFFICES
    viewable_by = ROSTER_VIEWERS
    list_display = ("household", "producer", "mechanism", "valid_from", "valid_to")
    list_filter = ("mechanism", "household__county")
    list_select_related = ("household", "producer")
    search_fields = ("household__village", "producer__code", "producer__name")
    autocomplete_fields = ("household", "producer")


class DeclaredLinkForm(DatedRowForm, PrecisionForm):
    """Takes the principal in yuan; the row keeps fen."""

    principal_fen = YuanField(label=_("分红本金（元）"), required=False)


@admin.register(DeclaredLink)
class DeclaredLinkAdmin(SeenBySearch, OwnRowsAdmin):
    scope = own = Scope.by(county="producer__county__code")
    writable_by = GOODS_OFFICES
    viewable_by = ROSTER_VIEWERS
    form = DeclaredLinkForm
    list_display = (
        *("producer", "mechanism", "households", "persons", PRINCIPAL, "rate_bp"),
        *("valid_from", "valid_to"),
    )
    list_filter = ("mechanism", "producer__county")
    list_select_related = ("producer",)
    search_fields = ("producer__code", "producer__name", "wording", "source")
    autocomplete_fields = ("producer",)
