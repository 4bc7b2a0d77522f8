"""Admin of users, roles, keys and audit events; `scoping` holds the base classes of every admin."""

from accounts.admin import audit, integration, roles, shoppers, users

__all__ = ["audit", "integration", "roles", "shoppers", "users"]
