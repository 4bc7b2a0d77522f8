"""Admin of campaigns. Rules are published as versions by the service and never edited."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedTabularInline
from accounts.models import User
from marketplace.admin.campaign_drafts import may_draft
from marketplace.admin.uplift import RequestsEstimates
from marketplace.models import Campaign, CampaignScope, CampaignVersion
from marketplace.services.campaigns import rename_campaign
from products.admin.columns import in_yuan, shown

MINIMUM_ORDER = in_yuan("minimum_order_fen", _("订单最低金额（元）"))


class VersionInline(ScopedTabularInline):
    scope = Scope.public()
    model = CampaignVersion
    fields = readonly_fields = shown(
        *("number", "starts_at", "ends_at", "minimum_level", "priority"),
        *("lookback_days", "published_at"),
    )


class ScopeInline(ScopedTabularInline):
    scope = Scope.public()
    model = CampaignScope
    fields = readonly_fields = shown("kind", "code")
    show_change_link = False


@admin.register(Campaign)
class CampaignAdmin(RequestsEstimates):
    scope = Scope.public()
    writable_by = frozenset({"prefecture", "city", "analyst"})
    fields = ("code", "name", "source", "revised")
    readonly_fields = ("code", "source", "revised")
    list_display = ("code", "name", "source")
    search_fields = ("code", "name")
    inlines = (VersionInline,)
    actions = ("request_estimates",)

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        """A campaign begins with its first version, which a service publishes."""
        return False

    def get_fields(self, request: HttpRequest, _obj: Any = None) -> Any:
        """Lead those who may draw up rules to the form."""
        return self.fields if may_draft(request) else self.fields[:-1]

    @admin.display(description=_("修订规则"))
    def revised(self, row: Campaign) -> str:
        """Link to a draft that starts from the current rules."""
        address = reverse("admin:marketplace_campaigndraft_add", query={"campaign": row.code})
        return format_html('<a class="underline" href="{}">{}</a>', address, _("拟定新版规则"))

    def save_model(self, request: HttpRequest, obj: Any, *_: Any) -> None:
        """Rename through the service, which records who did it."""
        actor = cast(User, request.user)
        standing_row = Campaign.objects.get(pk=obj.pk)
        rename_campaign(campaign=standing_row, name=obj.name, renamed_by=actor)


@admin.register(CampaignVersion)
class CampaignVersionAdmin(ReadOnlyAdmin):
    scope = Scope.public()
    list_display = (
        *("campaign", "number", "starts_at", "ends_at", "minimum_level", "priority"),
        *("published_at", "published_by"),
    )
    list_filter = ("campaign", "minimum_level")
    list_select_related = ("campaign", "published_by")
    search_fields = ("campaign__code", "campaign__name", "=rule_hash")
    fields = readonly_fields = shown(
        *("campaign", "number", "starts_at", "ends_at", "minimum_level", "priority"),
        *("lookback_days", "is_certified_only", MINIMUM_ORDER, "published_at"),
        *("published_by", "rule_hash"),
    )
    inlines = (ScopeInline,)


@admin.register(CampaignScope)
class CampaignScopeAdmin(ReadOnlyAdmin):
    scope = Scope.public()
    list_display = ("version", "kind", "code")
    list_filter = ("kind",)
    list_select_related = ("version",)
    search_fields = ("=code", "version__campaign__code")
