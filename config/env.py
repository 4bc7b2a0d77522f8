"""Settings come from the environment, read here only. A malformed value stops start-up."""

from __future__ import annotations

import os
import re


class BadEnvironment(RuntimeError):
    """An environment variable holds a value that cannot be used."""


def env_text(name: str, default: str = "") -> str:
    """Return a variable as text, stripped; `default` when unset or empty."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    """Return a variable as a boolean. Raises BadEnvironment for anything but 1/0/true/false."""
    value = env_text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadEnvironment(f"{name} must be true or false, not {value!r}")


def env_int(name: str, *, default: int, minimum: int) -> int:
    """Return a variable as an integer of at least `minimum`. Raises BadEnvironment otherwise."""
    value = env_text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError as error:
        raise BadEnvironment(f"{name} must be a whole number, not {value!r}") from error
    if number < minimum:
        raise BadEnvironment(f"{name} must be at least {minimum}")
    return number


def env_clock(name: str) -> tuple[int, int] | None:
    """Return a time of day as (hour, minute), None when unset. Raises BadEnvironment."""
    value = env_text(name)
    if not value:
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        raise BadEnvironment(f"{name} must be a time of day like 03:30, not {value!r}")
    return int(value[:2]), int(value[3:])


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without empty items."""
    return [item.strip() for item in env_text(name, default).split(",") if item.strip()]


def env_pairs(name: str) -> dict[str, str]:
    """Return `key:value` items, comma separated, as a dict. Raises BadEnvironment without colon."""
    pairs = dict[str, str]()
    for item in env_list(name):
        key, colon, value = item.partition(":")
        if not (key and colon and value):
            raise BadEnvironment(f"{name} must be key:value, comma separated")
        pairs[key] = value
    return pairs


def set_default(name: str, value: str) -> None:
    """Set a variable that a library reads for itself, unless it is set already."""
    os.environ.setdefault(name, value)
