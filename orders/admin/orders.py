"""Look at orders, their lines and who bore the discounts. Services alone write them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedTabularInline
from orders.admin.elsewhere import pages_about
from orders.admin.ledger import EXCLUDED_REASON, EntryInline
from orders.admin.sources import source
from orders.models import ChangedOrder, LineDiscount, Order, OrderAdjustment, OrderLine
from products.admin.columns import EMPTY, in_yuan, shown

GOODS = in_yuan("goods_fen", _("货款（元）"))
FREIGHT = in_yuan("freight_fen", _("运费（元）"))
PAID = in_yuan("consumer_paid_fen", _("买家实付（元）"))
SUBSIDY = in_yuan("subsidy_fen", _("补贴（元）"))
REFUNDED = in_yuan("refunded_fen", _("累计退款（元）"))
RETURNED = in_yuan("subsidy_returned_fen", _("退回补贴（元）"))
COMPENSATION = in_yuan("compensation_fen", _("赔付（元）"))
UNIT_PRICE = in_yuan("unit_price_fen", _("单价（元）"))
LIST = in_yuan("list_fen", _("标价金额（元）"))
DISCOUNT = in_yuan("discount_fen", _("商家优惠（元）"))
AMOUNT = in_yuan("amount_fen", _("成交额（元）"))
ADJUSTMENT = in_yuan("amount_fen", _("金额（元）"))
# An adjustment is of the whole order, so it belongs to its sales point alone.
ADJUSTMENT_SCOPE = Scope.by(sales_point="order__sales_point__code")
SHARE = in_yuan("amount_fen", _("金额（元）"))
FLAGS = {
    "detail_incomplete": _("明细不完整"),
    "line_missing": _("新文件中缺少订单行"),
    "no_detail": _("没有明细"),
    "closed_not_refunded": _("交易关闭但未全额退款"),
    "paid_at_assumed": _("付款时间为推定"),
    "payment_without_status": _("有付款，状态却是待付款"),
    "refund_amount_assumed": _("退款金额为推定（全额）"),
    "refund_date_assumed": _("退款日期为推定"),
    "status_without_payment": _("有付款状态，没有付款时间"),
    "time_without_clock": _("时间只有日期"),
    "time_without_seconds": _("时间不含秒"),
    "unknown_unit": _("单位未登记"),
    "weighed_price_differs": _("称重商品的标价与重量、单价不符"),
    "county_differs": _("申报产地与产品产地不同"),
}


@admin.display(description=_("疑点"))
def flags(order: Order) -> str:
    """Return the doubts on an order, in one line."""
    return "、".join(str(FLAGS.get(flag, flag)) for flag in order.flags) or EMPTY


class OrderLineInline(ScopedTabularInline):
    scope = Scope.by(sales_point="order__sales_point__code", county="sku__product__county__code")
    model = OrderLine
    fields = readonly_fields = shown(
        *("title", "attributes", "seller_code", "sku", "quantity", LIST, DISCOUNT, AMOUNT),
        *(SUBSIDY, PAID, REFUNDED, EXCLUDED_REASON, "is_closed", "is_missing"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring the SKUs along: one query for all lines."""
        return super().get_queryset(request).select_related("sku")


class AdjustmentInline(ScopedTabularInline):
    scope = ADJUSTMENT_SCOPE
    model = OrderAdjustment
    fields = readonly_fields = shown(
        "kind", ADJUSTMENT, "occurred_at", "is_date_assumed", "recorded_at"
    )
    ordering = ("id",)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="sales_point__code", county="lines__sku__product__county__code")
    list_display = ("number", "sales_point", "status", "paid_at", GOODS, PAID, REFUNDED, flags)
    list_filter = ("status", "sales_point", "has_detail", "is_withdrawn", "paid_at")
    list_select_related = ("sales_point",)
    search_fields = ("=number", "=reference_code", "lines__title", "=lines__seller_code")
    search_help_text = _("按订单编号、活动标记、标题或商家编码查找")
    fields = readonly_fields = shown(
        *("sales_point", "number", "status", "placed_at", "paid_at", GOODS, FREIGHT, PAID),
        *(SUBSIDY, REFUNDED, RETURNED, COMPENSATION),
        *("buyer_key", "payer_unit_code", "reference_code"),
        *("has_detail", flags, "is_withdrawn", "last_import"),
        *(source, "recorded_at", "updated_at", pages_about),
    )
    inlines = (OrderLineInline, EntryInline, AdjustmentInline)


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="order__sales_point__code", county="sku__product__county__code")
    list_display = ("order", "title", "sku", "quantity", AMOUNT, REFUNDED, EXCLUDED_REASON)
    list_filter = ("is_closed", "is_missing", ("sku", admin.EmptyFieldListFilter))
    list_select_related = ("order", "sku")
    search_fields = ("=order__number", "title", "=seller_code", "=sku__code")
    fields = readonly_fields = shown(
        *("order", "line_key", "title", "attributes", "seller_code", "sku", UNIT_PRICE),
        *("quantity", "weight_grams", LIST, DISCOUNT, AMOUNT, SUBSIDY, PAID, REFUNDED),
        *(EXCLUDED_REASON, "beneficiary_unit_code", "stated_county_code"),
        *("is_closed", "is_missing", source),
    )


@admin.register(LineDiscount)
class LineDiscountAdmin(ReadOnlyAdmin):
    scope = Scope.by(
        sales_point="line__order__sales_point__code", county="line__sku__product__county__code"
    )
    list_display = ("order_number", "line", "funder", SHARE)
    list_select_related = ("line__order",)
    search_fields = ("=line__order__number", "=funder")
    fields = readonly_fields = shown("line", "funder", SHARE)

    @admin.display(description=_("订单编号"))
    def order_number(self, discount: LineDiscount) -> str:
        return discount.line.order.number


@admin.register(OrderAdjustment)
class OrderAdjustmentAdmin(ReadOnlyAdmin):
    scope = ADJUSTMENT_SCOPE
    list_display = ("order", "kind", ADJUSTMENT, "occurred_at", "is_date_assumed", "recorded_at")
    list_filter = ("kind", "is_date_assumed", "order__sales_point", "order__paid_at")
    list_select_related = ("order",)
    search_fields = ("=order__number",)
    search_help_text = _("按订单编号查找")
    fields = readonly_fields = shown(
        *("order", "kind", ADJUSTMENT, "occurred_at", "is_date_assumed"),
        *("source", "recorded_at"),
    )


@admin.register(ChangedOrder)
class ChangedOrderAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    list_display = ("id", "order", "reason")
    list_select_related = ("order",)
    search_fields = ("=order__number", "=reason")
