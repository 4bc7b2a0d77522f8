"""Seal personal data: AES-GCM with rotating keys, and keyed hashes that never change.

Keys come from the settings FIELD_KEYS (`id:base64(32 bytes)`, newest first: the first
seals, all open) and BUYER_KEY. Sealed bytes are: length of the key id (1 byte), key id,
nonce (12 bytes), ciphertext with tag. The key id is authenticated too.

A sealed file is a zero byte, that header, a random prefix (7 bytes), and pieces of 1 MiB. The
nonce of a piece is prefix, its number and a mark of the last one, so that no piece can be
moved, left out or cut off.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from common.errors import DomainError

_NONCE_BYTES = 12
_KEY_BYTES = 32
_STREAM_MARK = b"\0"
_PREFIX_BYTES = 7
_TAG_BYTES = 16
_PIECE = 1 << 20


class CannotUnseal(DomainError):
    """Sealed data is damaged, or its key is no longer among the field keys."""

    code = "cannot_unseal"
    status = 500


def encrypt_text(text: str) -> bytes:
    """Seal text with the newest field key. Two calls never give the same bytes."""
    return encrypt_bytes(text.encode())


def decrypt_text(sealed: bytes) -> str:
    """Open sealed text with the key it names. Raises CannotUnseal."""
    return decrypt_bytes(sealed).decode()


def encrypt_bytes(data: bytes) -> bytes:
    """Seal bytes with the newest field key."""
    header, cipher = _newest(tuple(settings.FIELD_KEYS))
    nonce = os.urandom(_NONCE_BYTES)
    return header + nonce + cipher.encrypt(nonce, data, header)


def decrypt_bytes(sealed: bytes) -> bytes:
    """Open sealed bytes with the key they name. Raises CannotUnseal."""
    sealed = bytes(sealed)
    header = sealed[: 1 + sealed[0]] if sealed else b""
    cipher = _ciphers(tuple(settings.FIELD_KEYS)).get(header)
    body = sealed[len(header) :]
    if cipher is None:
        raise CannotUnseal(_("密文的密钥不在当前密钥中，无法解密。"))
    try:
        return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], header)
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal(_("密文已损坏，无法解密。")) from error


def encrypt_file(source: BinaryIO, target: BinaryIO) -> None:
    """Seal a file with the newest field key, without holding more than a piece of it."""
    header, cipher = _newest(tuple(settings.FIELD_KEYS))
    prefix = os.urandom(_PREFIX_BYTES)
    target.write(_STREAM_MARK + header + prefix)
    number, piece = 0, source.read(_PIECE)
    while True:
        following = source.read(_PIECE)
        nonce = _nonce(prefix, number, is_last=not following)
        target.write(cipher.encrypt(nonce, piece, header))
        if not following:
            return
        number, piece = number + 1, following


def decrypt_file(source: BinaryIO, target: BinaryIO) -> None:
    """Open a sealed file, or sealed bytes in a file. Raises CannotUnseal."""
    if source.read(1) != _STREAM_MARK:
        source.seek(0)
        target.write(decrypt_bytes(source.read()))
        return
    length = source.read(1)
    header = length + source.read(length[0] if length else 0)
    cipher = _ciphers(tuple(settings.FIELD_KEYS)).get(header)
    if cipher is None:
        raise CannotUnseal(_("密文的密钥不在当前密钥中，无法解密。"))
    prefix = source.read(_PREFIX_BYTES)
    number, piece = 0, source.read(_PIECE + _TAG_BYTES)
    while True:
        following = source.read(_PIECE + _TAG_BYTES)
        nonce = _nonce(prefix, number, is_last=not following)
        try:
            target.write(cipher.decrypt(nonce, piece, header))
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal(_("密文已损坏，无法解密。")) from error
        if not following:
            return
        number, piece = number + 1, following


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def keyed_hash(namespace: str, value: str) -> str:
    """Return 32 hex characters that stand for a value within a namespace.

    HMAC-SHA256 with BUYER_KEY, cut to 128 bits. The same person on two platforms gets two
    hashes when the namespaces differ (docs/decisions/0010-privacy.md).
    """
    message = f"{namespace}\x1f{value}".encode()
    return hmac.digest(settings.BUYER_KEY.encode(), message, "sha256").hex()[:32]


def check_keys(keys: Sequence[str]) -> None:
    """Raise ImproperlyConfigured unless every key is `id:base64(32 bytes)`."""
    _ciphers(tuple(keys))


def _newest(keys: tuple[str, ...]) -> tuple[bytes, AESGCM]:
    return next(iter(_ciphers(keys).items()))


@lru_cache(maxsize=4)
def _ciphers(keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    """Return a cipher by header, newest first. Raises ImproperlyConfigured for a bad key."""
    ciphers: dict[bytes, AESGCM] = {}
    for entry in keys:
        name, _separator, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ImproperlyConfigured("FIELD_KEYS: a key is not base64") from error
        identity = name.encode()
        if len(key) != _KEY_BYTES or not 0 < len(identity) < 256:
            raise ImproperlyConfigured("FIELD_KEYS: each entry is `id:base64(32 bytes)`")
        ciphers[bytes([len(identity)]) + identity] = AESGCM(key)
    if not ciphers:
        raise ImproperlyConfigured("FIELD_KEYS is empty")
    return ciphers
