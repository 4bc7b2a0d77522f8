"""Admin of stock: places, what lies there, and the movements that people enter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
)

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedModelAdmin
from common.errors import DomainError
from products.admin.columns import FixedCode
from products.admin.form_fields import WrittenByService
from products.models import Sku
from products.models.stock import StockItem, StockMovement, StockPlace, StockReservation
from products.services.stock import move_stock

_PLACES = Scope.by(
    sales_point="item__place__sales_point_code", county="item__sku__product__county__code"
)
Kind = StockMovement.Kind
# What people enter, and whether it takes packs off the shelf.
_ENTERED = {
    Kind.RECEIPT: 1,
    Kind.RETURN: 1,
    Kind.LOSS: -1,
    Kind.TASTING: -1,
    Kind.GIFT: -1,
}


class MovementForm(WrittenByService):
    """Moves packs of a SKU at a place by the service, which refuses what cannot be."""

    place = forms.ModelChoiceField(
        label=gettext_lazy("库存地点"),
        queryset=StockPlace.objects.all(),
        widget=UnfoldAdminSelectWidget,
    )
    sku = forms.ModelChoiceField(
        label=gettext_lazy("规格（SKU）"),
        queryset=Sku.objects.all(),
        widget=UnfoldAdminSelect2Widget,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"),
        choices=[(kind.value, kind.label) for kind in _ENTERED],
        widget=UnfoldAdminSelectWidget,
    )
    packs = forms.IntegerField(
        label=gettext_lazy("数量"),
        min_value=1,
        max_value=10**9,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = StockMovement
        fields = ("kind", "reference", "reason")

    actor: Any = None

    def clean(self) -> dict[str, Any]:
        """Ask the service first: a refusal is told on the form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        kind = Kind(cleaned["kind"])
        if kind is not Kind.RECEIPT and not cleaned["reason"].strip():
            raise ValidationError(_("请写明原因。"))
        try:
            item = move_stock(
                cleaned["place"],
                cleaned["sku"],
                kind=kind,
                quantity=_ENTERED[kind] * cleaned["packs"],
                actor=self.actor,
                reference=cleaned["reference"],
                reason=cleaned["reason"],
            )
        except DomainError as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        self.instance = item.movements.order_by("-pk")[0]
        return cleaned


@admin.register(StockPlace)
class StockPlaceAdmin(FixedCode, ScopedModelAdmin):
    scope = Scope.by(sales_point="sales_point_code")
    writable_by = frozenset({"prefecture"})
    list_display = ("code", "name", "sales_point_code", "serves_storefront")
    search_fields = ("code", "name")


@admin.register(StockItem)
class StockItemAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="place__sales_point_code", county="sku__product__county__code")
    list_display = ("place", "sku", "on_hand", "reserved")
    list_filter = ("place", "sku__product__county", "sku__product__category")
    list_select_related = ("place", "sku")
    search_fields = ("sku__code", "sku__name", "place__code", "place__name")


@admin.register(StockMovement)
class StockMovementAdmin(ScopedModelAdmin):
    """People enter receipts, returns, losses, tastings and gifts; nobody edits a movement."""

    scope = _PLACES
    writable_by = frozenset({"prefecture"})
    form = MovementForm
    list_display = ("occurred_at", "item", "kind", "quantity", "reference", "actor")
    list_filter = ("kind", "item__place")
    list_select_related = ("item__place", "item__sku", "actor")
    search_fields = ("reference", "item__sku__code", "item__sku__name")
    date_hierarchy = "occurred_at"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        """Ask for a movement, or show one."""
        if obj is None:
            return ("place", "sku", "kind", "packs", "reference", "reason")
        return ("item", "kind", "quantity", "reference", "reason", "actor", "occurred_at")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Give the form the person who fills it in."""
        form = super().get_form(request, obj, **kwargs)
        form.actor = request.user
        return form

    def save_model(self, *_: Any, **__: Any) -> None:
        """The form has written the movement: such rows are never saved twice."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None, **kw: Any) -> bool:
        """Show rows, and never let one be edited."""
        return obj is None and super().has_change_permission(request, obj, **kw)


@admin.register(StockReservation)
class StockReservationAdmin(ReadOnlyAdmin):
    scope = _PLACES
    list_display = ("reserved_at", "item", "reference", "quantity", "outcome", "ended_at")
    list_filter = ("outcome", "item__place")
    list_select_related = ("item__place", "item__sku")
    search_fields = ("reference", "item__sku__code")
    date_hierarchy = "reserved_at"
