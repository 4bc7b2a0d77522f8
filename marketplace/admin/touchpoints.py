"""Touchpoints as they came in. Buyers stand there as keyed hashes, of which a part is shown."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from marketplace.models import Touchpoint
from products.admin.columns import shown

# A hash tells buyers apart; its whole adds nothing for a reader.
_SHOWN_SIGNS = 8


@admin.register(Touchpoint)
class TouchpointAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    list_display = (
        *("occurred_at", "kind", "campaign_shown", "buyer_shown", "sales_point_code"),
        *("link_code", "source", "recorded_at"),
    )
    list_filter = ("kind", "source", "campaign_code")
    search_fields = ("=campaign_code", "=link_code", "=buyer_key", "=source_id")
    search_help_text = _("按活动编码、推广码、买家标识或来源编号查找")
    fields = readonly_fields = shown(
        *("kind", "campaign_shown", "occurred_at", "recorded_at", "buyer_shown"),
        *("sales_point_code", "link_code", "source", "source_id"),
    )

    @admin.display(description=_("活动"), ordering="campaign_code")
    def campaign_shown(self, row: Touchpoint) -> str:
        """Return the campaign, or that nobody brought the buyer."""
        return row.campaign_code or str(_("直接触点"))

    @admin.display(description=_("买家标识"))
    def buyer_shown(self, row: Touchpoint) -> str:
        """Return the head of the buyer's hash."""
        return f"{row.buyer_key[:_SHOWN_SIGNS]}…"
