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


class CodeNotSent(DomainError):
    """No code was sent: asked too often, or the gateway does not answer; `code` says which."""

    code = "asked_too_often"
    status = 429


class CodeNotValid(DomainError):
    """The code is wrong, used, expired, or was tried too often. The answer is one for all."""

    code = "code_not_valid"
    status = 401


class TokenNotValid(DomainError):
    """The token is unknown, expired or revoked."""

    code = "token_not_valid"
    status = 401


class AddressNotFound(DomainError):
    """The shopper has no such address."""

    code = "address_not_found"
    status = 404


class TooManyAddresses(DomainError):
    """The shopper has as many addresses as anyone may keep."""

    code = "too_many_addresses"
    status = 422
