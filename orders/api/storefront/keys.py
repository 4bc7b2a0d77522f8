"""The `Idempotency-Key` of a request that must not happen twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Shopper
from operations.services.idempotency import Answer, once

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[A-Za-z0-9_\-]{8,64}", re.ASCII)
PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    pattern=r"^[A-Za-z0-9_\-]{8,64}$",
    description="8 to 64 letters, digits, - or _; the same request again gets the same answer.",
)


class KeyMissing(ValidationError):
    """The header is not there, or no key."""


def answered_once(
    request: Request, shopper: Shopper, act: Callable[[], Answer], *, has_body: bool = True
) -> Response:
    """Let `act` happen once for the request's key; a repetition gets the kept answer.

    Without `has_body` the address says all there is, and a body is not read. A kept answer
    carries `Idempotent-Replayed: true`. Raises KeyMissing or KeyUsedOtherwise.
    """
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        raise KeyMissing(
            {HEADER: [_("请求头应带幂等键：8 至 64 个字母、数字、- 或 _。")]},
        )
    answer = once(
        actor=f"shopper:{shopper.public_id}",
        route=f"{request.method} {request.path}",
        key=key,
        body=request.data if has_body else None,
        act=lambda: _plain(act()),
    )
    response = Response(answer.content, status=answer.status)
    if answer.is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _plain(answer: Answer) -> Answer:
    """Return an answer as the client reads it: the first and every later one are the same."""
    return Answer(answer.status, json.loads(JSONRenderer().render(answer.content)))
