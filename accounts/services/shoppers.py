"""Shoppers sign in, stay signed in, and leave."""

from __future__ import annotations

import hashlib
import logging
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.errors import TokenNotValid
from accounts.models import Address, LoginCode, Shopper, ShopperToken
from accounts.services.auditing import record_audit_event
from accounts.services.login_codes import phone_key, spend_code
from common.clock import now
from common.errors import DomainError
from common.sealing import decrypt_text, encrypt_text

logger = logging.getLogger(__name__)

ACCESS_SECONDS = 2 * 3600
REFRESH_SECONDS = 30 * 24 * 3600
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Two tokens in clear, as they are told once, and whose they are."""

    shopper: Shopper
    access: str
    refresh: str
    is_new_shopper: bool = False


def sign_in(phone: str, code: str) -> TokenPair:
    """Return tokens for the shopper of a normalised phone number, made where there is none.

    Raises CodeNotValid; the try counts all the same.
    """
    spend_code(phone, code)
    with transaction.atomic():
        shopper, is_new = Shopper.objects.get_or_create(
            phone_key=phone_key(phone),
            defaults={"sealed_phone": encrypt_text(phone), "created_at": now()},
        )
        access, refresh = _new_pair(shopper, uuid.uuid4())
        return TokenPair(shopper, access, refresh, is_new)


def stitch_touches(shopper: Shopper, visitor_id: str) -> None:
    """Ask the storey above, by its dotted name in the settings, to join a visitor's touches.

    A failure is logged and keeps nobody from signing in.
    """
    stitch: Callable[[Shopper, str], int] = import_string(settings.TOUCHES_STITCHED_BY)
    try:
        stitch(shopper, visitor_id)
    except DomainError as refusal:
        logger.warning("touches were not stitched: %s", refusal.code)


def refresh_tokens(refresh: str) -> TokenPair:
    """Return the next pair for a refresh token, which ends with its pair.

    Raises TokenNotValid. A token that was refreshed before ends its whole family: of two who
    hold it, one is a thief.
    """
    with transaction.atomic():
        moment = now()
        standing = ShopperToken.objects.filter(refresh_key=_hashed(refresh)).first()
        is_fresh = standing is not None and bool(
            ShopperToken.objects.filter(
                pk=standing.pk, refreshed_at=None, revoked_at=None, refresh_expires_at__gt=moment
            ).update(refreshed_at=moment, revoked_at=moment)
        )
        if standing is not None and is_fresh:
            access, next_refresh = _new_pair(standing.shopper, standing.family)
            return TokenPair(standing.shopper, access, next_refresh)
        if standing is not None and standing.refreshed_at is not None:
            ShopperToken.objects.filter(family=standing.family, revoked_at=None).update(
                revoked_at=moment
            )
    raise TokenNotValid(_("登录已失效，请重新登录。"))


def shopper_of(access: str) -> tuple[Shopper, ShopperToken]:
    """Return who holds an access token. Raises TokenNotValid."""
    token = (
        ShopperToken.objects.select_related("shopper")
        .filter(access_key=_hashed(access), revoked_at=None, access_expires_at__gt=now())
        .first()
    )
    if token is None or token.shopper.erased_at is not None:
        raise TokenNotValid(_("登录已失效，请重新登录。"))
    return token.shopper, token


def sign_out(token: ShopperToken, *, everywhere: bool = False) -> None:
    """End the family of a token, or every token of its shopper."""
    whose = Q(shopper=token.shopper_id) if everywhere else Q(family=token.family)
    ShopperToken.objects.filter(whose, revoked_at=None).update(revoked_at=now())


def change_shopper(
    shopper: Shopper, *, display_name: str | None = None, consent_version: str | None = None
) -> Shopper:
    """Change what a shopper may change of themselves; a new consent is dated now."""
    if display_name is not None:
        shopper.display_name = display_name
    if consent_version is not None and consent_version != shopper.consent_version:
        shopper.consent_version, shopper.consented_at = consent_version, now()
    shopper.save(update_fields=["display_name", "consent_version", "consented_at"])
    return shopper


def forget_shopper(row: Shopper) -> None:
    """Empty a shopper's row and delete what hangs on it, in the caller's transaction.

    The row stays, so that what was bought stays counted; nothing in it leads to a person. The
    number may register anew, as somebody else. The caller has locked the row.
    """
    Address.objects.filter(shopper=row).delete()
    ShopperToken.objects.filter(shopper=row).delete()
    LoginCode.objects.filter(phone_key=row.phone_key or "").delete()
    row.phone_key, row.sealed_phone, row.display_name = None, b"", ""
    row.erased_at = now()
    row.save()
    record_audit_event(
        actor=None,
        action="shopper.erased",
        object_kind="accounts.Shopper",
        object_key=str(row.public_id),
    )


def phone_of(shopper: Shopper) -> str:
    """Return a shopper's phone number, '' once erased. Raises CannotUnseal."""
    return decrypt_text(bytes(shopper.sealed_phone)) if shopper.sealed_phone else ""


def sweep_shopper_tokens() -> int:
    """Forget tokens that nobody can use or replay any more; return how many. Safe to repeat."""
    return ShopperToken.objects.filter(refresh_expires_at__lt=now()).delete()[0]


def _new_pair(shopper: Shopper, family: uuid.UUID) -> tuple[str, str]:
    access, refresh = (f"sh{kind}_{secrets.token_urlsafe(_TOKEN_BYTES)}" for kind in "ar")
    moment = now()
    ShopperToken.objects.create(
        shopper=shopper,
        family=family,
        access_key=_hashed(access),
        refresh_key=_hashed(refresh),
        created_at=moment,
        access_expires_at=moment + timedelta(seconds=ACCESS_SECONDS),
        refresh_expires_at=moment + timedelta(seconds=REFRESH_SECONDS),
    )
    return access, refresh


def _hashed(token: str) -> str:
    """A token has 256 random bits: a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
