"""From role rows to what a person may see: sales points, counties, districts.

Source: docs/decisions/0001-the-house.md, docs/decisions/0006-counting.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from accounts.models import Duty, RoleAssignment, ScopeKind
from accounts.rules.roles import may
from common.clock import today


@dataclass(frozen=True, slots=True)
class Reach:
    """What rows a person may see: all, or those of these places.

    A district comes with its sales points; its own code is for rows that name the district
    and no sales point, such as a unit's declaration.
    """

    everything: bool = False
    sales_points: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()

    @property
    def nothing(self) -> bool:
        """Say whether no row at all is in reach."""
        places = self.sales_points or self.counties or self.districts
        return not (self.everything or places)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One valid role with its scope resolved; `districts` keeps the code it came from."""

    role: str
    duty: str
    scope_label: str
    reach: Reach
    districts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is on one day: read once per request, asked many times."""

    superuser: bool
    held: tuple[HeldRole, ...]

    def roles(self) -> frozenset[str]:
        """Return the codes of the valid roles."""
        return frozenset(one.role for one in self.held)

    def may(self, area: str, action: str) -> bool:
        """Say whether any role allows `view` or `change` in an area (an app label)."""
        return self.superuser or any(may(one.role, area, action, one.duty) for one in self.held)

    def may_as(self, roles: Iterable[str], area: str) -> bool:
        """Say whether one of `roles` is held with a duty that may change the area."""
        wanted = frozenset(roles)
        return self.superuser or any(
            one.role in wanted and may(one.role, area, "change", one.duty) for one in self.held
        )

    def may_approve(self, roles: Iterable[str]) -> bool:
        """Say whether one of `roles` is held with the duty to check what others prepared."""
        wanted = frozenset(roles)
        return self.superuser or any(
            one.role in wanted and one.duty == Duty.APPROVE for one in self.held
        )

    def preparing(self, roles: Iterable[str], area: str) -> Standing:
        """Return this standing with only those of `roles` that may change an area."""
        wanted = frozenset(roles)
        held = (one for one in self.held if one.role in wanted)
        kept = tuple(one for one in held if may(one.role, area, "change", one.duty))
        return Standing(superuser=self.superuser, held=kept)

    def checking(self, roles: Iterable[str]) -> Standing:
        """Return this standing with only those of `roles` that check what others prepared."""
        wanted = frozenset(roles)
        kept = tuple(one for one in self.held if one.role in wanted and one.duty == Duty.APPROVE)
        return Standing(superuser=self.superuser, held=kept)

    def reach(self, area: str | None = None, roles: frozenset[str] | None = None) -> Reach:
        """Return the union of the scopes of the roles that may view `area` (None: all roles).

        With `roles`, only those roles count.
        """
        if self.superuser:
            return Reach(everything=True)
        scopes = [
            one.reach
            for one in self.held
            if (area is None or may(one.role, area, "view", one.duty))
            and (roles is None or one.role in roles)
        ]
        return Reach(
            everything=any(scope.everything for scope in scopes),
            sales_points=frozenset().union(*(scope.sales_points for scope in scopes)),
            counties=frozenset().union(*(scope.counties for scope in scopes)),
            districts=frozenset().union(*(scope.districts for scope in scopes)),
        )


def valid_assignments(user: Any, on: date) -> list[RoleAssignment]:
    """Return the role rows of a user that are valid on a day."""
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return list(RoleAssignment.objects.filter(still_open, user=user, valid_from__lte=on))


def standing_of(user: Any, on: date | None = None) -> Standing:
    """Return what a user (or an anonymous visitor) is on a day, today unless told."""
    if not getattr(user, "is_active", False) or user.pk is None:
        return Standing(superuser=False, held=())
    day = on or today()
    held = tuple(_resolved(row, day) for row in valid_assignments(user, day))
    return Standing(superuser=bool(user.is_superuser), held=held)


def reach_of(user: Any, on: date | None = None, *, area: str | None = None) -> Reach:
    """Return what rows a user may see on a day, in one area or in all of them.

    A superuser reaches everything. A platform scope reaches no row of the admin: it is for
    channel integrations.
    """
    return standing_of(user, on).reach(area)


def _resolved(row: RoleAssignment, day: date) -> HeldRole:
    code = frozenset({row.scope_code})
    reach, districts = Reach(), frozenset[str]()
    if row.scope_kind == ScopeKind.EVERYTHING:
        reach = Reach(everything=True)
    elif row.scope_kind == ScopeKind.COUNTY:
        reach = Reach(counties=code)
    elif row.scope_kind == ScopeKind.SALES_POINT:
        reach = Reach(sales_points=code)
    elif row.scope_kind == ScopeKind.DISTRICT:
        reach, districts = (
            Reach(sales_points=_sales_points_of(row.scope_code, day), districts=code),
            code,
        )
    label = f"{row.scope_kind}:{row.scope_code}" if row.scope_code else row.scope_kind
    return HeldRole(row.role, row.duty, label, reach, districts)


def _sales_points_of(district_code: str, day: date) -> frozenset[str]:
    """Ask the storey above, by its dotted name in the settings, for a district's sales points."""
    find: Callable[[str, date], Iterable[str]] = import_string(settings.DISTRICT_SALES_POINTS)
    return frozenset(find(district_code, day))
