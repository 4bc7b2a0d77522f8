"""The page that explains an order: why each campaign did or did not get it (归因说明)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.models import AttributionDecision
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.selectors.explanation_words import MODEL_WORDS
from marketplace.services.attribution.explaining import explain_order
from marketplace.services.attribution.telling import step_models, tell
from operations.admin.steps import page_of
from orders.admin.elsewhere import add_page_about_orders
from orders.models import Order, SalesEntry

NAME = "admin:marketplace_attributionentry_explain"


def explanation_of(order_id: int, *, line_key: str = "", campaign_code: str = "") -> str:
    """Return the address of an order's explanation, of one line or campaign where given."""
    asked = {"line": line_key, "campaign": campaign_code}
    kept = {name: value for name, value in asked.items() if value}
    address = reverse(NAME, args=[order_id])
    return f"{address}?{urlencode(kept)}" if kept else address


add_page_about_orders(_("归因说明"), explanation_of)


def explain_view(site: admin.AdminSite, request: HttpRequest, order_id: int) -> HttpResponse:
    """Show the explanation of the ledger rows in the user's reach. Raises Http404 elsewhere."""
    order = site._registry[Order].get_queryset(request).filter(pk=order_id).first()
    if order is None:
        raise Http404
    entries = rows_in_reach(site, request, order.pk)
    told = explain_order(order.pk)
    line, campaign = (request.GET.get(name, "") for name in ("line", "campaign"))
    mine = [row for row in told.rows if row.entry_id in entries]
    rows = [row for row in mine if not line or row.line_key == line]
    decisions = site._registry[AttributionDecision]
    may_decide = decisions.has_add_permission(request)
    return TemplateResponse(
        request,
        "marketplace/explanation.html",
        {
            **site.each_context(request),
            "title": gettext("归因说明"),
            "subtitle": order.number,
            "order": order,
            "order_page": page_of(order),
            "rows": tell(told, rows, campaign_code=campaign),
            "is_stored": told.is_stored,
            "asked_line": line,
            "asked_campaign": campaign,
            "whole": explanation_of(order.pk),
            "has_rows": bool(mine),
            "weigh_words": [gettext(MODEL_WORDS[model]) for model in step_models()],
            "model_words": [gettext(MODEL_WORDS[model]) for model in PATH_MODELS],
            "decide": _decide(order) if may_decide else "",
        },
    )


def rows_in_reach(site: admin.AdminSite, request: HttpRequest, order_id: int) -> set[int]:
    """Return the ids of an order's ledger rows that the user sees in the ledger's own list."""
    reached = site._registry[SalesEntry].get_queryset(request).filter(order=order_id)
    return set(reached.values_list("pk", flat=True))


def _decide(order: Order) -> str:
    return f"{reverse('admin:marketplace_attributiondecision_add')}?order={order.pk}"


def linked(address: str) -> Any:
    """Return a link to an explanation, for a page or list."""
    return format_html('<a class="underline" href="{}">{}</a>', address, gettext("归因说明"))
