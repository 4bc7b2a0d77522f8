"""Decide by hand what a campaign earns (归属认定), and check what others decided."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope
from accounts.models import User
from common.money import yuan
from marketplace.admin.explanations import explanation_of, linked, rows_in_reach
from marketplace.admin.places import HELPING_OFFICES
from marketplace.models import AttributionDecision
from marketplace.selectors.explanation_words import campaign_words
from marketplace.services.attribution.explaining import explain_order, foresee_decision
from marketplace.services.attribution.telling import tell
from marketplace.services.attribution_decisions import (
    approve_decision,
    confirm_decision_revocation,
    decide_attribution,
    submit_decision,
)
from operations.admin.reviewing import REVIEW_COLUMNS, ReviewedAdmin
from operations.models import ReviewState
from orders.admin.lines import OrderLineForm, OrderLineStated

# A decision whose check, or whose revocation's check, is still to come.
_OPEN_STATES = frozenset(
    {
        ReviewState.DRAFT,
        ReviewState.SUBMITTED,
        ReviewState.RETURNED,
        ReviewState.REVOKING,
    }
)


@admin.register(AttributionDecision)
class AttributionDecisionAdmin(OrderLineStated, ReviewedAdmin):
    scope = Scope.by(
        sales_point="order__sales_point__code", county="order__lines__sku__product__county__code"
    )
    writable_by = checked_by_roles = HELPING_OFFICES
    add_form = OrderLineForm
    asked = ("order", "line", "campaign", "verdict", "reason", "uploads")
    page = ("order", "extent", "campaign", "verdict", "reason", "papers_linked", "explained")
    list_display = ("id", "order", "extent", "campaign", "verdict", "reason", *REVIEW_COLUMNS)
    list_filter = ("verdict", "campaign")
    list_select_related = ("order", "campaign")
    search_fields = ("=id", "=order__number", "=campaign__code", "reason")
    search_help_text = _("按编号、订单编号、活动编码或理由查找")
    autocomplete_fields = ("order", "campaign")

    @admin.display(description=_("归因说明"))
    def explained(self, row: AttributionDecision) -> str:
        """Link to why the campaigns get, or do not get, what is decided on."""
        return linked(explanation_of(row.order_id, line_key=row.line_key))

    def page_parts(self, request: HttpRequest, row: AttributionDecision) -> dict[str, Any]:
        """Show what would change to whoever is asked to check."""
        parts = super().page_parts(request, row)
        if row.state not in _OPEN_STATES:
            return parts
        told = explain_order(row.order_id)
        mine = rows_in_reach(self.admin_site, request, row.order_id)
        lines = [
            each
            for each in told.rows
            if each.entry_id in mine and row.line_key in ("", each.line_key)
        ]
        keys = {each.line_key for each in lines}
        return {
            **parts,
            "page_part": "marketplace/decision_preview.html",
            "foreseen": [
                (
                    move.line_key,
                    campaign_words(move.campaign_code, told.versions),
                    yuan(move.before_fen),
                    yuan(move.after_fen),
                    yuan(move.after_fen - move.before_fen),
                )
                for move in foresee_decision(row)
                if move.line_key in keys
            ],
            "foreseen_evidence": tell(told, lines, campaign_code=row.campaign.code),
        }

    def state(self, actor: User, values: dict[str, Any]) -> AttributionDecision:
        return decide_attribution(**values, actor=actor)

    def submit(self, row: AttributionDecision, actor: User) -> AttributionDecision:
        return submit_decision(row, actor)

    def approve(self, row: AttributionDecision, actor: User) -> AttributionDecision:
        return approve_decision(row, actor)

    def revoke(self, row: AttributionDecision, actor: User) -> AttributionDecision:
        return confirm_decision_revocation(row, actor)
