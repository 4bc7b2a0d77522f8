"""Lower a refund that was reported too high (退款更正): prepared by one, checked by another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import Scope
from accounts.models import User
from operations.admin.reviewing import REVIEW_COLUMNS, ReviewedAdmin
from orders.admin.lines import OrderLineForm, OrderLineStated
from orders.admin.offices import DECIDING_OFFICES
from orders.models import RefundCorrection
from orders.services.refund_corrections import (
    approve_refund_correction,
    confirm_refund_correction_revocation,
    propose_refund_correction,
)
from products.admin.columns import in_yuan, shown
from products.admin.form_fields import YuanField

REPORTED = in_yuan("reported_fen", _("原报累计退款（元）"))
REFUNDED = in_yuan("refunded_fen", _("更正后累计退款（元）"))


class RefundForm(OrderLineForm):
    """Takes the corrected refund in yuan."""

    refunded = YuanField(
        label=_("更正后累计退款（元）"),
        help_text=_("填更正后的累计退款（不是差额），必须低于原报数；逐行报退款的订单须选订单行。"),
    )


@admin.register(RefundCorrection)
class RefundCorrectionAdmin(OrderLineStated, ReviewedAdmin):
    scope = Scope.by(
        sales_point="order__sales_point__code", county="order__lines__sku__product__county__code"
    )
    writable_by = checked_by_roles = DECIDING_OFFICES
    add_form = RefundForm
    asked = ("order", "line", "refunded", "reason", "uploads")
    page = shown("order", "extent", REPORTED, REFUNDED, "reason", "papers_linked")
    list_display = ("id", "order", "extent", REPORTED, REFUNDED, "reason", *REVIEW_COLUMNS)
    list_filter = ("order__sales_point",)
    list_select_related = ("order",)
    search_fields = ("=id", "=order__number", "reason")
    search_help_text = _("按编号、订单编号或原因查找")
    autocomplete_fields = ("order",)

    def state(self, actor: User, values: dict[str, Any]) -> RefundCorrection:
        refunded_fen = values.pop("refunded")
        return propose_refund_correction(**values, refunded_fen=refunded_fen, actor=actor)

    def approve(self, row: RefundCorrection, actor: User) -> RefundCorrection:
        return approve_refund_correction(row, actor)

    def revoke(self, row: RefundCorrection, actor: User) -> RefundCorrection:
        return confirm_refund_correction_revocation(row, actor)
