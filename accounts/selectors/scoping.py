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
    user: str = ""

    @classmethod
    def by(cls, *, sales_point: str = "", county: str = "") -> Scope:
        """Rows belong to sales points and/or counties; lookups lead to their codes.

        With both, a row is visible when either matches: a county sees its goods in every
        centre, a district every county in its centres.
        """
        if not (sales_point or county):
            raise ImproperlyConfigured("Scope.by needs a lookup to sales points or counties")
        return cls("by", sales_point=sales_point, county=county)

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
        by_place = self.sales_point and reach.sales_points
        return not (by_place or (self.county and reach.counties))

    def filter(self, rows: QuerySet[Row], reach: Reach, user: Any) -> QuerySet[Row]:
        """Return the rows within reach."""
        if reach.everything or self.kind == "public":
            return rows
        if self.kind == "owner":
            return rows.filter(**{self.user: user.pk})
        if self.covers_nothing(reach):
            return rows.none()
        condition = Q()
        if self.sales_point and reach.sales_points:
            condition |= Q(**{f"{self.sales_point}__in": sorted(reach.sales_points)})
        if self.county and reach.counties:
            condition |= Q(**{f"{self.county}__in": sorted(reach.counties)})
        # A subquery, because a lookup through lines would repeat the order for each line.
        visible = rows.model._base_manager.filter(condition).values("pk")
        return rows.filter(pk__in=visible)


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
