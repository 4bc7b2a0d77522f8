"""Look at audit events."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from accounts.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    viewable_by = frozenset({"prefecture", "auditor"})
    list_display = ("occurred_at", "actor", "role", "action", "object_kind", "object_key")
    list_filter = ("action", "object_kind", "role")
    list_select_related = ("actor",)
    search_fields = ("object_key", "actor__username", "reason")
    date_hierarchy = "occurred_at"
