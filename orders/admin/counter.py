"""Look at what counters rang up."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from orders.models import CounterSale
from products.admin.columns import in_yuan

_TOTAL = in_yuan("total_fen", _("合计（元）"))


@admin.register(CounterSale)
class CounterSaleAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point__code")
    list_display = ("sold_at", "sales_point", "number", _TOTAL, "clerk", "flags", "received_at")
    list_filter = ("sales_point",)
    list_select_related = ("sales_point", "clerk")
    search_fields = ("number", "clerk__username")
    date_hierarchy = "sold_at"
