"""Bars by day as plain coordinates, for an svg inside the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.rules.printing import wan, wan_yuan

WIDTH, HEIGHT = 720, 240
_TOP, _BOTTOM = 34, 34
# Labels of more bars than these would run into each other.
_MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in svg units; texts are empty where there is no room for them.

    `value` is in 万元, as the caption of the drawing says.
    """

    x: float
    y: float
    width: float
    height: float
    middle: float
    above: float
    label: str
    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars and the size of their drawing; `base` is the height of zero."""

    width: int
    height: int
    base: float
    bars: tuple[Bar, ...]


def day_chart(days: Sequence[tuple[str, int]]) -> Chart:
    """Place a bar per (date, net in fen). Nets below zero hang under the base line."""
    highest = max(0, *(fen for _date, fen in days))
    lowest = min(0, *(fen for _date, fen in days))
    room = HEIGHT - _TOP - _BOTTOM
    scale = room / ((highest - lowest) or 1)
    base = _TOP + highest * scale
    slot = WIDTH / len(days)
    every = -(-len(days) // _MOST_LABELS)
    bars = []
    for place, (day, fen) in enumerate(days):
        tall = abs(fen) * scale
        top = base - tall if fen >= 0 else base
        is_labelled = place % every == 0
        bars.append(
            Bar(
                x=round(place * slot + slot * 0.15, 1),
                y=round(top, 1),
                width=round(slot * 0.7, 1),
                height=round(tall, 1),
                middle=round(place * slot + slot / 2, 1),
                above=round(top - 6, 1),
                label=day[5:] if is_labelled else "",
                value=wan(fen) if len(days) <= _MOST_LABELS else "",
                title=f"{day} {wan_yuan(fen)}",
            )
        )
    return Chart(WIDTH, HEIGHT, round(base, 1), tuple(bars))
