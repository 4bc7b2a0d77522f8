"""Background doors of accounts."""

from __future__ import annotations

from celery import shared_task

from accounts.services import integration


@shared_task(name="accounts.sweep_nonces", ignore_result=True)
def sweep_nonces() -> int:
    """Forget nonces that no signature can use any more; return how many. Safe to repeat."""
    return integration.sweep_nonces()
