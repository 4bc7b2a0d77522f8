"""Users, their roles with scope, their keys, and what was done with them."""

from accounts.models.audit import AuditEvent
from accounts.models.integration import IntegrationKey, SpentNonce
from accounts.models.role import Duty, Role, RoleAssignment, ScopeKind
from accounts.models.user import User

__all__ = [
    "AuditEvent",
    "Duty",
    "IntegrationKey",
    "Role",
    "RoleAssignment",
    "ScopeKind",
    "SpentNonce",
    "User",
]
