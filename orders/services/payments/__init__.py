"""Payments through providers that are named in the settings."""
