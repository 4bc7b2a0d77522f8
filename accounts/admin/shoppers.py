"""Look at shoppers and their sign-ins: no number, no name, nothing to edit."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from accounts.models import Address, LoginCode, Shopper, ShopperToken

_WATCHERS = frozenset({"prefecture", "auditor"})


@admin.register(Shopper)
class ShopperAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    viewable_by = _WATCHERS
    fields = (*("public_id", "consent_version", "consented_at", "created_at", "erased_at"),)
    list_display = ("public_id", "consent_version", "created_at", "erased_at")
    list_filter = ("consent_version",)
    search_fields = ("public_id",)
    date_hierarchy = "created_at"


@admin.register(ShopperToken)
class ShopperTokenAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    viewable_by = _WATCHERS
    fields = (
        *("shopper", "family", "created_at", "access_expires_at", "refresh_expires_at"),
        *("refreshed_at", "revoked_at"),
    )
    list_display = ("shopper", "created_at", "access_expires_at", "refreshed_at", "revoked_at")
    list_select_related = ("shopper",)
    search_fields = ("shopper__public_id",)
    date_hierarchy = "created_at"


@admin.register(LoginCode)
class LoginCodeAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    viewable_by = _WATCHERS
    fields = list_display = ("sent_at", "expires_at", "tries", "used_at")
    date_hierarchy = "sent_at"


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    viewable_by = _WATCHERS
    fields = ("shopper", "public_id", "region_code", "is_default", "created_at")
    list_display = ("shopper", "region_code", "is_default", "created_at")
    list_select_related = ("shopper",)
    search_fields = ("shopper__public_id", "region_code")
