"""Look at the keys of requests that took effect. Their answers are not shown: they name people."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from operations.models import IdempotencyKey


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    fields = ("actor", "route", "key", "status", "created_at")
    list_display = ("created_at", "route", "actor", "key", "status")
    list_filter = ("status",)
    search_fields = ("key", "actor")
    date_hierarchy = "created_at"
