"""Sealed files come back whole or not at all."""

from __future__ import annotations

import os
from io import BytesIO

import pytest
from django.test import override_settings

from common.sealing import CannotUnseal, decrypt_file, encrypt_bytes, encrypt_file

PIECE = 1 << 20
SEALED_PIECE = PIECE + 16
OTHER_KEY = "neu:" + "QUFB" * 10 + "QUE="


def sealed(content: bytes) -> bytes:
    target = BytesIO()
    encrypt_file(BytesIO(content), target)
    return target.getvalue()


def opened(content: bytes) -> bytes:
    target = BytesIO()
    decrypt_file(BytesIO(content), target)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_file_of_any_size_comes_back(size: int) -> None:
    content = os.urandom(size)

    assert opened(sealed(content)) == content
    assert size < 64 or content[:64] not in sealed(content)


def test_what_was_sealed_in_one_piece_comes_back_too() -> None:
    assert opened(encrypt_bytes(b"before")) == b"before"


def test_a_file_that_was_cut_moved_or_changed_is_not_opened() -> None:
    whole = sealed(os.urandom(3 * PIECE))
    start = len(whole) - 3 * SEALED_PIECE
    head, pieces = (
        whole[:start],
        [whole[start + i * SEALED_PIECE :][:SEALED_PIECE] for i in range(3)],
    )
    changed = bytearray(whole)
    changed[-1] ^= 1
    for broken in (
        head + pieces[0] + pieces[1],
        head + pieces[1] + pieces[0] + pieces[2],
        head + pieces[0] + pieces[2],
        bytes(changed),
        head,
        b"\0",
        b"",
    ):
        with pytest.raises(CannotUnseal):
            opened(broken)


def test_a_file_is_not_opened_with_other_keys() -> None:
    whole = sealed(b"secret")
    with override_settings(FIELD_KEYS=[OTHER_KEY]), pytest.raises(CannotUnseal):
        opened(whole)
