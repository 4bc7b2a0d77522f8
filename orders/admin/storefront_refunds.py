"""Admin of refunds: a person looks at a request and decides it on its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.scoping import (
    ReadOnlyAdmin,
    Scope,
    ScopedModelAdmin,
    ScopedTabularInline,
    standing,
)
from common.errors import DomainError
from orders.models import Refund, RefundLine
from orders.services.storefront.refunding import pay_refund, refuse_refund
from products.admin.columns import in_yuan, shown
from products.admin.form_fields import WrittenByService

DECIDERS = frozenset({"prefecture", "store_operator"})
_AMOUNT = in_yuan("amount_fen", gettext_lazy("退款金额（元）"))
_FREIGHT = in_yuan("freight_fen", gettext_lazy("退回运费（元）"))
_LINE_AMOUNT = in_yuan("amount_fen", gettext_lazy("金额（元）"))
PAY, REFUSE = "pay", "refuse"


class DecisionForm(WrittenByService):
    """Decides a request by the service; a refusal is told on the form."""

    decision = forms.ChoiceField(
        label=gettext_lazy("决定"),
        choices=[("", "—"), (PAY, gettext_lazy("同意退款")), (REFUSE, gettext_lazy("拒绝"))],
        widget=UnfoldAdminSelectWidget,
    )
    decider: Any = None
    may_exceed = False

    class Meta:
        model = Refund
        fields = ("note", "is_restocked")

    def clean(self) -> dict[str, Any]:
        """Ask the service."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self._decide(cleaned)
        except DomainError as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned

    def _decide(self, cleaned: dict[str, Any]) -> None:
        # The row as it stands: the form may not write what the service has not decided.
        refund = Refund.objects.get(pk=self.instance.pk)
        if cleaned["decision"] == REFUSE:
            if not cleaned["note"].strip():
                raise ValidationError(_("拒绝时请写明原因，顾客会看到。"))
            self.instance = refuse_refund(refund, decided_by=self.decider, note=cleaned["note"])
        else:
            self.instance = pay_refund(
                refund,
                decided_by=self.decider,
                may_exceed=self.may_exceed,
                is_restocked=cleaned["is_restocked"],
                note=cleaned["note"],
            )


class RefundLineInline(ScopedTabularInline):
    scope = Scope.by(sales_point="refund__order__sales_point__code")
    model = RefundLine
    fields = readonly_fields = shown("line", "quantity", _LINE_AMOUNT)


@admin.register(Refund)
class RefundAdmin(ScopedModelAdmin):
    scope = Scope.by(sales_point="order__sales_point__code")
    writable_by = DECIDERS
    form = DecisionForm
    list_display = ("number", "order", "kind", "state", _AMOUNT, "requested_at", "decided_by")
    list_filter = ("state", "kind")
    list_select_related = ("order", "decided_by")
    search_fields = ("number", "order__number")
    date_hierarchy = "requested_at"
    inlines = (RefundLineInline,)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        """Show the request, and ask for the decision while there is none."""
        facts = (
            *("number", "order", "kind", "state", "reason", _AMOUNT, _FREIGHT, "requested_at"),
        )
        if obj is not None and obj.state == Refund.States.REQUESTED:
            return (*facts, "decision", "note", "is_restocked")
        return (*facts, "decided_by", "decided_at", "note", "is_restocked", "transaction_id")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Facts are never edited."""
        asked = {"decision", "note", "is_restocked"}
        return tuple(name for name in self.get_fields(request, obj) if name not in asked)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Give the form who decides, and how far they may go."""
        form = super().get_form(request, obj, **kwargs)
        form.decider = request.user
        form.may_exceed = standing(request).may_approve(DECIDERS)
        return form

    def save_model(self, *_: Any, **__: Any) -> None:
        """The service has written the decision."""

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        """Shoppers ask; nobody asks for them here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None, **kw: Any) -> bool:
        """Decide a request once."""
        is_open = obj is None or obj.state == Refund.States.REQUESTED
        return is_open and super().has_change_permission(request, obj, **kw)


@admin.register(RefundLine)
class RefundLineAdmin(ReadOnlyAdmin):
    scope = Scope.by(sales_point="refund__order__sales_point__code")
    list_display = ("refund", "line", "quantity", _LINE_AMOUNT)
    list_select_related = ("refund", "line")
    search_fields = ("refund__number", "line__title")
