"""Every refusal of the API is a problem document (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from common.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal with `type, title, status, detail, code, errors`.

    A DomainError keeps its code and status, invalid input lists its fields under `errors`.
    Unknown exceptions are not answered here: they are defects and become a 500.
    """
    if isinstance(error, DomainError):
        refusal = _problem(error.status, error.code, error.message)
        if error.status == 401:
            refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    answered = drf_exception_handler(error, context)
    if answered is None or not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.ValidationError):
        body = _problem(400, "invalid_input", _("提交的内容有误。"), errors=_by_field(error.detail))
    else:
        body = _problem(error.status_code, _code_of(error), str(error.detail))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in answered.headers:
            body.headers[header] = answered.headers[header]
    return body


def _problem(
    status: int, code: str, detail: str, errors: dict[str, list[str]] | None = None
) -> Response:
    document = {
        "type": f"urn:shanhai:problem:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or {},
    }
    return Response(document, status=status, content_type=CONTENT_TYPE)


_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    411: "Length Required",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def _code_of(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else str(error.default_code)


def _by_field(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Flatten DRF's nested errors to {"lines.0.quantity": ["..."]}; "" is the whole body."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            found.update(_by_field(inner, ".".join(part for part in (prefix, own) if part)))
        return found
    if isinstance(detail, list) and any(isinstance(item, (dict, list)) for item in detail):
        found = {}
        for place, inner in enumerate(detail):
            found.update(_by_field(inner, f"{prefix}.{place}" if prefix else str(place)))
        return found
    messages = detail if isinstance(detail, list) else [detail]
    return {prefix: [str(message) for message in messages]} if messages else {}
