"""Buying over HTTP: quotes, orders, payments, and what providers tell."""
