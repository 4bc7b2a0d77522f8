"""Admin of users, roles and audit events; `scoping` holds the base classes of every admin."""

from accounts.admin import audit, roles, users

__all__ = ["audit", "roles", "users"]
