"""Admin of the storefront: orders to look at and to send, payments, notices, freight."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedModelAdmin, ScopedTabularInline
from common.errors import DomainError
from orders.models import (
    FreightTariff,
    Payment,
    PaymentNotice,
    Shipment,
    StorefrontEvent,
    StorefrontLine,
    StorefrontOrder,
)
from orders.services.storefront.sending import ship_order
from products.admin.columns import in_yuan, shown
from products.admin.form_fields import AsksYuan, WrittenByService

_OF_ORDER = Scope.by(sales_point="order__sales_point__code")
_DUE = in_yuan("due_fen", gettext_lazy("应付（元）"))
_GOODS = in_yuan("goods_fen", gettext_lazy("货款（元）"))
_FREIGHT = in_yuan("freight_fen", gettext_lazy("运费（元）"))
_SUBSIDY = in_yuan("subsidy_fen", gettext_lazy("消费券抵扣（元）"))
_FIRST = in_yuan("first_fen", gettext_lazy("首重运费（元）"))
_NEXT = in_yuan("next_fen", gettext_lazy("续重运费（元）"))
_FREE_FROM = in_yuan("free_from_fen", gettext_lazy("满额包邮（元）"))
_AMOUNT = in_yuan("amount_fen", gettext_lazy("金额（元）"))


class LineInline(ScopedTabularInline):
    scope = _OF_ORDER
    model = StorefrontLine
    fields = readonly_fields = shown(
        *("number", "sku", "title", "quantity", _AMOUNT, "waives_return", "ships_by")
    )


class EventInline(ScopedTabularInline):
    scope = _OF_ORDER
    model = StorefrontEvent
    fields = readonly_fields = ("occurred_at", "act", "from_state", "to_state", "actor")


@admin.register(StorefrontOrder)
class StorefrontOrderAdmin(ReadOnlyAdmin):
    """The address stays sealed here; who sends reads it in 收货信息."""

    scope = Scope.by(sales_point="sales_point__code")
    fields = shown(
        *(
            "number",
            "state",
            "shopper",
            "sales_point",
            _GOODS,
            _FREIGHT,
            _SUBSIDY,
            _DUE,
            "region_code",
        ),
        *("reference_code", "placed_at", "expires_at", "paid_at", "shipped_at"),
        *("received_at", "cancelled_at", "closed_at"),
    )
    list_display = ("number", "state", _DUE, "placed_at", "paid_at", "shipped_at")
    list_filter = ("state", "sales_point")
    list_select_related = ("sales_point",)
    search_fields = ("number",)
    date_hierarchy = "placed_at"
    inlines = (LineInline, EventInline)


@admin.register(StorefrontLine)
class StorefrontLineAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="order__sales_point__code", county="sku__product__county__code")
    list_display = ("order", "number", "title", "quantity", _AMOUNT, "ships_by")
    list_select_related = ("order",)
    search_fields = ("order__number", "title", "sku__code")


@admin.register(StorefrontEvent)
class StorefrontEventAdmin(ReadOnlyAdmin):
    scope = _OF_ORDER
    list_display = ("occurred_at", "order", "act", "from_state", "to_state", "actor")
    list_filter = ("act",)
    list_select_related = ("order",)
    search_fields = ("order__number",)
    date_hierarchy = "occurred_at"


class ShipmentForm(WrittenByService):
    """Sends an order by the service, which refuses what cannot be sent."""

    number = forms.CharField(
        label=gettext_lazy("订单编号"), max_length=32, widget=UnfoldAdminTextInputWidget
    )
    sender: Any = None
    orders: Any = None

    class Meta:
        model = Shipment
        fields = ("carrier", "tracking_number")

    def clean(self) -> dict[str, Any]:
        """Ask the service: a refusal is told on the form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        order = self.orders.filter(number=cleaned["number"].strip()).first()
        if order is None:
            raise ValidationError(_("没有这个订单。"))
        try:
            self.instance = ship_order(
                order,
                carrier=cleaned["carrier"].strip(),
                tracking_number=cleaned["tracking_number"].strip(),
                actor=self.sender,
            )
        except DomainError as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned


@admin.register(Shipment)
class ShipmentAdmin(ScopedModelAdmin):
    """To send an order is to add its parcel; nobody edits one."""

    scope = _OF_ORDER
    writable_by = frozenset({"prefecture", "store_operator"})
    form = ShipmentForm
    list_display = ("shipped_at", "order", "carrier", "tracking_number")
    list_select_related = ("order",)
    search_fields = ("tracking_number", "order__number")
    date_hierarchy = "shipped_at"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        """Ask for a parcel, or show one."""
        if obj is None:
            return ("number", "carrier", "tracking_number")
        return ("order", "carrier", "tracking_number", "shipped_at")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Give the form who sends, and the orders in their reach."""
        form = super().get_form(request, obj, **kwargs)
        form.sender = request.user
        form.orders = self.admin_site._registry[StorefrontOrder].get_queryset(request)
        return form

    def save_model(self, *_: Any, **__: Any) -> None:
        """The service has written the parcel."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None, **kw: Any) -> bool:
        """Show rows, and never let one be edited."""
        return obj is None and super().has_change_permission(request, obj, **kw)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    scope = _OF_ORDER
    list_display = ("number", "order", "provider", _AMOUNT, "state", "paid_at")
    list_filter = ("provider", "state")
    list_select_related = ("order",)
    search_fields = ("number", "transaction_id", "order__number")
    date_hierarchy = "created_at"


@admin.register(PaymentNotice)
class PaymentNoticeAdmin(ReadOnlyAdmin):
    """What providers told; anomalies wait here for a person."""

    scope = Scope.central()
    fields = (
        *("provider", "received_at", "notice_id", "outcome", "anomaly", "payment", "signature"),
    )
    list_display = ("received_at", "provider", "outcome", "anomaly", "payment", "notice_id")
    list_filter = ("outcome", "anomaly", "provider")
    list_select_related = ("payment",)
    search_fields = ("notice_id", "payment__number")
    date_hierarchy = "received_at"


@admin.register(FreightTariff)
class FreightTariffAdmin(AsksYuan, ScopedModelAdmin):
    scope = Scope.public()
    writable_by = frozenset({"prefecture"})
    yuan_labels = {
        "first_fen": gettext_lazy("首重运费（元）"),
        "next_fen": gettext_lazy("续重运费（元）"),
        "free_from_fen": gettext_lazy("满额包邮（元）"),
    }
    list_display = (
        *("__str__", "is_delivered", "first_grams", _FIRST, "next_grams", _NEXT),
        *(_FREE_FROM, "source"),
    )
    list_filter = ("is_delivered",)
    search_fields = ("region_prefix",)
