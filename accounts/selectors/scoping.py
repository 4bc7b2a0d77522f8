"""How a list of rows declares its scope, and how that becomes a filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet

from accounts.selectors.reach import Reach, Standing

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Scope:
    """The declared scope of a model's rows; made by `by`, `public`, `owner` or `central`."""

    kind: str
    sales_point: str = ""
    county: str = ""
    district: str = ""
    user: str = ""

    @classmethod
    def by(cls, *, sales_point: str = "", county: str = "", district: str = "") -> Scope:
        """Rows belong to sales points, counties and/or districts; lookups lead to their codes.

        With several, a row is visible when one matches: a county sees its goods in every
        centre, a district every county in its centres. A district reaches its sales points
        by `sales_point`; `district` is for rows that name the district itself.
        """
        if not (sales_point or county or district):
            raise ImproperlyConfigured("Scope.by needs a lookup to a kind of place")
        return cls("by", sales_point=sales_point, county=county, district=district)

    @classmethod
    def public(cls) -> Scope:
        """Reference rows: everyone whose role may view the area sees them all."""
        return cls("public")

    @classmethod
    def owner(cls, user: str) -> Scope:
        """Rows belong to the user that the lookup leads to; everything-reach sees them all."""
        return cls("owner", user=user)

    @classmethod
    def central(cls) -> Scope:
        """Rows that only those who reach everything may see."""
        return cls("central")

    def covers_nothing(self, reach: Reach) -> bool:
        """Say whether a person with this reach can see no row at all, whatever the rows."""
        if reach.everything or self.kind in {"public", "owner"}:
            return False
        return not any(codes for _lookup, codes in self._places(reach))

    def filter(self, rows: QuerySet[Row], reach: Reach, user: Any) -> QuerySet[Row]:
        """Return the rows within reach."""
        if reach.everything or self.kind == "public":
            return rows
        if self.kind == "owner":
            return rows.filter(**{self.user: user.pk})
        if self.covers_nothing(reach):
            return rows.none()
        condition = Q()
        for lookup, codes in self._places(reach):
            if codes:
                condition |= Q(**{f"{lookup}__in": sorted(codes)})
        # A subquery, because a lookup through lines would repeat the order for each line.
        visible = rows.model._base_manager.filter(condition).values("pk")
        return rows.filter(pk__in=visible)

    def _places(self, reach: Reach) -> list[tuple[str, frozenset[str]]]:
        """Pair each declared lookup with the codes in reach."""
        pairs = (
            (self.sales_point, reach.sales_points),
            (self.county, reach.counties),
            (self.district, reach.districts),
        )
        return [(lookup, codes) for lookup, codes in pairs if lookup]


def declared_scope(owner: type, declared: object) -> Scope:
    """Return the scope that a door declared. Raises ImproperlyConfigured without one."""
    if not isinstance(declared, Scope):
        raise ImproperlyConfigured(
            f"{owner.__module__}.{owner.__qualname__} must declare `scope`: Scope.by(...), "
            "Scope.public(), Scope.owner(...) or Scope.central()"
        )
    return declared


def rows_in_reach(
    rows: QuerySet[Row],
    scope: Scope,
    standing: Standing,
    user: Any,
    roles: frozenset[str] | None = None,
) -> QuerySet[Row]:
    """Return the rows that a person of this standing may see; their app label is the area."""
    area = rows.model._meta.app_label
    if not standing.may(area, "view"):
        return rows.none()
    return scope.filter(rows, standing.reach(area, roles), user)
