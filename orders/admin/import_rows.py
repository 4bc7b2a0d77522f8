"""Look at the rows of imports: files, verdicts, raw rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedTabularInline
from orders.models import ImportIssue, ImportPart, RawBlock
from products.admin.columns import in_words, in_yuan, shown

GROSS = in_yuan("gross_fen", _("成交（元）"))
REFUND = in_yuan("refund_fen", _("退款（元）"))
TABLE_WORDS = {"orders": _("订单表"), "details": _("明细表"), "items": _("商品表")}
TABLE = in_words("table", _("表"), TABLE_WORDS)


class PartInline(ScopedTabularInline):
    scope = Scope.by(sales_point="order_import__sales_point__code")
    model = ImportPart
    fields = readonly_fields = shown("ordinal", "name", TABLE, "encoding", "rows", "sha256")


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
    list_filter = ("verdict", "order_import__sales_point", "order_import")
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
