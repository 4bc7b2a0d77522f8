"""Users, their roles with scope, and what was done with them."""

from accounts.models.audit import AuditEvent
from accounts.models.role import Duty, Role, RoleAssignment, ScopeKind
from accounts.models.user import User

__all__ = ["AuditEvent", "Duty", "Role", "RoleAssignment", "ScopeKind", "User"]
