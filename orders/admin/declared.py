"""Declare sales that are known as a sum (申报销售), and check what others declared."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.scoping import Scope
from accounts.models import User
from operations.admin.reviewing import REVIEW_COLUMNS
from orders.admin.monthly_ledgers import HandsInLedgers
from orders.admin.offices import DECIDING_OFFICES
from orders.admin.papers import PapersForm, WithPapers
from orders.models import DeclaredSale
from orders.services.declaring import (
    approve_declared_sale,
    confirm_declared_sale_revocation,
    declare_sale,
    submit_declared_sale,
)
from products.admin.columns import in_yuan
from products.admin.form_fields import YuanField, category_names, code_field, county_names

BOUND_HELP = _("原文写‘余’‘以上’时选多于。")
WORDING_HELP = _("照抄来源中的写法，如‘5207.39万元’。")
AMOUNT = in_yuan("amount_fen", _("金额（元）"))


class DeclaredSaleForm(PapersForm):
    """Takes the amount in yuan; the row keeps fen."""

    class Meta:
        help_texts: ClassVar[dict[str, Any]] = {
            "kind": _(
                "台账申报：填销售点或单位、期间起止和佐证材料；期初累计：只填区、县和截止日。"
            ),
            "bound": BOUND_HELP,
            "wording": WORDING_HELP,
        }

    amount_fen = YuanField(label=_("金额（元）"))
    helper_district_code = forms.CharField(
        label=_("帮扶区代码"),
        max_length=6,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("六位行政区划代码；台账申报留空时，按单位或销售点所属的区。"),
    )
    county_code = code_field(_("产地县"), county_names)
    category_code = code_field(_("类目"), category_names)


@admin.register(DeclaredSale)
class DeclaredSaleAdmin(WithPapers, HandsInLedgers):
    scope = Scope.by(
        sales_point="sales_point__code", county="county_code", district="helper_district_code"
    )
    writable_by = checked_by_roles = DECIDING_OFFICES
    add_form = DeclaredSaleForm
    asked = (
        *("kind", "sales_point", "unit", "period_start", "period_end", "amount_fen"),
        *("helper_district_code", "county_code", "category_code", "channel_class"),
        *("purchase_mode", "quantity", "quantity_unit", "bound", "wording", "source"),
        *("replaces", "uploads"),
    )
    page = (
        *("kind", "sales_point", "unit", "period_start", "period_end", AMOUNT),
        *("helper_district_code", "county_code", "category_code", "channel_class"),
        *("purchase_mode", "quantity", "quantity_unit", "bound", "wording", "source"),
        *("replaces", "papers_linked"),
    )
    list_display = (
        *("id", "kind", "sales_point", "unit", "period_start", "period_end"),
        *("helper_district_code", "county_code", AMOUNT),
        *REVIEW_COLUMNS,
    )
    list_filter = ("kind", "channel_class", "purchase_mode", "period_end")
    list_select_related = ("sales_point", "unit")
    search_fields = (
        *("=id", "sales_point__code", "sales_point__name", "unit__code", "unit__name"),
        *("=helper_district_code", "=county_code", "source", "wording"),
    )
    search_help_text = _("按编号、销售点、单位、区县代码或来源查找")
    autocomplete_fields = ("sales_point", "unit", "replaces")
    date_hierarchy = "period_end"

    def rows_to(self, request: HttpRequest, *, check: bool) -> QuerySet[Any]:
        """Leave out what takes the place of a declaration beyond the user's own reach."""
        rows = super().rows_to(request, check=check)
        return rows.filter(Q(replaces=None) | Q(replaces__in=rows.order_by().values("pk")))

    def state(self, actor: User, values: dict[str, Any]) -> DeclaredSale:
        return declare_sale(**values, actor=actor)

    def submit(self, row: DeclaredSale, actor: User) -> DeclaredSale:
        return submit_declared_sale(row, actor)

    def approve(self, row: DeclaredSale, actor: User) -> DeclaredSale:
        return approve_declared_sale(row, actor)

    def revoke(self, row: DeclaredSale, actor: User) -> DeclaredSale:
        return confirm_declared_sale_revocation(row, actor)
