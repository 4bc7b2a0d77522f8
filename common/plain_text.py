"""Text from outside, made fit to stand in a message."""

from __future__ import annotations


def one_line(text: str, longest: int) -> str:
    """Return the head of a text on one line, without marks that steer a terminal.

    What cannot be printed, half a character of a file name included, becomes U+FFFD.
    """
    text = " ".join(text.split())
    head = text if len(text) <= longest else f"{text[:longest]}…"
    return head if head.isprintable() else "".join(map(_printable, head))


def _printable(mark: str) -> str:
    return mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}"
