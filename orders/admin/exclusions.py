"""Decide what is not counted (剔除), and which orders are one sale twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope, standing
from accounts.models import User
from accounts.selectors.scoping import rows_in_reach
from common.money import yuan
from operations.admin.reviewing import REVIEW_COLUMNS, ReviewedAdmin
from orders.admin.lines import OrderLineForm, OrderLineStated
from orders.admin.offices import DECIDING_OFFICES
from orders.models import ExclusionDecision, LinkedOrders, Order
from orders.services.exclusions import (
    approve_exclusion,
    confirm_exclusion_revocation,
    propose_exclusion,
)
from orders.services.linking import approve_link, confirm_link_revocation, state_link


def order_told(field: str, label: Any) -> Callable[[Any], str]:
    """Return a column that tells an order by its number, sales point and goods amount."""

    @admin.display(description=label, ordering=f"{field}__number")
    def column(row: Any) -> str:
        order: Order = getattr(row, field)
        return f"{order.number} {order.sales_point} {yuan(order.goods_fen)}"

    return column


KEPT = order_told("order", _("保留的订单：编号、销售点、货款（元）"))
DUPLICATE = order_told("duplicate", _("重复的订单：编号、销售点、货款（元）"))


@admin.register(ExclusionDecision)
class ExclusionDecisionAdmin(OrderLineStated, ReviewedAdmin):
    scope = Scope.by(
        sales_point="order__sales_point__code", county="order__lines__sku__product__county__code"
    )
    writable_by = checked_by_roles = DECIDING_OFFICES
    add_form = OrderLineForm
    asked = ("order", "line", "reason", "evidence", "uploads")
    page = ("order", "extent", "reason", "evidence", "papers_linked")
    list_display = ("id", "order", "extent", "reason", "evidence", *REVIEW_COLUMNS)
    list_filter = ("reason", "order__sales_point")
    list_select_related = ("order",)
    search_fields = ("=id", "=order__number", "evidence")
    search_help_text = _("按编号、订单编号或依据说明查找")
    autocomplete_fields = ("order",)

    def state(self, actor: User, values: dict[str, Any]) -> ExclusionDecision:
        return propose_exclusion(**values, actor=actor)

    def approve(self, row: ExclusionDecision, actor: User) -> ExclusionDecision:
        return approve_exclusion(row, actor)

    def revoke(self, row: ExclusionDecision, actor: User) -> ExclusionDecision:
        return confirm_exclusion_revocation(row, actor)


@admin.register(LinkedOrders)
class LinkedOrdersAdmin(ReviewedAdmin):
    """Listed by a rule or stated by hand: approved, the second order is not counted.

    The offices of both orders see it; only who reaches both prepares and checks it.
    """

    scope = Scope.by(
        sales_point="order__sales_point__code", county="order__lines__sku__product__county__code"
    )
    also_in = (
        Scope.by(
            sales_point="duplicate__sales_point__code",
            county="duplicate__lines__sku__product__county__code",
        ),
    )
    writable_by = checked_by_roles = DECIDING_OFFICES
    asked = ("order", "duplicate", "note")
    page = ("order", KEPT, "duplicate", DUPLICATE, "ground", "note", "exclusion")
    list_display = ("id", KEPT, DUPLICATE, "ground", "note", *REVIEW_COLUMNS)
    list_filter = ("ground", "order__sales_point")
    list_select_related = ("order__sales_point", "duplicate__sales_point")
    search_fields = ("=id", "=order__number", "=duplicate__number", "note")
    search_help_text = _("按编号、订单编号或说明查找")
    autocomplete_fields = ("order", "duplicate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add the rows whose duplicate is in the user's reach."""
        seen = Q(pk__in=super().get_queryset(request).order_by().values("pk"))
        for scope in self.also_in:
            rows = LinkedOrders.objects.order_by()
            found = rows_in_reach(rows, scope, standing(request), request.user, self.viewable_by)
            seen |= Q(pk__in=found.values("pk"))
        return LinkedOrders.objects.filter(seen)

    def state(self, actor: User, values: dict[str, Any]) -> LinkedOrders:
        return state_link(**values, actor=actor)

    def approve(self, row: LinkedOrders, actor: User) -> LinkedOrders:
        return approve_link(row, actor)

    def revoke(self, row: LinkedOrders, actor: User) -> LinkedOrders:
        return confirm_link_revocation(row, actor)
