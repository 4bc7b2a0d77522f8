"""A form field that takes yuan for a column that keeps fen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from common.money import MAX_FEN, parse_yuan


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
            fen = parse_yuan(text)
        except ValueError as error:
            raise ValidationError(_("请填写以元为单位的金额，最多两位小数。")) from error
        if not 0 <= fen <= MAX_FEN:
            raise ValidationError(_("金额超出范围。"))
        return fen

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))
