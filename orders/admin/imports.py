"""Look at imports: what came in, what became of each row, and what is still in doubt."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.columns import person
from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedTabularInline
from orders.models import ImportIssue, ImportPart, OrderImport, RawBlock
from products.admin.columns import in_words, in_yuan, shown

GROSS = in_yuan("gross_fen", _("成交（元）"))
REFUND = in_yuan("refund_fen", _("退款（元）"))
FREIGHT = in_yuan("freight_fen", _("运费净额（元）"))
EXCLUDED = in_yuan("excluded_fen", _("不计入净额（元）"))
COMPENSATION = in_yuan("compensation_fen", _("赔付（元）"))
PLATFORM_GROSS = in_yuan("platform_gross_fen", _("平台成交（元）"))
PLATFORM_REFUND = in_yuan("platform_refund_fen", _("平台退款（元）"))
FORMAT = in_words("format", _("格式"), {"taobao": _("淘宝")})
CREATED_BY = person("created_by", _("操作人"))
TABLE = in_words(
    "table", _("表"), {"orders": _("订单表"), "details": _("明细表"), "items": _("商品表")}
)


class PartInline(ScopedTabularInline):
    scope = Scope.by(sales_point="order_import__sales_point__code")
    model = ImportPart
    fields = readonly_fields = shown("ordinal", "name", TABLE, "encoding", "rows", "sha256")


@admin.register(OrderImport)
class OrderImportAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point__code")
    list_display = (
        *("id", "sales_point", FORMAT, "state", "started_at", "rows", "orders"),
        *("created", "updated", "unchanged", "rejected", "quarantined", GROSS, REFUND),
    )
    list_filter = ("state", "format", "sales_point", "business_date")
    list_select_related = ("sales_point",)
    search_fields = ("=id", "parts__name", "=parts__sha256")
    search_help_text = _("按导入编号、文件名或文件哈希查找")
    fields = readonly_fields = shown(
        *("sales_point", FORMAT, "state", CREATED_BY, "job", "business_date"),
        *("started_at", "finished_at", "rows", "accepted", "rejected", "quarantined"),
        *("duplicate", "orders", "lines", "created", "updated", "unchanged", "stale"),
        *("unmatched", GROSS, REFUND, FREIGHT, EXCLUDED, PLATFORM_GROSS, PLATFORM_REFUND),
        *("refunds_date_assumed", COMPENSATION),
    )
    inlines = (PartInline,)


@admin.register(ImportPart)
class ImportPartAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="order_import__sales_point__code")
    list_display = ("order_import", "ordinal", "name", TABLE, "encoding", "rows", "size_bytes")
    list_filter = ("table", "encoding")
    list_select_related = ("order_import__sales_point",)
    search_fields = ("name", "=sha256")
    fields = readonly_fields = shown(
        *("order_import", "ordinal", "name", TABLE, "sha256", "size_bytes"),
        *("encoding", "rows", "same_as"),
    )


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="order_import__sales_point__code")
    list_display = (
        *("order_import", "part_ordinal", "row", "verdict", "code", "order_number"),
        *("paid_on", GROSS, REFUND),
    )
    list_filter = ("verdict", "order_import__sales_point")
    list_select_related = ("order_import__sales_point",)
    search_fields = ("=order_number", "=code", "message")


@admin.register(RawBlock)
class RawBlockAdmin(ReadOnlyAdmin):
    """Which raw rows are kept; the rows themselves are read by `audit`, not on screen."""

    scope = Scope.by(sales_point="part__order_import__sales_point__code")
    list_display = ("part", "first_row", "rows")
    list_select_related = ("part",)
    search_fields = ("part__name",)
    fields = readonly_fields = shown("part", "first_row", "rows")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the compressed rows in the database."""
        return super().get_queryset(request).defer("body")
