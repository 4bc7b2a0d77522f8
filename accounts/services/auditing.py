"""Write audit events."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEvent, User
from accounts.selectors.reach import standing_of


def record_audit_event(
    *,
    actor: User | None,
    action: str,
    object_kind: str,
    object_key: str | int,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    address: str | None = None,
) -> AuditEvent:
    """Record one act, in the caller's transaction, with the actor's first role and scope.

    `actor` is None for the system itself. `changes` holds changed fields as
    {"field": [before, after]}, personal data masked.
    """
    role, scope = _role_of(actor)
    return AuditEvent.objects.create(
        actor=actor,
        role=role,
        scope=scope,
        action=action,
        object_kind=object_kind,
        object_key=str(object_key),
        changes=changes or {},
        reason=reason,
        address=address,
    )


def _role_of(actor: User | None) -> tuple[str, str]:
    if actor is None:
        return "system", "everything"
    standing = standing_of(actor)
    if standing.superuser or not standing.held:
        return ("superuser", "everything") if standing.superuser else ("", "")
    first = standing.held[0]
    return first.role, first.scope_label
