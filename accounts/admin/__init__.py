"""Admin of users, roles, keys and audit events; `scoping` holds the base classes of every admin."""

from accounts.admin import audit, integration, roles, users

__all__ = ["audit", "integration", "roles", "users"]
