"""Users, their roles with scope, their keys, what was done with them; and shoppers."""

from accounts.models.audit import AuditEvent
from accounts.models.integration import IntegrationKey, SpentNonce
from accounts.models.role import Duty, Role, RoleAssignment, ScopeKind
from accounts.models.shopper import Address, LoginCode, Shopper, ShopperToken
from accounts.models.user import User

__all__ = [
    "Address",
    "AuditEvent",
    "Duty",
    "IntegrationKey",
    "LoginCode",
    "Role",
    "RoleAssignment",
    "ScopeKind",
    "Shopper",
    "ShopperToken",
    "SpentNonce",
    "User",
]
