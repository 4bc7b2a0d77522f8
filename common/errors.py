"""The one way in which a business rule says no."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal that a user can understand and a client can branch on.

    `code` is stable and in English; `message` is one sentence for people, already
    translated; `status` is the HTTP status a door answers with; `details` are the
    facts behind the refusal. Subclasses are named after the refusal itself.
    """

    code = "refused"
    status = 409

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = str(message)
        if code is not None:
            self.code = code
        self.details = details

    def __str__(self) -> str:
        return self.message
