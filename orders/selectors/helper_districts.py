"""Which district helped a sale, at which stage it was, and who bought: dated entries, read once.

Sources: docs/decisions/0006-counting.md. A book is loaded once per import and asked per line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from orders.models import (
    CountedStage,
    SalesPoint,
    SalesPointDistrict,
    SponsorshipAgreement,
    Unit,
    UnitDistrict,
)

EVIDENCE_UNIT = "unit"
EVIDENCE_SALES_POINT = "sales_point"
EVIDENCE_AGREEMENT = "agreement"
EVIDENCE_NONE = "none"

# How many levels of parents are asked for a district: more is a mistake in the entries.
_MOST_PARENTS = 10


class DatedText(NamedTuple):
    """A code with its first and last day, both included; None is open."""

    code: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What counting asks of a unit. `resells_at` is a sales point code or ''."""

    code: str
    kind: str
    parent_code: str
    is_reseller: bool
    resells_at: str
    districts: tuple[DatedText, ...]


@dataclass(frozen=True, slots=True)
class HelperBook:
    """All units and the dated entries of one sales point."""

    units: Mapping[str, UnitFacts]
    codes_by_name: Mapping[str, str]
    point_districts: tuple[DatedText, ...]
    agreements: tuple[DatedText, ...]
    # Sales point code -> dated `sales` or `purchases`.
    counted_stages: Mapping[str, tuple[DatedText, ...]]

    def unit(self, stated: str) -> UnitFacts | None:
        """Return the unit that a source names by code or by its full name, None for none."""
        stated = stated.strip()
        return self.units.get(self.codes_by_name.get(stated, stated)) if stated else None

    def district_of_unit(self, unit: UnitFacts, day: date) -> str:
        """Return a unit's district on a day, or its nearest parent's; '' for none."""
        found: UnitFacts | None = unit
        for _level in range(_MOST_PARENTS):
            if found is None:
                break
            held = holding_on(found.districts, day)
            if held:
                return held
            found = self.units.get(found.parent_code)
        return ""

    def helper_on(self, day: date, units: Iterable[UnitFacts | None] = ()) -> tuple[str, str]:
        """Return (district code, evidence) of a sale on a day: the strongest evidence wins.

        `units` are the 计入单位 and the payer, the stronger first.
        """
        for unit in units:
            district = self.district_of_unit(unit, day) if unit else ""
            if district:
                return district, EVIDENCE_UNIT
        for rows, evidence in (
            (self.point_districts, EVIDENCE_SALES_POINT),
            (self.agreements, EVIDENCE_AGREEMENT),
        ):
            district = holding_on(rows, day)
            if district:
                return district, evidence
        return "", EVIDENCE_NONE

    def counts_purchases(self, sales_point_code: str, day: date) -> bool:
        """Say whether at a reselling sales point the purchases count, and so not the sales."""
        rows = self.counted_stages.get(sales_point_code, ())
        return holding_on(rows, day) == CountedStage.Counted.PURCHASES

    def stage_on(self, point: SalesPoint, payer: UnitFacts | None, day: date) -> str:
        """Return `final` or `intermediate` of a sale at a sales point to a payer on a day."""
        if point.stage == SalesPoint.Stage.INTERMEDIATE or self.counts_purchases(point.code, day):
            return SalesPoint.Stage.INTERMEDIATE.value
        if payer is None or not payer.is_reseller:
            return SalesPoint.Stage.FINAL.value
        if payer.resells_at and self.counts_purchases(payer.resells_at, day):
            return SalesPoint.Stage.FINAL.value
        return SalesPoint.Stage.INTERMEDIATE.value


def holding_on(rows: Iterable[DatedText], day: date) -> str:
    """Return the code that holds on a day, '' for none; of overlapping rows the last started."""
    held, started = "", date.min
    for code, first, last in rows:
        first = first or date.min
        if first <= day and (last is None or day <= last) and first >= started:
            held, started = code, first
    return held


def district_known(code: str, day: date) -> bool:
    """Ask the storey above, by its dotted name in the settings, whether a district existed."""
    ask: Callable[[str, date], bool] = import_string(settings.DISTRICT_KNOWN)
    return ask(code, day)


def district_named(name: str, day: date) -> str:
    """Ask the storey above for the code of a district by its name on a day, '' for none."""
    ask: Callable[[str, date], str] = import_string(settings.DISTRICT_NAMED)
    return ask(name, day)


def helper_book(sales_point: SalesPoint | None) -> HelperBook:
    """Load what counting asks at one sales point, or at none: five queries in all."""
    districts: dict[int, list[DatedText]] = {}
    for unit_id, district, first, last in UnitDistrict.objects.order_by("pk").values_list(
        "unit_id", "district_code", "valid_from", "valid_to"
    ):
        districts.setdefault(unit_id, []).append(DatedText(district, first, last))
    units, names = {}, {}
    rows = Unit.objects.values_list(
        "pk", "code", "name", "kind", "parent__code", "is_reseller", "resells_at__code"
    )
    for pk, code, name, kind, parent, is_reseller, resells_at in rows:
        units[code] = UnitFacts(
            code=code,
            kind=kind,
            parent_code=parent or "",
            is_reseller=is_reseller,
            resells_at=resells_at or "",
            districts=tuple(districts.get(pk, ())),
        )
        names[name] = code
    stages: dict[str, list[DatedText]] = {}
    for code, counted, first, last in CountedStage.objects.order_by("pk").values_list(
        "sales_point__code", "counted", "valid_from", "valid_to"
    ):
        stages.setdefault(code, []).append(DatedText(counted, first, last))
    dated = ("district_code", "valid_from", "valid_to")
    of_point = SalesPointDistrict.objects.filter(sales_point=sales_point).order_by("pk")
    agreed = SponsorshipAgreement.objects.filter(sales_point=sales_point).order_by("pk")
    return HelperBook(
        units=units,
        codes_by_name=names,
        point_districts=tuple(DatedText(*row) for row in of_point.values_list(*dated)),
        agreements=tuple(DatedText(*row) for row in agreed.values_list(*dated)),
        counted_stages={code: tuple(found) for code, found in stages.items()},
    )
