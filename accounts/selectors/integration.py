"""Which sales points and platform accounts a user's integration may write today."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Role, RoleAssignment, ScopeKind, User
from accounts.rules.roles import may
from accounts.selectors.reach import valid_assignments
from common.clock import today


@dataclass(frozen=True, slots=True)
class IntegrationReach:
    """Codes of sales points, and of platform accounts with all their sales points."""

    sales_points: frozenset[str]
    platform_accounts: frozenset[str]


def integration_roles(user: User) -> list[RoleAssignment]:
    """Return the roles of a user that let a key of theirs write orders today."""
    return [
        row
        for row in valid_assignments(user, today())
        if row.role == Role.CHANNEL_INTEGRATION and may(row.role, "orders", "change", row.duty)
    ]


def integration_reach(user: User) -> IntegrationReach:
    """Return what the keys of a user may write today, read anew for every request."""
    roles = integration_roles(user)
    return IntegrationReach(
        frozenset(row.scope_code for row in roles if row.scope_kind == ScopeKind.SALES_POINT),
        frozenset(row.scope_code for row in roles if row.scope_kind == ScopeKind.PLATFORM),
    )
