"""Look at the sales ledger. It is append-only: corrections are new rows, written by services."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedTabularInline
from orders.admin.elsewhere import pages_about
from orders.admin.sources import source
from orders.models import SalesEntry, SalesPoint
from orders.models.exclusion import EXCLUSION_WORDS
from products.admin.columns import in_words, in_yuan, shown

AMOUNT = in_yuan("amount_fen", _("成交额（元）"))
PAID = in_yuan("consumer_paid_fen", _("买家实付（元）"))
SUBSIDY = in_yuan("subsidy_fen", _("补贴（元）"))
FREIGHT = in_yuan("freight_fen", _("运费（元）"))
EXCLUDED = in_yuan("excluded_fen", _("不计入金额（元）"))

CHANNEL = in_words("channel_class", _("渠道"), dict(SalesPoint.ChannelClass.choices))
STAGE = in_words("stage", _("销售环节"), dict(SalesPoint.Stage.choices))
PURCHASE_MODE = in_words(
    "purchase_mode",
    _("采购方式"),
    {"direct_purchase": _("直接采购"), "assisted_sale": _("帮助销售")},
)
HELPER_EVIDENCE = in_words(
    "helper_evidence",
    _("帮扶归属依据"),
    {
        "unit": _("单位所属区"),
        "sales_point": _("销售点所属区"),
        "agreement": _("帮扶协议"),
        "none": _("无"),
    },
)
BUYER_KIND = in_words("buyer_kind", _("买家类型"), {"consumer": _("个人消费者"), "unit": _("单位")})
CHANNEL_KIND = in_words(
    "channel_kind",
    _("进机关类型"),
    {
        "canteen": _("单位采购（食堂）"),
        "union_welfare": _("工会福利采购"),
        "office_fair": _("机关展销（个人购买）"),
    },
)
EXCLUDED_REASON = in_words("excluded_reason", _("不计入原因"), EXCLUSION_WORDS)

BY_PLACE_AND_ORIGIN = Scope.by(sales_point="sales_point_code", county="county_code")


class EntryInline(ScopedTabularInline):
    scope = BY_PLACE_AND_ORIGIN
    model = SalesEntry
    fields = readonly_fields = shown(
        *("sequence", "kind", "line_key", "sku_code", "county_code", "quantity", AMOUNT),
        *(PAID, SUBSIDY, FREIGHT, EXCLUDED, "occurred_at", "is_event_date_assumed"),
        "recorded_at",
    )
    ordering = ("id",)


@admin.register(SalesEntry)
class SalesEntryAdmin(ReadOnlyAdmin):
    scope = BY_PLACE_AND_ORIGIN
    list_display = (
        *("order_number", "sales_point_code", "kind", "sku_code", "county_code", "quantity"),
        *(AMOUNT, PAID, "order_date", "event_date", EXCLUDED_REASON),
    )
    list_filter = ("kind", "side", "order_date", "is_certified", "is_event_date_assumed")
    search_fields = ("=order_number", "=sku_code", "=county_code", "=reference_code")
    search_help_text = _("按订单编号、SKU 编码、产地县代码或活动标记查找")
    fields = readonly_fields = shown(
        *("order_number", "sales_point_code", "line_key", "component", "sequence", "kind"),
        *("side", "corrects", CHANNEL, CHANNEL_KIND, PURCHASE_MODE, STAGE),
        *("helper_district_code", HELPER_EVIDENCE, "county_code", "producer_code", "sku_code"),
        *("bundle_sku_code", "is_certified", "buyer_key", BUYER_KIND, "payer_unit_code"),
        *("beneficiary_unit_code", "reference_code", "quantity", "weight_grams"),
        *(AMOUNT, PAID, SUBSIDY, "subsidies", FREIGHT, EXCLUDED, EXCLUDED_REASON),
        *("paid_at", "order_date", "occurred_at", "event_date", "is_event_date_assumed"),
        *("recorded_at", source, "seal", pages_about),
    )
