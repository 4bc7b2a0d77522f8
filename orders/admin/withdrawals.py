"""Take an import back, state the ledger again: prepared by one, checked by another, then a job."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from accounts.models import User
from common.money import yuan
from operations.admin.reviewing import APPROVE, ONCE, REVIEW_COLUMNS, ReviewedAdmin
from operations.admin.steps import Step, page_of
from operations.models import Job, ReviewState
from operations.tasks import ring
from orders.admin.offices import DECIDING_OFFICES
from orders.admin.papers import PapersForm, WithPapers
from orders.models import ImportWithdrawal, LedgerCorrection, OrderConfirmation, OrderRevision
from orders.services.corrections import approve_correction, propose_correction
from orders.services.withdrawing import (
    approve_withdrawal,
    preview_withdrawal,
    propose_withdrawal,
)
from products.admin.columns import shown


class WorkedByJob(ReviewedAdmin):
    """Approving makes a job, `row.job`: this door rings for it and shows how far it is.

    Once worked, its effect is not revoked; another row states the opposite.
    """

    is_abstract_base = True
    steps = ONCE
    # The effect is large: each is read and checked on its own page.
    bulk = ("submit",)

    def after(self, row: Any, step: Step) -> None:
        if step.name == APPROVE.name and row.job is not None:
            ring(row.job)

    def page_parts(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        job: Job | None = row.job
        may_look = self.admin_site._registry[Job].has_view_permission(request)
        return {
            **super().page_parts(request, row),
            "page_part": "orders/worked_by_job.html",
            "job": job,
            "job_page": page_of(job) if job is not None and may_look else "",
        }


@admin.register(ImportWithdrawal)
class ImportWithdrawalAdmin(WorkedByJob):
    scope = Scope.by(sales_point="order_import__sales_point__code")
    writable_by = checked_by_roles = DECIDING_OFFICES
    asked = ("order_import", "reason")
    page = (
        *("order_import", "reason", "orders_withdrawn", "orders_restored", "orders_kept"),
        "finished_at",
    )
    list_display = (
        "id",
        "order_import",
        "reason",
        "orders_withdrawn",
        "orders_restored",
        "finished_at",
        *REVIEW_COLUMNS,
    )
    list_filter = ("order_import__sales_point",)
    list_select_related = ("order_import__sales_point", "job")
    search_fields = ("=id", "=order_import__id", "reason")
    search_help_text = _("按编号、导入编号或原因查找")
    autocomplete_fields = ("order_import",)

    def state(self, actor: User, values: dict[str, Any]) -> ImportWithdrawal:
        return propose_withdrawal(**values, actor=actor)

    def approve(self, row: ImportWithdrawal, actor: User) -> ImportWithdrawal:
        return approve_withdrawal(row, actor)

    def page_parts(self, request: HttpRequest, row: ImportWithdrawal) -> dict[str, Any]:
        """Before it is checked, say what would be taken back."""
        parts = super().page_parts(request, row)
        if row.state not in {ReviewState.DRAFT, ReviewState.SUBMITTED}:
            return parts
        preview = preview_withdrawal(row.order_import)
        return {
            **parts,
            "preview": preview,
            "preview_money": (
                (_("成交变动（元）"), yuan(preview.gross_fen)),
                (_("退款变动（元）"), yuan(preview.refund_fen)),
                (_("净额变动（元）"), yuan(preview.net_fen)),
            ),
            "preview_counties": [(code, yuan(fen)) for code, fen in preview.by_county],
        }


class LedgerCorrectionForm(PapersForm):
    """Says what a correction does before it is asked for."""

    class Meta:
        help_texts: ClassVar[dict[str, Any]] = {
            "last_day": _("按现在的登记重算该销售点这些付款日的台账；没有变化的订单不写入。")
        }


@admin.register(LedgerCorrection)
class LedgerCorrectionAdmin(WithPapers, WorkedByJob):
    scope = Scope.by(sales_point="sales_point__code")
    writable_by = checked_by_roles = DECIDING_OFFICES
    add_form = LedgerCorrectionForm
    asked = ("sales_point", "first_day", "last_day", "reason", "uploads")
    page = ("sales_point", "first_day", "last_day", "reason", "papers_linked", "orders_changed")
    list_display = (
        "id",
        "sales_point",
        "first_day",
        "last_day",
        "reason",
        "orders_changed",
        *REVIEW_COLUMNS,
    )
    list_filter = ("sales_point",)
    list_select_related = ("sales_point", "job")
    search_fields = ("=id", "sales_point__code", "sales_point__name", "reason")
    search_help_text = _("按编号、销售点或原因查找")
    autocomplete_fields = ("sales_point",)

    def state(self, actor: User, values: dict[str, Any]) -> LedgerCorrection:
        return propose_correction(**values, actor=actor)

    def approve(self, row: LedgerCorrection, actor: User) -> LedgerCorrection:
        return approve_correction(row, actor)


@admin.register(OrderRevision)
class OrderRevisionAdmin(ReadOnlyAdmin):
    """Which earlier states are kept; the states themselves are read by services."""

    scope = Scope.by(sales_point="order__sales_point__code")
    list_display = ("id", "order", "order_import", "replaced_by", "replaced_at")
    list_filter = ("replaced_at",)
    list_select_related = (*("order", "order_import__sales_point", "replaced_by__sales_point"),)
    search_fields = ("=order__number", "=order_import__id", "=replaced_by__id")
    search_help_text = _("按订单编号或导入编号查找")
    fields = readonly_fields = shown("order", "order_import", "replaced_by", "replaced_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the compressed states in the database."""
        return super().get_queryset(request).defer("body")


@admin.register(OrderConfirmation)
class OrderConfirmationAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="order__sales_point__code")
    list_display = ("id", "order", "order_import", "confirms")
    list_filter = ("order_import",)
    list_select_related = ("order", "order_import", "confirms")
    search_fields = ("=order__number", "=order_import__id", "=confirms__id")
    search_help_text = _("按订单编号或导入编号查找")
    fields = readonly_fields = shown("order", "order_import", "confirms")
