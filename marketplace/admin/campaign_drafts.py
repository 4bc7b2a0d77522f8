"""Drafts of campaign rules (活动规则草案): drawn up, previewed, handed in, checked, published."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope, standing
from accounts.models import User
from marketplace.admin.campaign_draft_form import CampaignDraftForm, initial_of
from marketplace.admin.campaign_draft_parts import preview_parts, progress_of_preview
from marketplace.admin.places import WHOLE_OFFICES
from marketplace.models import CampaignDraft
from marketplace.rules.campaigns import VersionRules
from marketplace.selectors.reports.readers import may_read_analysis
from marketplace.services.attribution.previewing import request_preview
from marketplace.services.campaign_drafts import approve_draft, draft_version, submit_draft
from operations.admin.reviewing import ONCE, REVIEW_COLUMNS, ReviewedAdmin, ReviewStep
from operations.admin.steps import Step
from operations.models import ReviewState
from operations.tasks import ring
from products.admin.columns import EMPTY

# Who draws up rules; who publishes them is among the whole offices.
DRAFTING_ROLES = frozenset({"prefecture", "city", "analyst"})
PREVIEW = ReviewStep(
    *("preview", _("试算"), _("已开始试算。"), None, "default"),
    states=(ReviewState.DRAFT, ReviewState.SUBMITTED),
)


@admin.register(CampaignDraft)
class CampaignDraftAdmin(ReviewedAdmin):
    scope = Scope.central()
    steps = (PREVIEW, *ONCE)
    bulk = ()
    writable_by = DRAFTING_ROLES
    checked_by_roles = WHOLE_OFFICES
    add_form = CampaignDraftForm
    change_form_before_template = "marketplace/campaign_draft.html"
    asked = (
        *("campaign_code", "base_number", "name", "first_day", "last_day", "minimum_level"),
        *("sales_points", "channels", "products", "counties", "buyer_kinds"),
        *("is_certified_only", "minimum_order", "priority", "lookback_days", "reason"),
    )
    page = ("campaign_code", "name", "reason", "published_as", "redrafted", "rule_hash")
    list_display = ("id", "campaign_code", "name", "base_number", "published_as", *REVIEW_COLUMNS)
    list_select_related = ("version__campaign",)
    search_fields = ("=id", "campaign_code", "name", "reason")
    search_help_text = _("按编号、活动编码、名称或理由查找")

    class Media:
        js = ("marketplace/run.js",)

    @admin.display(description=_("发布为"))
    def published_as(self, row: CampaignDraft) -> str:
        """Link to the version that a draft became."""
        if row.version is None:
            return EMPTY
        address = reverse("admin:marketplace_campaignversion_change", args=[row.version.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, row.version)

    @admin.display(description=_("另拟"))
    def redrafted(self, row: CampaignDraft) -> str:
        """Link to a new draft that starts from this one: a draft itself is never edited."""
        address = f"{reverse('admin:marketplace_campaigndraft_add')}?draft={row.pk}"
        return format_html('<a class="underline" href="{}">{}</a>', address, _("按此草案另拟"))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.progress_view)
        name = "marketplace_campaigndraft_progress"
        return [path("<int:pk>/progress/", view, name=name), *super().get_urls()]

    def progress_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Say how far a preview is; asked every second while a page waits."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        return JsonResponse(progress_of_preview(row))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from the current rules of `?campaign=CODE`, or from another `?draft=ID`."""
        return initial_of(request.GET)

    def may_take(self, request: HttpRequest, row: Any, step: Step) -> bool:
        """Let whoever prepares or checks preview."""
        if step is PREVIEW:
            return any(
                self.rows_to(request, check=check).filter(pk=row.pk).exists()
                for check in (False, True)
            )
        return super().may_take(request, row, step)

    def page_parts(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        parts = preview_parts(row, is_analyst=may_read_analysis(standing(request)))
        return {**super().page_parts(request, row), **parts}

    def take(
        self, request: HttpRequest, row: Any, step: Step, values: dict[str, Any]
    ) -> HttpResponse | None:
        if step is PREVIEW:
            ring(request_preview(row, actor=cast(User, request.user)))
            return None
        return super().take(request, row, step, values)

    def state(self, actor: User, values: dict[str, Any]) -> CampaignDraft:
        stated: VersionRules = values["stated"]
        return draft_version(
            campaign_code=values["campaign_code"],
            name=values["name"],
            base_number=values["base_number"],
            stated=stated,
            reason=values["reason"],
            actor=actor,
        )

    def submit(self, row: Any, actor: User) -> Any:
        return submit_draft(row, actor)

    def approve(self, row: Any, actor: User) -> Any:
        return approve_draft(row, actor)


def may_draft(request: HttpRequest) -> bool:
    """Say whether the user may draw up rules."""
    return standing(request).may_as(DRAFTING_ROLES, CampaignDraft._meta.app_label)
