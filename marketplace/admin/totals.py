"""Look at daily totals. They are derived: moved with the entries, recomputed by `audit`."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from marketplace.admin.attribution import level_name
from marketplace.models import DailyCount, DailyDigest, DailyMoney
from products.admin.columns import in_yuan, shown

DIRECT = (
    in_yuan("direct_gross_fen", _("不重复口径·成交（元）")),
    in_yuan("direct_refund_fen", _("不重复口径·退款（元）")),
)
DIRECT_DETAIL = (
    in_yuan("direct_consumer_gross_fen", _("不重复口径·买家实付（元）")),
    in_yuan("direct_consumer_refund_fen", _("不重复口径·退还买家（元）")),
    in_yuan("direct_subsidy_fen", _("不重复口径·补贴（元）")),
)
PARTICIPATION = (
    in_yuan("participation_gross_fen", _("参与口径·成交，不可加总（元）")),
    in_yuan("participation_refund_fen", _("参与口径·退款，不可加总（元）")),
)
PARTICIPATION_DETAIL = (
    in_yuan("participation_consumer_gross_fen", _("参与口径·买家实付，不可加总（元）")),
    in_yuan("participation_consumer_refund_fen", _("参与口径·退还买家，不可加总（元）")),
    in_yuan("participation_subsidy_fen", _("参与口径·补贴，不可加总（元）")),
)
KEY = ("campaign_code", "view", "date", "sales_point_code")


@admin.register(DailyMoney)
class DailyMoneyAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point_code", county="county_code")
    list_display = (*KEY, "county_code", "sku_code", level_name, *DIRECT, *PARTICIPATION)
    list_filter = ("date",)
    search_fields = ("=campaign_code", "=sales_point_code", "=county_code", "=sku_code")
    fields = readonly_fields = shown(
        *(*KEY, "channel_class", "county_code", "sku_code", level_name, *DIRECT, *DIRECT_DETAIL),
        *("direct_quantity", "direct_lines", *PARTICIPATION, *PARTICIPATION_DETAIL),
        *("participation_quantity", "participation_lines"),
    )


@admin.register(DailyCount)
class DailyCountAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    list_display = (
        *("campaign_code", "date", "dimension", "value", "direct_orders", "direct_stood"),
        *("participation_orders", "participation_stood"),
    )
    list_filter = ("date",)
    search_fields = ("=campaign_code", "=dimension", "=value")


@admin.register(DailyDigest)
class DailyDigestAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    list_display = ("campaign_code", "date", "limb0", "limb1", "limb2", "limb3", "limb4")
    list_filter = ("date",)
    search_fields = ("=campaign_code",)
