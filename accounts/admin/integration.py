"""Make integration keys, whose secret is shown once, and revoke them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.columns import person
from accounts.admin.scoping import Scope, ScopedModelAdmin
from accounts.models import IntegrationKey, User
from accounts.services.integration import (
    NewKey,
    check_key,
    create_integration_key,
    revoke_integration_key,
)
from common.clock import today
from common.errors import DomainError


class IntegrationKeyForm(forms.ModelForm):
    """Asks `check_key` before the key is made; `creator` is set by the admin."""

    creator: User
    addresses = forms.CharField(
        label=_("允许的地址"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("如 203.0.113.7 或 203.0.113.0/24，用逗号分隔；留空表示任何地址。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_key(asked=asked_key(cleaned), created_by=self.creator)
            except DomainError as refusal:
                raise ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned


def asked_key(cleaned: dict[str, Any]) -> NewKey:
    """Read a key from a valid form."""
    stated = cleaned["addresses"].replace("，", ",").split(",")
    return NewKey(
        user=cleaned["user"],
        label=cleaned["label"],
        valid_from=cleaned["valid_from"],
        valid_to=cleaned["valid_to"],
        networks=tuple(one.strip() for one in stated if one.strip()),
    )


@admin.register(IntegrationKey)
class IntegrationKeyAdmin(ScopedModelAdmin):
    """The secret is on the page that answers the form, and nowhere else."""

    scope = Scope.central()
    viewable_by = frozenset({"prefecture", "auditor"})
    writable_by = frozenset({"prefecture"})
    form = IntegrationKeyForm
    asked = ("user", "label", "valid_from", "valid_to", "addresses")
    page = (
        *("key_id", "user", "label", "valid_from", "valid_to", "callers", "revoked_at"),
        *("last_used_at", person("created_by", _("创建人")), "created_at"),
    )
    list_display = (
        "key_id",
        "label",
        "user",
        "valid_from",
        "valid_to",
        "revoked_at",
        "last_used_at",
    )
    list_filter = ("revoked_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("=key_id", "label", "user__username", "user__display_name")
    search_help_text = _("按密钥编号、用途或用户查找")
    autocomplete_fields = ("user",)
    actions = ("revoke_keys",)

    @admin.display(description=_("允许的地址"))
    def callers(self, key: IntegrationKey) -> str:
        """Return the addresses that the key works from."""
        return ", ".join(key.networks) or gettext("任何地址")

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        """A key is revoked and made anew, never edited."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may make keys may revoke them."""
        return self.has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        return self.asked if obj is None else self.page

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        return () if obj is None else self.page

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"valid_from": today(), **initial}

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, **{**kwargs, "form": forms.ModelForm})
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"creator": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, _change: bool) -> None:
        """Make the key through the service and keep the secret for the answer alone."""
        key, secret = create_integration_key(
            asked=asked_key(form.cleaned_data), created_by=cast(User, request.user)
        )
        obj.__dict__.update(key.__dict__)
        request._made_secret = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, *_: Any, **__: Any) -> HttpResponse:
        """Show the secret once; neither cookie, session nor browser cache keeps it."""
        answer = TemplateResponse(
            request,
            "accounts/key_made.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("密钥已创建"),
                "key": obj,
                "secret": request._made_secret,  # type: ignore[attr-defined]
            },
        )
        answer["Cache-Control"] = "no-store"
        return answer

    @admin.action(description=_("撤销所选密钥"), permissions=["revoke"])
    def revoke_keys(self, request: HttpRequest, queryset: QuerySet[IntegrationKey]) -> None:
        """Revoke the chosen keys now."""
        for key in queryset:
            revoke_integration_key(key=key, revoked_by=cast(User, request.user))
        self.message_user(request, gettext("所选密钥已撤销。"), messages.SUCCESS)
