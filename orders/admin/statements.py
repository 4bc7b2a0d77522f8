"""Enter what a platform says of a month (平台账单), and why figures differ (差额说明)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.admin.columns import person
from accounts.admin.scoping import Scope, standing
from accounts.models import User
from accounts.selectors.scoping import rows_in_reach
from operations.admin.steps import StatedByService
from orders.admin.offices import DECIDING_OFFICES
from orders.admin.papers import PapersForm, WithPapers
from orders.admin.reconciliation import ReconciliationPages
from orders.models import PlatformStatement, ReconciliationNote
from orders.services.reconciling import enter_statement, explain_difference
from products.admin.columns import in_yuan, shown
from products.admin.form_fields import SignedYuanField, YuanField

# Who runs a shop reads its statements, too.
RECONCILING = DECIDING_OFFICES | {"store_operator", "centre_manager"}
GROSS = in_yuan("gross_fen", _("平台成交（元）"))
REFUND = in_yuan("refund_fen", _("平台退款（元）"))
AMOUNT = in_yuan("amount_fen", _("说明的金额（元）"))
DIFFERENCE = in_yuan("difference_fen", _("说明时的差额（元）"))
MADE_BY = person("made_by", _("登记人"))
MONTH_HELP = _("填该月任意一天；按付款时间（北京时间）计月。")


@admin.display(description=_("月份"), ordering="month")
def month(row: PlatformStatement | ReconciliationNote) -> str:
    """Return the month of a row."""
    return f"{row.month:%Y-%m}"


class ReconciledAdmin(StatedByService):
    """Rows about one sales point's month, stated by whoever may and kept for ever."""

    is_abstract_base = True
    scope = Scope.by(sales_point="sales_point__code")
    writable_by = RECONCILING
    autocomplete_fields = ("sales_point",)

    def is_own(self, request: HttpRequest, row: Any) -> bool:
        rows = type(row)._default_manager.filter(pk=row.pk)
        who = standing(request).preparing(self.writable_by, self.opts.app_label)
        return rows_in_reach(rows, self.scope, who, request.user).exists()


class StatementForm(PapersForm):
    """Takes the platform's figures in yuan; the row keeps fen."""

    class Meta:
        help_texts: ClassVar[dict[str, Any]] = {
            "month": MONTH_HELP,
            "source": _("在平台后台的何处读到，如“商家中心 › 对账中心 › 月账单”。"),
        }

    gross_fen = YuanField(
        label=_("平台成交（元）"), help_text=_("该月付款订单的总额，含运费和平台补贴。")
    )
    refund_fen = YuanField(
        label=_("平台退款（元）"), help_text=_("这些订单至今的退款，含退回的补贴。")
    )


@admin.register(PlatformStatement)
class PlatformStatementAdmin(WithPapers, ReconciledAdmin):
    add_form = StatementForm
    asked = ("sales_point", "month", "gross_fen", "refund_fen", "orders", "source", "uploads")
    fields = readonly_fields = shown(
        *("sales_point", month, GROSS, REFUND, "orders", "source", "papers_linked"),
        *(MADE_BY, "made_at"),
    )
    list_display = shown("sales_point", month, GROSS, REFUND, "orders", "source", "made_at")
    list_filter = ("sales_point", "month")
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "source")
    search_help_text = _("按销售点或出处查找")

    def state(self, actor: User, values: dict[str, Any]) -> PlatformStatement:
        return enter_statement(**values, actor=actor)

    def get_urls(self) -> list[Any]:
        """Add the pages that compare what is entered here with what is recorded."""
        pages = ReconciliationPages(self)
        base = "orders_platformstatement_reconciliation"
        return [
            path("reconciliation/", self.admin_site.admin_view(pages.choose), name=base),
            path(
                "reconciliation/<slug:code>/",
                self.admin_site.admin_view(pages.months),
                name=f"{base}_months",
            ),
            path(
                "reconciliation/<slug:code>/export/",
                self.admin_site.admin_view(pages.export),
                name=f"{base}_export",
            ),
            path(
                "reconciliation/<slug:code>/<slug:month>/",
                self.admin_site.admin_view(pages.month),
                name=f"{base}_month",
            ),
            *super().get_urls(),
        ]


class NoteForm(forms.ModelForm):
    """Takes the explained part in yuan, with its sign."""

    class Meta:
        help_texts: ClassVar[dict[str, Any]] = {
            "month": MONTH_HELP,
            "text": _("写明原因和依据，如“3 月 2 日的 2 笔线下退款未进平台账单”。"),
        }

    amount_fen = SignedYuanField(
        label=_("说明的金额（元）"),
        help_text=_("这条说明所解释的差额，可为负；各条之和等于差额即为已说明。"),
    )


@admin.register(ReconciliationNote)
class ReconciliationNoteAdmin(ReconciledAdmin):
    add_form = NoteForm
    asked = ("sales_point", "month", "which", "amount_fen", "text")
    fields = readonly_fields = shown(
        *("sales_point", month, "which", AMOUNT, DIFFERENCE, "text", MADE_BY, "made_at"),
    )
    list_display = shown("sales_point", month, "which", AMOUNT, DIFFERENCE, "text", "made_at")
    list_filter = ("sales_point", "which", "month")
    list_select_related = ("sales_point",)
    search_fields = ("sales_point__code", "sales_point__name", "text")
    search_help_text = _("按销售点或说明查找")

    def state(self, actor: User, values: dict[str, Any]) -> ReconciliationNote:
        return explain_difference(**values, actor=actor)
