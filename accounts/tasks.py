"""Background doors of accounts."""

from __future__ import annotations

from celery import shared_task

from accounts.services import integration
from accounts.services.login_codes import sweep_login_codes
from accounts.services.shoppers import sweep_shopper_tokens


@shared_task(name="accounts.sweep_nonces", ignore_result=True)
def sweep_nonces() -> int:
    """Forget nonces that no signature can use any more; return how many. Safe to repeat."""
    return integration.sweep_nonces()


@shared_task(name="accounts.sweep_sign_ins", ignore_result=True)
def sweep_sign_ins() -> int:
    """Forget codes and tokens that nobody can use any more; return how many. Safe to repeat."""
    return sweep_login_codes() + sweep_shopper_tokens()
