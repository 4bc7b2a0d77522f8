"""JSON that means one thing: what is ambiguous or cannot be stored is refused.

Source of the list: docs/decisions/0020. Parsers disagree on repeated keys, PostgreSQL refuses
NUL, nothing stores half a surrogate pair, and a money amount is never a float.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

# Deeper nesting is no order. Python's own limit lies far above.
MOST_DEEP = 12
# A number of more digits is no amount. Below Python's limit for reading integers.
MOST_DIGITS = 18


class StrictJSONParser(BaseParser):
    """Parse one JSON object, or refuse with 400 and a code."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """Return the object. Raises ParseError."""
        return strict_object(stream.read())


class StrictJSONListParser(StrictJSONParser):
    """Parse one JSON object or a list, or refuse with 400 and a code."""

    def parse(  # type: ignore[override]
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any] | list[Any]:
        """Return what the body holds. Raises ParseError."""
        found = _strict_json(stream.read())
        if not isinstance(found, (dict, list)):
            raise ParseError(_("内容应为一个 JSON 对象，或对象的列表。"), code="bad_json")
        return found


def strict_object(body: bytes) -> dict[str, Any]:
    """Read a body. Raises ParseError with `bad_json`, `duplicate_key`, `bad_number`, `bad_text`."""
    found = _strict_json(body)
    if not isinstance(found, dict):
        raise ParseError(_("内容应为一个 JSON 对象。"), code="bad_json")
    return found


def _strict_json(body: bytes) -> Any:
    try:
        found = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise ParseError(_("内容不是有效的 JSON（UTF-8）。"), code="bad_json") from error
    _check(found, MOST_DEEP)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError(_("JSON 对象中有重复的键。"), code="duplicate_key")
    return found


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        _refuse_number(digits)
    return int(digits)


def _refuse_number(_text: str) -> NoReturn:
    raise ParseError(_("数字应为范围内的整数，金额以分为单位。"), code="bad_number")


def _check(value: Any, depth: int) -> None:
    """Refuse texts that cannot be stored, and nesting beyond `depth`."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ParseError(_("文字中有不能保存的字符。"), code="bad_text")
        return
    if not isinstance(value, (dict, list)):
        return
    if depth == 0:
        raise ParseError(_("JSON 嵌套过深。"), code="bad_json")
    if isinstance(value, dict):
        for key in value:
            _check(key, depth)
    for inner in value.values() if isinstance(value, dict) else value:
        _check(inner, depth - 1)
