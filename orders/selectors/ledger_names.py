"""From the names that people write in ledgers to codes: counties, categories, declarers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Generic, TypeVar

from orders.errors import LedgerUnknownDeclarer
from orders.models import SalesPoint, Unit
from orders.selectors.helper_districts import district_known, district_named
from products.models import Category, County

Row = TypeVar("Row")


class Named(Generic[Row]):
    """Rows by code, or by a name that only one of them has."""

    def __init__(self, rows: Iterable[Row], names: Callable[[Row], tuple[str, ...]]) -> None:
        found: dict[str, list[Row]] = {}
        for row in rows:
            for name in dict.fromkeys(names(row)):
                found.setdefault(name, []).append(row)
        self._only = {name: same[0] for name, same in found.items() if len(same) == 1}

    def get(self, text: str) -> Row | None:
        """Return the one row of that code or name."""
        return self._only.get(text)


class LedgerNames:
    """Everything that a ledger may name, loaded once; districts are asked for day by day."""

    def __init__(self) -> None:
        self._counties = Named(
            County.objects.all(), lambda row: (row.code, row.name, row.name[:-1])
        )
        self._categories = Named(Category.objects.all(), lambda row: (row.code, row.name))
        self._points = Named(SalesPoint.objects.all(), lambda row: (row.code, row.name))
        self._units = Named(Unit.objects.all(), lambda row: (row.code, row.name))
        self._districts: dict[tuple[str, date], str] = {}

    def county(self, text: str) -> str:
        """Return the code of a county; what names none stays as it is."""
        found = self._counties.get(text)
        return found.code if found else text

    def category(self, text: str) -> str:
        """Return the code of a category; what names none stays as it is."""
        found = self._categories.get(text)
        return found.code if found else text

    def district(self, text: str, day: date) -> str:
        """Return the code of a district on a day; what names none stays as it is."""
        if not text:
            return ""
        key = text, day
        if key not in self._districts:
            is_code = district_known(text, day)
            self._districts[key] = text if is_code else district_named(text, day) or text
        return self._districts[key]

    def sales_point(self, text: str) -> SalesPoint | None:
        """Return a sales point, None for no text. Raises LedgerUnknownDeclarer."""
        return _declarer(self._points, text, SalesPoint)

    def unit(self, text: str) -> Unit | None:
        """Return a unit, None for no text. Raises LedgerUnknownDeclarer."""
        return _declarer(self._units, text, Unit)


def _declarer(rows: Named[Row], text: str, model: type[SalesPoint | Unit]) -> Row | None:
    if not text:
        return None
    found = rows.get(text)
    if found is None:
        raise LedgerUnknownDeclarer(value=text, kind=model._meta.verbose_name)
    return found
