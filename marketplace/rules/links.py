"""Codes of campaign links: short enough for a QR code, a hand, and a mini-program's `scene`."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

# Digits and capitals that nobody mistakes for each other: no 0 O 1 I L U.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}", re.ASCII)
_UNSAFE = re.compile(r"[\x00-\x20\\]")


def new_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def as_code(text: str) -> str:
    """Return a code as it is stored: capitals, without blanks around it; '' where it is none."""
    code = text.strip().upper()
    return code if _CODE.fullmatch(code) else ""


def is_safe_target(target: str, hosts: frozenset[str]) -> bool:
    """Say whether a link may lead there: a path of this site, or https on one of `hosts`."""
    if _UNSAFE.search(target) or target.startswith("//"):
        return False
    if target.startswith("/"):
        return True
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return False
    is_plain = parts.username is None and parts.password is None and port in (None, 443)
    return parts.scheme == "https" and is_plain and parts.hostname in hosts
