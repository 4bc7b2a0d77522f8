"""Codes by which a phone proves itself: sent, counted, tried.

Limits are counted in the database, so that they hold while the cache is down
(docs/decisions/0031-shoppers.md).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.errors import CodeNotSent, CodeNotValid
from accounts.models import LoginCode
from accounts.services.sms import GatewayDown, send_code
from common.clock import now
from common.sealing import keyed_hash

CODE_SECONDS = 300
ASK_AGAIN_SECONDS = 60
MOST_TRIES = 5
# A phone gets so many codes, an address may ask for so many, in the minutes behind.
_PHONE_LIMITS = ((1, 1), (5, 60))
_ADDRESS_LIMIT = (20, 1)
_KEPT = timedelta(days=1)


def phone_key(phone: str) -> str:
    """Return the keyed hash under which a normalised phone number is found."""
    return keyed_hash("shopper-phone", phone)


def ask_for_code(phone: str, *, address: str) -> LoginCode:
    """Send a code to a normalised phone number and return its row; the code itself is not kept.

    Raises CodeNotSent: `asked_too_often` for the phone or the address, `sms_not_sent` where the
    gateway does not answer (then nothing is kept, and asking again is allowed).
    """
    fixed = settings.SANDBOX_PHONES.get(phone)
    code = fixed or f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        key, asked_from, moment = phone_key(phone), keyed_hash("address", address), now()
        if not fixed:
            _check_limits(key, asked_from, moment)
        row = LoginCode.objects.create(
            phone_key=key,
            code_key=_code_key(key, code),
            address_key=asked_from,
            sent_at=moment,
            expires_at=moment + timedelta(seconds=CODE_SECONDS),
        )
    if not fixed:
        try:
            send_code(phone, code)
        except GatewayDown as error:
            row.delete()
            refusal = CodeNotSent(_("短信暂时无法发送，请稍后再试。"), code="sms_not_sent")
            refusal.status = 503
            raise refusal from error
    return row


def spend_code(phone: str, code: str) -> None:
    """Use up the newest code of a phone, in the caller's transaction.

    Every try counts, also a wrong one: that is committed even where the caller is refused, so
    call it outside a transaction that the refusal rolls back. Raises CodeNotValid.
    """
    key, moment = phone_key(phone), now()
    newest = LoginCode.objects.filter(phone_key=key).order_by("-pk").first()
    refusal = CodeNotValid(_("验证码不正确或已失效，请重新获取。"))
    if newest is None:
        raise refusal
    usable = LoginCode.objects.filter(
        pk=newest.pk, used_at=None, expires_at__gt=moment, tries__lt=MOST_TRIES
    )
    if not usable.update(tries=F("tries") + 1):
        raise refusal
    if not secrets.compare_digest(newest.code_key, _code_key(key, code)):
        raise refusal
    if not LoginCode.objects.filter(pk=newest.pk, used_at=None).update(used_at=moment):
        raise refusal


def sweep_login_codes() -> int:
    """Forget codes that no limit looks at any more; return how many. Safe to repeat."""
    return LoginCode.objects.filter(sent_at__lt=now() - _KEPT).delete()[0]


def _code_key(key: str, code: str) -> str:
    return keyed_hash("login-code", f"{key}\x1f{code}")


def _check_limits(key: str, asked_from: str, moment: datetime) -> None:
    for most, minutes in _PHONE_LIMITS:
        since = moment - timedelta(minutes=minutes)
        if LoginCode.objects.filter(phone_key=key, sent_at__gt=since).count() >= most:
            raise CodeNotSent(_("获取验证码过于频繁，请稍后再试。"))
    most, minutes = _ADDRESS_LIMIT
    since = moment - timedelta(minutes=minutes)
    if LoginCode.objects.filter(address_key=asked_from, sent_at__gt=since).count() >= most:
        raise CodeNotSent(_("获取验证码过于频繁，请稍后再试。"))
