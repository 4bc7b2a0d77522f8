"""The shape of the prefecture overview (全州总览): what it says.

Pure values. Money in fen. Every renderer prints these and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from marketplace.rules.counting import Asked, Breakdown, Figure, Kinds, Row
from marketplace.rules.counting_reports import (
    ALL_COUNTED_BASIS,
    Beside,
    Fact,
    Watermark,
    parameters,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code, of the places that a report mentions."""

    districts: dict[str, str]
    counties: dict[str, str]
    channels: dict[str, str]
    channel_kinds: dict[str, str]
    purchase_modes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Overview:
    """Every counted sale of the prefecture, divided in every way (全州总览).

    `undivided_pairings` is in the total and in no pairing's row, but in the scorecards of its
    pairings: a wider opening figure holds it, and they have none of their own.
    """

    asked: Asked
    names: Names
    breakdown: Breakdown
    undivided_pairings: Figure
    beside: Beside
    facts: tuple[Fact, ...]
    watermark: Watermark | None
    is_simulated: bool

    def for_public(self) -> Overview:
        """Return what may be published: numbers under 10 households are suppressed."""
        return replace(self, facts=tuple(fact.for_public() for fact in self.facts))

    def sections(self) -> dict[str, list[Fact]]:
        """Return the prefecture's facts by section, in their order."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.section, []).append(fact)
        return found

    def as_json(self, title: str, warnings: Sequence[str]) -> dict[str, Any]:
        """Return the report under its fixed names."""
        parts, names = self.breakdown, self.names
        return {
            "title": title,
            "warnings": list(warnings),
            **parameters(
                self.asked, self.watermark, ALL_COUNTED_BASIS, is_simulated=self.is_simulated
            ),
            "total": parts.total.as_json(),
            "by_district": [_district_json(row, names) for row in parts.by_district],
            "unassigned": _row_json(parts.unassigned, {}),
            "by_county": _rows_json(parts.by_county, names.counties),
            "by_channel": _rows_json(parts.by_channel, names.channels, names.channel_kinds),
            "by_purchase_mode": _rows_json(parts.by_purchase_mode, names.purchase_modes),
            "by_month": [{"month": row.code, **row.figure.as_json()} for row in parts.by_month],
            "undivided_pairings": {**self.undivided_pairings.as_json(), "summable": False},
            **self.beside.as_json(),
            "facts": [
                {
                    "code": code,
                    "name": facts[0].section_name,
                    "figures": [fact.as_json() for fact in facts],
                }
                for code, facts in self.sections().items()
            ],
        }


def _district_json(row: Row, names: Names) -> dict[str, Any]:
    """Return a district's row: its pairings one by one, everything else by kind."""
    pairings = [part for part in row.parts if part[0] is Kinds.PAIRING]
    return {
        "code": row.code,
        "name": names.districts.get(row.code, row.code),
        **row.figure.as_json(),
        "pairings": [
            {"code": code, "name": names.counties.get(code, code), **figure.as_json()}
            for _kind, code, figure in pairings
        ],
        **{
            kind.value: figure.as_json()
            for kind, _code, figure in row.parts
            if kind is not Kinds.PAIRING
        },
    }


def _row_json(row: Row, kind_names: dict[str, str]) -> dict[str, Any]:
    kinds = [part for part in row.parts if part[0] is Kinds.CHANNEL_KIND]
    found = row.figure.as_json()
    if kinds:
        found["kinds"] = [
            {"code": code, "name": kind_names.get(code, code), **figure.as_json()}
            for _kind, code, figure in kinds
        ]
    for kind, _code, figure in row.parts:
        if kind is not Kinds.CHANNEL_KIND:
            found[kind.value] = figure.as_json()
    return found


def _rows_json(
    rows: Iterable[Row], names: dict[str, str], kind_names: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": names.get(row.code, row.code),
            **_row_json(row, kind_names or {}),
        }
        for row in rows
    ]
