"""Make and revoke integration keys, check what they sign, spend their nonces."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import ip_address, ip_network

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import KeyNotValid, NotSigned
from accounts.models import IntegrationKey, SpentNonce, User
from accounts.rules.signing import WINDOW_SECONDS, SignedRequest
from accounts.selectors.integration import integration_roles
from accounts.services.auditing import record_audit_event
from accounts.services.roles import check_giver
from common import clock
from common.sealing import decrypt_text, encrypt_text

# The last use of a key is noted once in this time. Unit: seconds.
LAST_USE_SECONDS = 60
# Compared in place of an unknown key's secret: the way to the answer is the same.
_NO_SECRET = secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as asked for. Days are [valid_from, valid_to); `networks` in CIDR, () = any."""

    user: User
    label: str
    valid_from: date
    valid_to: date | None = None
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvenRequest:
    """A request whose signature holds: its key, and the nonce that is still to be spent."""

    key: IntegrationKey
    nonce: str


@transaction.atomic
def create_integration_key(*, asked: NewKey, created_by: User | None) -> tuple[IntegrationKey, str]:
    """Make a key and return it with its secret, which is shown this once.

    Raises KeyNotValid where the user holds no role of a channel integration, days or networks
    do not fit, or another key of the user has this label; GrantRefused where the creator could
    not have given that role.
    """
    check_key(asked=asked, created_by=created_by)
    secret = secrets.token_urlsafe(32)
    key = IntegrationKey.objects.create(
        user=asked.user,
        key_id=f"shk_{secrets.token_hex(8)}",
        label=asked.label.strip(),
        sealed_secret=encrypt_text(secret),
        networks=list(asked.networks),
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        created_by=created_by,
        created_at=clock.now(),
    )
    _record("integration_key.created", key, created_by)
    return key, secret


def check_key(*, asked: NewKey, created_by: User | None) -> None:
    """Refuse a key that may not be made. Raises KeyNotValid or GrantRefused."""
    roles = integration_roles(asked.user)
    if not roles:
        message = _("该用户没有有效的“渠道接口”角色（经办），请先授予角色。")
        raise KeyNotValid(message, code="user_without_role")
    for role in roles:
        check_giver(role, created_by)
    # Sending the form again, as reloading the page with the secret does, makes no second key.
    label = asked.label.strip()
    if IntegrationKey.objects.filter(user=asked.user, label=label, revoked_at=None).exists():
        message = _("该用户已有一个用途相同、未撤销的密钥；请换一个用途名称，或先撤销原密钥。")
        raise KeyNotValid(message, code="label_taken")
    if asked.valid_to is not None and asked.valid_to <= asked.valid_from:
        raise KeyNotValid(_("失效日必须晚于生效日。"))
    for network in asked.networks:
        try:
            ip_network(network)
        except ValueError as error:
            message = _("“%(network)s”不是有效的网络地址，应写成 203.0.113.0/24 的样式。")
            raise KeyNotValid(message % {"network": network[:60]}) from error


@transaction.atomic
def revoke_integration_key(*, key: IntegrationKey, revoked_by: User | None) -> IntegrationKey:
    """End a key now, for good; the row stays. Revoking a revoked key changes nothing."""
    row = IntegrationKey.objects.select_for_update().get(pk=key.pk)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        _record("integration_key.revoked", row, revoked_by)
    return row


def prove(request: SignedRequest, *, address: str) -> ProvenRequest:
    """Return who signed a request. Raises NotSigned, its code says why.

    Writes nothing: the nonce is spent together with what the request does (`spend_nonce`).
    """
    if not request.is_complete:
        raise NotSigned(_("请求没有签名，或签名头不完整。"))
    if not request.is_timely(clock.now().timestamp()):
        raise NotSigned(_("签名时间与服务器时间相差超过 5 分钟。"), code="timestamp_outside_window")
    key = IntegrationKey.objects.select_related("user").filter(key_id=request.key_id).first()
    secret = decrypt_text(bytes(key.sealed_secret)) if key else _NO_SECRET
    if not request.is_signed_with(secret) or key is None:
        raise NotSigned(_("签名不正确。"), code="signature_wrong")
    _check_usable(key, address)
    if SpentNonce.objects.filter(key=key, nonce=request.nonce).exists():
        raise _replayed()
    return ProvenRequest(key, request.nonce)


@transaction.atomic
def spend_nonce(proven: ProvenRequest) -> None:
    """Use a request's nonce up, in the caller's transaction. Raises NotSigned for a replay."""
    now = clock.now()
    try:
        with transaction.atomic():
            SpentNonce.objects.create(key=proven.key, nonce=proven.nonce, spent_at=now)
    except IntegrityError as error:
        raise _replayed() from error
    unused = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(seconds=LAST_USE_SECONDS))
    IntegrationKey.objects.filter(unused, pk=proven.key.pk).update(last_used_at=now)


def check_not_revoked(proven: ProvenRequest) -> None:
    """Raise NotSigned where a key was revoked while its request waited."""
    if not IntegrationKey.objects.filter(
        pk=proven.key.pk, revoked_at=None, user__is_active=True
    ).exists():
        raise _revoked()


def sweep_nonces() -> int:
    """Forget nonces whose signatures are too old to be taken again; return how many."""
    # A timestamp may lie a window ahead, and is then taken until a window after it.
    old = clock.now() - timedelta(seconds=2 * WINDOW_SECONDS + 1)
    return SpentNonce.objects.filter(spent_at__lt=old).delete()[0]


def _check_usable(key: IntegrationKey, address: str) -> None:
    """Raise NotSigned unless the key is in force. Only its holder gets here."""
    today = clock.today()
    if key.revoked_at is not None or not key.user.is_active:
        raise _revoked()
    if today < key.valid_from:
        raise NotSigned(_("密钥尚未生效。"), code="key_not_yet_valid")
    if key.valid_to is not None and today >= key.valid_to:
        raise NotSigned(_("密钥已过期。"), code="key_expired")
    if key.networks and not _is_within(address, key.networks):
        raise NotSigned(_("这个密钥不能从当前地址使用。"), code="address_not_allowed")


def _is_within(address: str, networks: list[str]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    # A server that listens on both families gives an IPv4 caller as ::ffff:203.0.113.7.
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(network) for network in networks)


def _revoked() -> NotSigned:
    return NotSigned(_("密钥已被撤销。"), code="key_revoked")


def _replayed() -> NotSigned:
    return NotSigned(_("这个签名已经用过；重试时请换随机数重新签名。"), code="nonce_spent")


def _record(action: str, key: IntegrationKey, actor: User | None) -> None:
    record_audit_event(
        actor=actor,
        action=action,
        object_kind="accounts.IntegrationKey",
        object_key=key.pk,
        changes={
            "key_id": [None, key.key_id],
            "user": [None, key.user.username],
            "label": [None, key.label],
            "networks": [None, key.networks],
            "valid": [key.valid_from.isoformat(), key.valid_to and key.valid_to.isoformat()],
        },
    )
