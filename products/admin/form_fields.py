"""Form fields for columns that keep fen, or the code of a row elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from common.money import MAX_FEN, parse_yuan
from products.admin.columns import EMPTY
from products.models import Category, County

PRECISIONS = {
    "day": gettext_lazy("日"),
    "month": gettext_lazy("月"),
    "year": gettext_lazy("年"),
}
# As people type it and as spreadsheets print it.
_MINUS = ("-", "－", "−")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
_NUMBER = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]{1,2})?")


def plain_number(typed: str) -> str:
    """Return a typed number as digits with at most two decimals.

    Digits, separators of thousands and the point may be full-width. Raises ValueError for
    anything else: no sign, no exponent.

    >>> plain_number("１，２３４．５")
    '1234.5'
    """
    text = typed.strip().translate(_FULL_WIDTH)
    if not _NUMBER.fullmatch(text):
        raise ValueError(typed)
    return text.replace(",", "")


class YuanField(forms.CharField):
    """Asks for an amount in yuan, from 0; its value is fen, None where it is left empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 16, "widget": UnfoldAdminTextInputWidget(), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """Print fen as yuan; what was typed stays as it was typed."""
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Return fen."""
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = parse_yuan(plain_number(text))
        except ValueError as error:
            raise ValidationError(_("请填写以元为单位的金额，最多两位小数。")) from error
        if not 0 <= fen <= MAX_FEN:
            raise ValidationError(_("金额超出范围。"))
        return fen

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class WrittenByService(forms.ModelForm):
    """A form whose `clean` has a service write the row, and keeps it as `instance`.

    What the service refuses is told on the form; there is nothing left to validate or to save.
    """

    def _post_clean(self) -> None:
        """Leave the row as the service wrote it."""

    def save(self, commit: bool = True) -> Any:  # noqa: ARG002
        """Return the row."""
        return self.instance

    def save_m2m(self) -> None:
        """Nothing hangs on such a row."""


class AsksYuan:
    """For an admin whose model keeps fen: its form asks for yuan. `yuan_labels` names fields."""

    yuan_labels: Mapping[str, Any] = {}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Ask for an amount in yuan where the field is one of `yuan_labels`."""
        label = self.yuan_labels.get(db_field.name)
        if label is None:
            return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        initial = db_field.default if isinstance(db_field.default, int) else None
        return YuanField(label=label, required=not db_field.null, initial=initial)


class SignedYuanField(YuanField):
    """Asks for an amount in yuan that may be below zero; its value is fen."""

    def prepare_value(self, value: Any) -> Any:
        """Print fen as yuan; what was typed stays as it was typed."""
        if isinstance(value, int) and value < 0:
            return f"-{super().prepare_value(-value)}"
        return super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        """Return fen."""
        text = str(value or "").strip()
        is_negative = text[:1] in _MINUS
        fen = super().clean(text[1:] if text and is_negative else text)
        return -fen if fen and is_negative else fen


def code_field(label: Any, names: Callable[[], Any], help_text: Any = "") -> forms.ChoiceField:
    """Return a field that offers (code, name) rows and gives the code, '' where left empty."""
    return forms.ChoiceField(
        label=label,
        choices=lambda: [("", EMPTY), *((code, f"{name}（{code}）") for code, name in names())],
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=help_text,
    )


def precision_field() -> forms.ChoiceField:
    """Return a field that asks how exactly a day is known."""
    return forms.ChoiceField(
        label=gettext_lazy("日期精度"),
        choices=list(PRECISIONS.items()),
        widget=UnfoldAdminSelectWidget(),
    )


class PrecisionForm(forms.ModelForm):
    """Offers how exactly a day is known, to choose from."""

    precision = precision_field()


def county_names() -> Any:
    """Return code and name of every county."""
    return County.objects.order_by("code").values_list("code", "name")


def category_names() -> Any:
    """Return code and name of every category."""
    return Category.objects.order_by("code").values_list("code", "name")
