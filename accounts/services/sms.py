"""Sending codes to phones. Which gateway does it is a setting; the console is the default."""

from __future__ import annotations

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class GatewayDown(Exception):
    """The gateway did not take the message."""


class Gateway(Protocol):
    """Takes a code for a phone. Raises GatewayDown where it cannot."""

    def __call__(self, phone: str, code: str) -> None: ...


def to_console(phone: str, code: str) -> None:
    """Write the code to the log: for development, where no phone rings."""
    logger.warning("SMS to %s: %s", phone, code)


def to_nobody(phone: str, code: str) -> None:  # noqa: ARG001
    """Refuse: production without a gateway sends nothing, and says so."""
    raise GatewayDown


def send_code(phone: str, code: str) -> None:
    """Hand a code to the gateway of the settings. Raises GatewayDown."""
    gateway: Gateway = import_string(settings.SMS_GATEWAY)
    gateway(phone, code)
