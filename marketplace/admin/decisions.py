"""Decide by hand what a campaign earns (归属认定), and check what others decided."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope
from accounts.models import User
from marketplace.admin.places import HELPING_OFFICES
from marketplace.models import AttributionDecision
from marketplace.services.attribution_decisions import (
    approve_decision,
    confirm_decision_revocation,
    decide_attribution,
    submit_decision,
)
from operations.admin.reviewing import REVIEW_COLUMNS, ReviewedAdmin
from orders.admin.lines import OrderLineForm, OrderLineStated


@admin.register(AttributionDecision)
class AttributionDecisionAdmin(OrderLineStated, ReviewedAdmin):
    scope = Scope.by(
        sales_point="order__sales_point__code", county="order__lines__sku__product__county__code"
    )
    writable_by = checked_by_roles = HELPING_OFFICES
    add_form = OrderLineForm
    asked = ("order", "line", "campaign", "verdict", "reason", "uploads")
    page = ("order", "extent", "campaign", "verdict", "reason", "papers_linked")
    list_display = ("id", "order", "extent", "campaign", "verdict", "reason", *REVIEW_COLUMNS)
    list_filter = ("verdict", "campaign")
    list_select_related = ("order", "campaign")
    search_fields = ("=id", "=order__number", "=campaign__code", "reason")
    search_help_text = _("按编号、订单编号、活动编码或理由查找")
    autocomplete_fields = ("order", "campaign")

    def state(self, actor: User, values: dict[str, Any]) -> AttributionDecision:
        return decide_attribution(**values, actor=actor)

    def submit(self, row: AttributionDecision, actor: User) -> AttributionDecision:
        return submit_decision(row, actor)

    def approve(self, row: AttributionDecision, actor: User) -> AttributionDecision:
        return approve_decision(row, actor)

    def revoke(self, row: AttributionDecision, actor: User) -> AttributionDecision:
        return confirm_decision_revocation(row, actor)
