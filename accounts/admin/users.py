"""Create and look after users; roles are shown below and given in their own list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.admin.scoping import Scope, ScopedModelAdmin, ScopedTabularInline, standing
from accounts.models import RoleAssignment, User

# Rights come from role rows alone; Django's groups would be a second, unscoped way.
admin.site.unregister(Group)


class HeldRolesInline(ScopedTabularInline):
    scope = Scope.central()
    model = RoleAssignment
    fk_name = "user"
    fields = ("role", "duty", "scope_kind", "scope_code", "valid_from", "valid_to", "granted_by")
    verbose_name_plural = _("持有的角色")


@admin.register(User)
class UserAdmin(ScopedModelAdmin, DjangoUserAdmin):
    scope = Scope.central()
    viewable_by = frozenset({"prefecture", "auditor"})
    writable_by = frozenset({"prefecture"})
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = (HeldRolesInline,)
    list_display = ("username", "display_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "role_assignments__role")
    search_fields = ("username", "display_name", "email")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("个人信息"), {"fields": ("display_name", "email")}),
        (_("权限"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("重要时间"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "display_name", "password1", "password2", "is_staff"),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Hide superusers (break-glass accounts) from everyone else."""
        users = super().get_queryset(request)
        return users if standing(request).superuser else users.filter(is_superuser=False)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a superuser makes superusers."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if standing(request).superuser else (*fixed, "is_superuser")
