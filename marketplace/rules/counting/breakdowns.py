"""The breakdowns of counted cells. Money adds up across every one of them, to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from marketplace.rules.counting.cutoffs import CountedCell
from marketplace.rules.counting.figures import Figure

# The channel class that is split by its kinds (docs/decisions/0006-counting.md).
INSTITUTION = "institution"


class Kinds(Enum):
    """What a row inside a row stands for."""

    PAIRING = "pairing"
    OTHER_COUNTIES = "other_counties"
    UNKNOWN_ORIGIN = "unknown_origin"
    SOCIAL = "social"
    UNDIVIDED = "undivided_opening"
    CHANNEL_KIND = "channel_kind"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a breakdown: a code, '' for what has none, and its 其中 by kind and code."""

    code: str
    figure: Figure
    parts: tuple[tuple[Kinds, str, Figure], ...] = ()


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Five ways to divide one total; the rows of each add up to it.

    `by_district` leaves out what no district helped: that is `unassigned` (市级统筹 · 社会销售),
    which also holds what an opening figure does not divide by district.
    """

    total: Figure
    by_district: tuple[Row, ...]
    unassigned: Row
    by_county: tuple[Row, ...]
    by_channel: tuple[Row, ...]
    by_purchase_mode: tuple[Row, ...]
    by_month: tuple[Row, ...]


def break_down(cells: Iterable[CountedCell], districts: Iterable[str] = ()) -> Breakdown:
    """Divide counted cells in every way; `districts` have a row even with nothing to show."""
    counted = list(cells)
    helped = [cell for cell in counted if cell.scope.district]
    nobody = [cell for cell in counted if not cell.scope.district]
    by_district = {row.code: row for row in _rows(helped, lambda c: c.scope.district, _place)}
    for code in districts:
        by_district.setdefault(code, Row(code, Figure()))
    return Breakdown(
        total=_sum(counted),
        by_district=tuple(by_district[code] for code in sorted(by_district)),
        unassigned=Row("", _sum(nobody), _parts(nobody, _social)),
        by_county=_rows(counted, lambda cell: cell.scope.county, _without_county),
        by_channel=_rows(counted, lambda cell: cell.channel_class, _channel_kind),
        by_purchase_mode=_rows(counted, lambda cell: cell.purchase_mode, _unstated),
        by_month=_rows(counted, lambda cell: cell.month, _unstated),
    )


Part = tuple[Kinds, str]


def _place(cell: CountedCell) -> Part:
    """Sort a helped cell: its pairing, another county, or an origin that nobody knows."""
    if not cell.scope.county:
        return (Kinds.UNDIVIDED if cell.is_opening else Kinds.UNKNOWN_ORIGIN), ""
    return (Kinds.PAIRING, cell.scope.county) if cell.is_paired else (Kinds.OTHER_COUNTIES, "")


def _social(cell: CountedCell) -> Part:
    return (Kinds.UNDIVIDED if cell.is_opening else Kinds.SOCIAL), ""


def _without_county(cell: CountedCell) -> Part | None:
    if cell.scope.county:
        return None
    return (Kinds.UNDIVIDED if cell.is_opening else Kinds.UNKNOWN_ORIGIN), ""


def _channel_kind(cell: CountedCell) -> Part | None:
    if cell.channel_class == INSTITUTION:
        return Kinds.CHANNEL_KIND, cell.channel_kind
    return None if cell.channel_class else _unstated(cell)


def _unstated(cell: CountedCell) -> Part | None:
    if cell.is_opening:
        return Kinds.UNDIVIDED, ""
    return None


def _rows(
    cells: list[CountedCell],
    code_of: Callable[[CountedCell], str],
    part_of: Callable[[CountedCell], Part | None],
) -> tuple[Row, ...]:
    groups: dict[str, list[CountedCell]] = defaultdict(list)
    for cell in cells:
        groups[code_of(cell)].append(cell)
    return tuple(
        Row(code, _sum(groups[code]), _parts(groups[code], part_of))
        for code in sorted(groups, key=lambda code: (not code, code.encode()))
    )


def _parts(
    cells: list[CountedCell], part_of: Callable[[CountedCell], Part | None]
) -> tuple[tuple[Kinds, str, Figure], ...]:
    found: dict[Part, list[CountedCell]] = defaultdict(list)
    for cell in cells:
        part = part_of(cell)
        if part is not None:
            found[part].append(cell)
    order = list(Kinds)
    return tuple(
        (kind, code, _sum(found[kind, code]))
        for kind, code in sorted(found, key=lambda part: (order.index(part[0]), part[1]))
    )


def _sum(cells: Iterable[CountedCell]) -> Figure:
    return sum((cell.figure for cell in cells), start=Figure())
