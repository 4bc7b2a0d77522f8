"""Pure rules of roles: no framework, no database."""
