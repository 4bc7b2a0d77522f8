"""Words in the cells of platform exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ParamSpec, TypeVar

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, shown
from orders.rules.states import OrderStatus

_PART = "部分"


Arguments = ParamSpec("Arguments")
Meaning = TypeVar("Meaning")


def judged(
    read: Callable[Arguments, Meaning], *args: Arguments.args, **named: Arguments.kwargs
) -> tuple[Meaning | None, BadCell | None]:
    """Return what words mean, or why they cannot be taken: the row's money is read all the same."""
    try:
        return read(*args, **named), None
    except BadCell as bad:
        return None, bad


def status_of(text: str, words: Mapping[str, OrderStatus]) -> OrderStatus | None:
    """Read a cleaned status cell, None for an empty one. Raises BadCell for an unknown word."""
    if not text:
        return None
    found = words.get(text)
    if found is None:
        raise unknown_status(text)
    return found


def status_within(
    text: str, words: Iterable[tuple[tuple[str, ...], OrderStatus]]
) -> OrderStatus | None:
    """Return the status of the first words that a text contains, None where it contains none."""
    for alternatives, status in words:
        if any(word in text for word in alternatives):
            return status
    return None


def says_all_back(text: str, words: Iterable[str]) -> bool:
    """Say whether one of the words tells of a refund of everything: "部分退款成功" does not."""
    return _PART not in text and any(word in text for word in words)


def is_all_back(text: str, words: Iterable[str], stated_fen: int | None) -> bool:
    """Say whether everything went back, where the row may state an amount.

    Raises BadCell for a refund of a part of which no amount is stated.
    """
    if not stated_fen and _PART in text and any(word in text for word in words):
        raise BadCell("refund_amount_missing", _("有部分退款，但没有退款金额。"))
    return says_all_back(text, words)


def unknown_status(text: str) -> BadCell:
    """Return the refusal of a row with an unknown status."""
    return BadCell("bad_status", _("不认识的订单状态：%s。") % shown(text))
