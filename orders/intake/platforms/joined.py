"""Rows in which several lines stand joined by `;`: divided exactly, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell
from orders.intake.platforms.columns import Cells

_MARK = re.compile("[;；]")
# One value for several lines divides only where it is nothing.
_MEASURES = ("quantity", "price", "by_platform", "by_merchant", "by_influencer", "refund")


def split_row(cells: Cells, key: str) -> Iterator[Cells]:
    """Yield a row for each line that the cell `key` names, or the row itself for one.

    Every joined cell must have as many parts; what is not joined is said of all lines. One
    payable amount for all is divided by their prices. Raises BadCell (`joined_cells`).
    """
    count = len(_MARK.split(cells.text(key)))
    if count == 1:
        yield cells
        return
    parts: list[dict[int, str]] = [{} for _line in range(count)]
    for name in cells.columns.places:
        for place, text in cells.raw(name):
            pieces = _MARK.split(text)
            if len(pieces) == count:
                for part, piece in zip(parts, pieces, strict=True):
                    part[place] = piece
            elif len(pieces) > 1 or (name in _MEASURES and cells.fen(name)):
                raise _joined()
    rows = [cells.with_cells(part) for part in parts]
    if len({row.bare_number(key) for row in rows}) < count:
        raise _joined()  # one number for two lines: which of their amounts is meant?
    if not _is_joined(cells, "payable"):
        rows = _divide(cells, rows, parts, key)
    elif not _is_joined(cells, "freight") and cells.fen("freight"):
        raise _joined()
    yield from rows


def _divide(cells: Cells, rows: list[Cells], parts: list[dict[int, str]], key: str) -> list[Cells]:
    """Divide what the user pays for all lines: price x pieces less each line's discounts.

    A common freight stands on the first line by number, so all lines must have one fate.
    """
    freights = [0] * len(rows)
    if _is_joined(cells, "freight"):
        freights = [row.fen("freight") for row in rows]
    elif cells.fen("freight"):
        if len({(row.text("status"), row.text("after_sales")) for row in rows}) > 1:
            raise _joined()
        first = min(range(len(rows)), key=lambda place: rows[place].text(key))
        freights[first] = cells.fen("freight")
    names = ("by_platform", "by_merchant", "by_influencer")
    amounts = [
        row.fen("price") * row.pieces("quantity") - sum(map(row.fen, names)) + freight
        for row, freight in zip(rows, freights, strict=True)
    ]
    if min(amounts) < 0 or sum(amounts) != cells.needed_fen("payable"):
        raise _joined()
    for part, amount, freight in zip(parts, amounts, freights, strict=True):
        part[cells.columns.places["payable"][0]] = _yuan(amount)
        part[cells.columns.places["freight"][0]] = _yuan(freight)
    return [cells.with_cells(part) for part in parts]


def _is_joined(cells: Cells, name: str) -> bool:
    return any(_MARK.search(text) for _place, text in cells.raw(name))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _joined() -> BadCell:
    return BadCell("joined_cells", _("一格里合并了多个子订单，无法准确拆开，请按子订单导出。"))
