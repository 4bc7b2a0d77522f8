"""Look at redeemed vouchers, as the sources last reported them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from orders.models import VoucherRedemption
from products.admin.columns import in_yuan, shown

DISCOUNT = in_yuan("discount_fen", _("抵扣金额（元）"))


@admin.register(VoucherRedemption)
class VoucherRedemptionAdmin(ReadOnlyAdmin):
    scope = Scope.by(
        sales_point="order__sales_point__code", county="order__lines__sku__product__county__code"
    )
    list_display = ("voucher_code", "order", "line_key", "campaign_code", DISCOUNT)
    list_filter = ("order__sales_point",)
    list_select_related = ("order",)
    search_fields = ("=voucher_code", "=campaign_code", "=order__number")
    search_help_text = _("按券码、活动标记或订单编号查找")
    fields = readonly_fields = shown("order", "line_key", "voucher_code", "campaign_code", DISCOUNT)
