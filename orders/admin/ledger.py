"""Look at the sales ledger. It is append-only: corrections are new rows, written by services."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedTabularInline
from orders.models import SalesEntry
from products.admin.columns import in_yuan, shown

AMOUNT = in_yuan("amount_fen", _("成交额（元）"))
PAID = in_yuan("consumer_paid_fen", _("买家实付（元）"))
SUBSIDY = in_yuan("subsidy_fen", _("补贴（元）"))
FREIGHT = in_yuan("freight_fen", _("运费（元）"))
EXCLUDED = in_yuan("excluded_fen", _("不计入金额（元）"))

BY_PLACE_AND_ORIGIN = Scope.by(sales_point="sales_point_code", county="county_code")


class EntryInline(ScopedTabularInline):
    scope = BY_PLACE_AND_ORIGIN
    model = SalesEntry
    fields = readonly_fields = shown(
        *("sequence", "kind", "line_key", "sku_code", "county_code", "quantity", AMOUNT),
        *(PAID, SUBSIDY, FREIGHT, EXCLUDED, "occurred_at", "recorded_at"),
    )
    ordering = ("id",)


@admin.register(SalesEntry)
class SalesEntryAdmin(ReadOnlyAdmin):
    scope = BY_PLACE_AND_ORIGIN
    list_display = (
        *("order_number", "sales_point_code", "kind", "sku_code", "county_code", "quantity"),
        *(AMOUNT, PAID, "order_date", "event_date", "excluded_reason"),
    )
    list_filter = ("kind", "side", "order_date", "is_certified", "is_event_date_assumed")
    search_fields = ("=order_number", "=sku_code", "=county_code", "=reference_code")
    search_help_text = _("按订单编号、SKU 编码、产地县代码或活动标记查找")
    fields = readonly_fields = shown(
        *("order_number", "sales_point_code", "line_key", "component", "sequence", "kind"),
        *("side", "corrects", "channel_class", "purchase_mode", "stage"),
        *("helper_district_code", "helper_evidence", "county_code", "producer_code", "sku_code"),
        *("is_certified", "buyer_key", "buyer_kind", "beneficiary_unit_code", "reference_code"),
        *("quantity", AMOUNT, PAID, SUBSIDY, "subsidies", FREIGHT, EXCLUDED, "excluded_reason"),
        *("paid_at", "order_date", "occurred_at", "event_date", "is_event_date_assumed"),
        *("recorded_at", "source", "seal"),
    )
