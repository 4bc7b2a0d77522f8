"""Look at credits. The engine alone writes them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from marketplace.admin.explanations import explain_view, explanation_of, linked
from marketplace.models import AttributionEntry
from marketplace.rules.evidence import Level
from marketplace.selectors.reports.names import reason_name
from products.admin.columns import in_yuan, shown

DIRECT = in_yuan("direct_fen", _("不重复口径（元）"))
PARTICIPATION = in_yuan("participation_fen", _("参与口径，不可加总（元）"))
DIRECT_CONSUMER = in_yuan("direct_consumer_fen", _("不重复口径·买家实付（元）"))
PARTICIPATION_CONSUMER = in_yuan(
    "participation_consumer_fen", _("参与口径·买家实付，不可加总（元）")
)


@admin.display(description=_("归因依据"), ordering="level")
def level_name(row: Any) -> str:
    """Return the name of a row's evidence level."""
    return gettext(Level(row.level).label)


@admin.display(description=_("落选原因"), ordering="reason")
def lost_because(row: Any) -> str:
    """Return the words for why a candidate lost; empty for the winner."""
    return reason_name(row.reason)


@admin.display(description=_("归因说明"))
def explained(row: AttributionEntry) -> str:
    """Link to the explanation of a row's line."""
    return linked(explanation_of(row.entry.order_id, line_key=row.entry.line_key))


@admin.register(AttributionEntry)
class AttributionEntryAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point_code", county="entry__county_code")
    list_display = (
        *("order_number", "sales_point_code", "campaign_code", level_name, lost_because),
        *(DIRECT, PARTICIPATION, "run"),
    )
    list_select_related = ("run",)
    search_fields = ("=order_number", "=campaign_code", "=run__id")
    search_help_text = _("按订单编号、活动编码或计算批次查找")
    fields = readonly_fields = shown(
        *("run", "sales_point_code", "order_number", "entry", "campaign_code", level_name),
        *(lost_because, "cause", DIRECT, PARTICIPATION, DIRECT_CONSUMER, PARTICIPATION_CONSUMER),
        explained,
    )

    def get_urls(self) -> list[Any]:
        """Add the page that explains an order."""

        def view(request: HttpRequest, order_id: int) -> HttpResponse:
            return explain_view(self.admin_site, request, order_id)

        name = "marketplace_attributionentry_explain"
        address = path("explain/<int:order_id>/", self.admin_site.admin_view(view), name=name)
        return [address, *super().get_urls()]
