"""How large a body may be, judged before any of it is read; and views that take strict JSON."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.strict_json import StrictJSONParser

_LENGTH = re.compile(r"[0-9]{1,9}", re.ASCII)


class BodyTooLarge(APIException):
    """The body is larger than the view takes; it is not read."""

    status_code = 413
    default_code = "body_too_large"


class LengthMissing(APIException):
    """The body comes in chunks; it is not read: nobody knows how long it will be."""

    status_code = 411
    default_code = "length_required"


def check_length(request: Request, *, most_bytes: int) -> None:
    """Raise BodyTooLarge before reading a body beyond `most_bytes`, LengthMissing for chunks."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthMissing(_("请求应带 Content-Length，不能分块发送。"))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not _LENGTH.fullmatch(length) or int(length) > most_bytes:
        most = {"kilobytes": most_bytes // 1024}
        raise BodyTooLarge(_("请求内容过大，最多 %(kilobytes)d KB。") % most)


class StrictView(APIView):
    """A view that takes one strict JSON object of at most `most_body_bytes`."""

    parser_classes = (StrictJSONParser,)
    most_body_bytes = 16 * 1024

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Judge the body's length first, then who asks and how often."""
        check_length(request, most_bytes=self.most_body_bytes)
        super().initial(request, *args, **kwargs)
