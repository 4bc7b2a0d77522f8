"""Forms that name an order, or one of its lines."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.autocomplete import RelatedRowSelect
from orders.admin.papers import PapersForm, WithPapers
from orders.models import LineDiscount, OrderLine


class OrderLineForm(PapersForm):
    """Asks for an order and, if one line is meant, for that line.

    `lines` are those in the user's reach; the admin sets them.
    """

    lines: QuerySet[OrderLine] = OrderLine.objects.none()
    line = forms.ModelChoiceField(
        label=_("订单行"),
        queryset=OrderLine.objects.none(),
        required=False,
        help_text=_("留空表示整个订单；按订单编号查找其订单行。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Any foreign key to a line tells the widget where to search.
        to_a_line = LineDiscount._meta.get_field("line")
        field = cast(forms.ModelChoiceField, self.fields["line"])
        field.queryset = self.lines
        widget = RelatedRowSelect(to_a_line, admin.site)
        widget.is_required, widget.choices = False, field.choices
        field.widget = widget

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        order, line = cleaned.get("order"), cleaned.get("line")
        # The order is one of the user's own, so its lines are too.
        if order and line and line.order_id != order.pk:
            self.add_error("line", ValidationError(gettext("该订单行不属于所选订单。")))
        return cleaned


class OrderLineStated(WithPapers):
    """For an admin whose form is an OrderLineForm: its service receives `line_key`."""

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offer, and print again, only the lines that the user sees in their own list."""
        form: Any = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        if obj is not None:
            return form
        lines = admin.site._registry[OrderLine].get_queryset(request)
        return type(form.__name__, (form,), {"lines": lines})

    def stated(self, request: HttpRequest, form: forms.ModelForm) -> dict[str, Any]:
        values = super().stated(request, form)
        line = values.pop("line")
        return {**values, "line_key": line.line_key if line else ""}

    @admin.display(description=_("范围"))
    def extent(self, row: Any) -> str:
        """Say whether a row is about the whole order or a line: its title, quantity, amount."""
        if not row.line_key:
            return gettext("整个订单")
        lines = (line for line in row.order.lines.all() if line.line_key == row.line_key)
        return str(next(lines, row.line_key))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring the lines along, to name them."""
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return rows.prefetch_related("order__lines")
