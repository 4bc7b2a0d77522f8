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


class KeyNotValid(DomainError):
    """The integration key does not fit together: user, days or addresses."""

    code = "key_not_valid"
    status = 400


class NotSigned(DomainError):
    """A request that must be signed is not, or its signature does not hold.

    `code` is told to whoever asks, so an unknown key and a wrong signature have the same one.
    """

    code = "signature_missing"
    status = 401
