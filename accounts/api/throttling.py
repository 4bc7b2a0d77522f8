"""Limits on what an address may send. The cache counts; where it is down, reading stays open."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

logger = logging.getLogger(__name__)


class OpenThrottle(SimpleRateThrottle):
    """A limit that lets everyone through, and says so in the log, where the cache is down."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Say whether the sender may send now."""
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError) as error:
            logger.warning("requests are not counted, the cache does not answer: %s", error)
            return True


class MinuteThrottle(OpenThrottle):
    """Let each sender send so often a minute: `setting` names the number in the settings."""

    scope: str
    setting: str

    def get_rate(self) -> str:
        """Return the rate of the settings, in DRF's form."""
        return f"{getattr(settings, self.setting)}/minute"


class ShopperThrottle(MinuteThrottle):
    """Count what a shopper posts; reading, and who is none, is not counted."""

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002
        """Count by shopper."""
        is_counted = request.method == "POST" and request.user.is_authenticated
        return f"throttle:{self.scope}:{request.user.pk}" if is_counted else None


class AddressThrottle(MinuteThrottle):
    """Count by address."""

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002
        """Count by address; None counts nothing."""
        return f"throttle:{self.scope}:{self.get_ident(request)}"
