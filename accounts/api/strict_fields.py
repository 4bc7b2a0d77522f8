"""Fields that take a value as it stands: no number from a text, no text from a number."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.clock import SHANGHAI, is_plausible

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


class StrictSerializer(serializers.Serializer):
    """An object without fields that nobody asked for."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields by name, then read the others."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {name[:60]: [_("没有这个字段。")] for name in unknown}
                )
        return super().to_internal_value(data)


class StrictInteger(serializers.IntegerField):
    """A JSON number without fraction."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; a text or a boolean is none."""
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictText(serializers.CharField):
    """A JSON text without line breaks and other control characters."""

    default_error_messages = {"control": _("文字中有换行或控制字符。")}

    def to_internal_value(self, data: Any) -> str:
        """Return the text without blanks around it; a number is no text."""
        if type(data) is not str:
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        if any(unicodedata.category(sign) == "Cc" for sign in text):
            self.fail("control")
        return text


class StrictBoolean(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the value; no text or number stands for one."""
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return bool(data)


class StrictMoment(serializers.DateTimeField):
    """A moment in ISO 8601 with offset, of the years that this system accepts."""

    default_error_messages = {
        "moment": _("应为带时区的时间（如 2020-05-01T10:00:00+08:00），年份在 2000 至 2099 之间。")
    }

    def to_internal_value(self, data: Any) -> datetime:
        """Return the moment in Shanghai time."""
        if type(data) is not str or not _MOMENT.fullmatch(data):
            self.fail("moment")
        try:
            moment = datetime.fromisoformat(data).astimezone(SHANGHAI)
        except (ValueError, OverflowError):
            self.fail("moment")
        if not is_plausible(moment):
            self.fail("moment")
        return moment
