"""Answers that a client may keep: an ETag over the content, 304 where it holds that already."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request


def tagged(request: Request, content: Any) -> HttpResponse:
    """Answer with content and its ETag, or with 304 where `If-None-Match` names it.

    `no-cache`: a client may keep the answer and has to ask each time whether it still holds.
    """
    body = JSONRenderer().render(content)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
    kept = get_conditional_response(request._request, etag=etag, response=answer)
    if kept is not None and kept.status_code == 304:
        answer = HttpResponseNotModified(headers={"ETag": etag})
    answer["Cache-Control"] = "no-cache"
    return answer
