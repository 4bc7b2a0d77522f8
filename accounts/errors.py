"""How the account cellar says no."""

from __future__ import annotations

from common.errors import DomainError


class GrantRefused(DomainError):
    """The granter may not give this role, or not as widely as asked."""

    code = "grant_refused"
    status = 403


class RoleNotValid(DomainError):
    """The role and its scope, duty or dates do not fit together."""

    code = "role_not_valid"
    status = 400
