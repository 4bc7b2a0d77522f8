"""Every refusal of the API is one problem document."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions

from accounts.api.problems import exception_handler
from common.errors import DomainError


class SoldOut(DomainError):
    code = "sold_out"


def test_a_refusal_keeps_its_code_status_and_sentence():
    answer = exception_handler(SoldOut("卖完了。"), {})
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert answer.data == {
        "type": "urn:shanhai:problem:sold_out",
        "title": "Conflict",
        "status": 409,
        "detail": "卖完了。",
        "code": "sold_out",
        "errors": {},
    }


def test_invalid_input_lists_its_fields():
    detail = {"name": ["必填"], "lines": [{}, {"quantity": ["太大"]}], "non_field_errors": ["矛盾"]}
    answer = exception_handler(exceptions.ValidationError(detail), {})
    assert (answer.status_code, answer.data["code"]) == (400, "invalid_input")
    assert answer.data["errors"] == {"name": ["必填"], "lines.1.quantity": ["太大"], "": ["矛盾"]}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (exceptions.ParseError(), 400, "parse_error"),
    ],
    ids=["missing", "forbidden", "anonymous", "method", "media type", "broken JSON"],
)
def test_what_the_framework_knows_is_a_problem_too(error, status, code):
    answer = exception_handler(error, {})
    assert (answer.status_code, answer.data["status"], answer.data["code"]) == (
        status,
        status,
        code,
    )


def test_waiting_time_is_told_and_defects_fall_through():
    answer = exception_handler(exceptions.Throttled(wait=7), {})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert exception_handler(ZeroDivisionError(), {}) is None
