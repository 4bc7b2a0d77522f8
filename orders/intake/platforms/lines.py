"""Makes reported lines of neutral rows, named by what they say and never by where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from orders.intake.platforms.rows import Line, Row
from orders.rules.line_keys import line_keys
from orders.rules.sale import ReportedLine, StatedAmounts

_LONGEST_TEXT = 300


def make_lines(part: int, rows: Sequence[Row], closed: Sequence[bool]) -> list[ReportedLine]:
    """Return one line per row, in file order, known by its content; `closed` marks each."""
    keys = _keys([row.line for row in rows], closed)
    return [
        make_line(part, row, key, is_closed=is_closed)
        for key, row, is_closed in zip(keys, rows, closed, strict=True)
    ]


def make_line(
    part: int, row: Row, key: str, *, is_closed: bool, stated: StatedAmounts | None = None
) -> ReportedLine:
    """Return the line of a row under `key`."""
    line = row.line
    return ReportedLine(
        line_key=key,
        title=line.title[:_LONGEST_TEXT],
        attributes=line.attributes[:_LONGEST_TEXT],
        seller_code=line.seller_code,
        unit_price_fen=line.unit_price_fen,
        quantity=line.quantity,
        list_fen=line.list_fen,
        is_closed=is_closed,
        source=f"{part}:{row.row}",
        stated=stated,
    )


def _keys(lines: Sequence[Line], closed: Sequence[bool]) -> list[str]:
    """Name lines; those of equal content are numbered by what else they say."""
    keys = [""] * len(lines)
    places = sorted(range(len(lines)), key=lambda place: lines[place].rest)
    named = line_keys([_identity(lines[place], closed[place]) for place in places])
    for place, key in zip(places, named, strict=True):
        keys[place] = key
    return keys


def _identity(line: Line, is_closed: bool) -> tuple[str, str, int, int, bool]:
    name = line.title or line.seller_code
    return name, line.attributes, line.unit_price_fen, line.quantity, is_closed
