"""Give and end roles; the services decide who may."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope, ScopedModelAdmin
from accounts.models import RoleAssignment, User
from accounts.services.roles import NewRole, check_grant, grant_role, revoke_role
from common.clock import today
from common.errors import DomainError


class RoleAssignmentForm(forms.ModelForm):
    """Asks `check_grant` before the row is written; `granter` is set by the admin."""

    granter: User

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_grant(
                    user=cleaned["user"], asked=asked_role(cleaned), granted_by=self.granter
                )
            except DomainError as refusal:
                raise ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned


def asked_role(cleaned: dict[str, Any]) -> NewRole:
    """Read a role from a valid form."""
    return NewRole(
        role=cleaned["role"],
        duty=cleaned["duty"],
        scope_kind=cleaned["scope_kind"],
        scope_code=cleaned["scope_code"],
        valid_from=cleaned["valid_from"],
        valid_to=cleaned["valid_to"],
    )


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ScopedModelAdmin):
    scope = Scope.central()
    viewable_by = frozenset({"prefecture", "auditor"})
    writable_by = frozenset({"prefecture"})
    form = RoleAssignmentForm
    fields = ("user", "role", "duty", "scope_kind", "scope_code", "valid_from", "valid_to")
    list_display = (
        "user",
        "role",
        "duty",
        "scope_kind",
        "scope_code",
        "valid_from",
        "valid_to",
        "granted_by",
    )
    list_filter = ("role", "duty", "scope_kind")
    list_select_related = ("user", "granted_by")
    search_fields = ("user__username", "user__display_name", "scope_code")
    autocomplete_fields = ("user",)
    actions = ("end_roles",)

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        """A role is ended and given anew, never edited."""
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whoever may give roles may end them; the service looks at each one."""
        return self.has_add_permission(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"valid_from": today(), **initial}

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"granter": request.user})

    def save_model(self, _request: HttpRequest, obj: Any, form: Any, _change: bool) -> None:
        """Write the row through the service; the form has already asked whether it may be."""
        granted = grant_role(
            user=obj.user, asked=asked_role(form.cleaned_data), granted_by=form.granter
        )
        obj.pk = granted.pk
        obj._state.adding = False

    @admin.action(description=_("结束所选角色"), permissions=["end"])
    def end_roles(self, request: HttpRequest, queryset: QuerySet[RoleAssignment]) -> None:
        """End the chosen roles today."""
        actor = cast(User, request.user)
        for assignment in queryset:
            try:
                revoke_role(assignment=assignment, revoked_by=actor)
            except DomainError as refusal:
                self.message_user(request, f"{assignment}: {refusal.message}", messages.ERROR)
                return
        self.message_user(request, gettext("所选角色已结束。"), messages.SUCCESS)
