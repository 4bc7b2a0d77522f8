"""State figures that no order gives (填报数), and check what others stated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.scoping import Scope
from accounts.models import User
from marketplace.admin.places import HELPING_OFFICES
from marketplace.models import DeclaredFact, District
from marketplace.services.facts import (
    approve_fact,
    confirm_fact_revocation,
    state_fact,
    submit_fact,
)
from operations.admin.reviewing import REVIEW_COLUMNS, ReviewedAdmin
from orders.admin.declared import BOUND_HELP, WORDING_HELP
from orders.admin.papers import PapersForm, WithPapers
from products.admin.columns import EMPTY, in_words
from products.admin.form_fields import (
    PRECISIONS,
    code_field,
    county_names,
    plain_number,
    precision_field,
)

Kind = DeclaredFact.Kind
# Columns keep fen and basis points; people write yuan and per cent.
_PLACES = {Kind.COUNT: 0, Kind.MONEY: 2, Kind.RATIO: 2}
PRECISION = in_words("precision", _("日期精度"), PRECISIONS)
_MOST = 10**15


def district_names() -> Any:
    """Return code and name of every district."""
    return District.objects.order_by("code").values_list("code", "name")


class DeclaredFactForm(PapersForm):
    """Takes a figure as people write it; the row keeps a whole number by its kind."""

    class Meta:
        help_texts: ClassVar[dict[str, Any]] = {
            "key": _("小写英文编码，同一指标每期相同。"),
            "bound": BOUND_HELP,
            "wording": WORDING_HELP,
        }

    district_code = code_field(_("区、县（市）"), district_names)
    county_code = code_field(_("县（市）"), county_names)
    figure = forms.CharField(
        label=_("数值"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("计数填整数，金额填元，比率填百分数（如 95.33）；文字类留空。"),
    )
    precision = precision_field()

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        kind, figure = cleaned.get("kind"), (cleaned.get("figure") or "").strip()
        try:
            cleaned["value"] = whole_value(figure, kind) if figure and kind else None
        except ValueError:
            self.add_error("figure", ValidationError(gettext("请按数值类型填写数字。")))
        return cleaned


def whole_value(figure: str, kind: str) -> int:
    """Read a figure as its column keeps it: a count, fen, or basis points.

    Raises ValueError for what is no number, has too many places, or is out of bounds.
    """
    places = _PLACES.get(Kind(kind))
    if places is None:
        raise ValueError(figure)
    value = Decimal(plain_number(figure)).scaleb(places)
    if value != int(value) or value > _MOST:
        raise ValueError(figure)
    return int(value)


@admin.display(description=_("数值"), ordering="value")
def stated_value(fact: DeclaredFact) -> str:
    """Return a fact's value as people write it."""
    return fact.stated_value or EMPTY


@admin.register(DeclaredFact)
class DeclaredFactAdmin(WithPapers, ReviewedAdmin):
    """Seen by the two places that a fact is about; a fact of the prefecture by its offices."""

    scope = Scope.by(county="county_code", district="district_code")
    writable_by = checked_by_roles = HELPING_OFFICES
    add_form = DeclaredFactForm
    asked = (
        *("district_code", "county_code", "section", "key", "label", "kind", "figure"),
        *("text", "bound", "unit", "wording", "period_start", "period_end", "precision"),
        *("source", "uploads"),
    )
    page = (
        *("district_code", "county_code", "section", "key", "label", "kind", stated_value),
        *("text", "bound", "unit", "wording", "period_start", "period_end", PRECISION),
        *("source", "papers_linked"),
    )
    list_display = (
        "district_code",
        "county_code",
        "section",
        "label",
        stated_value,
        "period_end",
        *REVIEW_COLUMNS,
    )
    list_filter = ("section", "kind", "period_end")
    search_fields = (
        *("=district_code", "=county_code", "=key", "label", "wording", "text", "source"),
    )
    search_help_text = _("按区县代码、指标编码、指标或来源查找")
    date_hierarchy = "period_end"

    def stated(self, request: HttpRequest, form: forms.ModelForm) -> dict[str, Any]:
        values = super().stated(request, form)
        values.pop("figure")
        return values

    def state(self, actor: User, values: dict[str, Any]) -> DeclaredFact:
        return state_fact(**values, actor=actor)

    def submit(self, row: DeclaredFact, actor: User) -> DeclaredFact:
        return submit_fact(row, actor)

    def approve(self, row: DeclaredFact, actor: User) -> DeclaredFact:
        return approve_fact(row, actor)

    def revoke(self, row: DeclaredFact, actor: User) -> DeclaredFact:
        return confirm_fact_revocation(row, actor)
