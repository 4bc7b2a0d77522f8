"""Personal data is sealed at rest and masked on show."""

from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from common.masking import mask_address, mask_name, mask_phone
from common.sealing import (
    CannotUnseal,
    decrypt_bytes,
    decrypt_text,
    encrypt_bytes,
    encrypt_text,
    keyed_hash,
)

OLD = "k1:" + base64.b64encode(b"1" * 32).decode()
NEW = "k2:" + base64.b64encode(b"2" * 32).decode()


@pytest.mark.parametrize("text", ["", "13800001112", "浙江省杭州市拱墅区🌾\x00"])
def test_sealed_text_comes_back_and_never_looks_the_same_twice(text):
    sealed = encrypt_text(text)
    assert decrypt_text(memoryview(sealed)) == text
    assert sealed != encrypt_text(text)


def test_uploads_are_sealed_too():
    data = bytes(range(256)) * 100
    assert decrypt_bytes(encrypt_bytes(data)) == data


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    settings.FIELD_KEYS = [OLD]
    before = encrypt_text("旧")
    settings.FIELD_KEYS = [NEW, OLD]
    after = encrypt_text("新")
    assert (decrypt_text(before), decrypt_text(after)) == ("旧", "新")
    settings.FIELD_KEYS = [NEW]
    assert decrypt_text(after) == "新"
    with pytest.raises(CannotUnseal):
        decrypt_text(before)


@pytest.mark.parametrize("place", [0, 1, 8, -1])
def test_a_changed_byte_is_noticed(place):
    sealed = bytearray(encrypt_text("张小山"))
    sealed[place] ^= 1
    with pytest.raises(CannotUnseal):
        decrypt_text(bytes(sealed))


@pytest.mark.parametrize("damaged", [b"", b"\x03", b"\x03dev", b"\x03dev" + b"0" * 8])
def test_a_cut_text_is_noticed(damaged):
    with pytest.raises(CannotUnseal):
        decrypt_text(damaged)


@pytest.mark.parametrize("keys", [[], ["k1:short"], ["k1:" + "!" * 44], [OLD.removeprefix("k1")]])
def test_bad_keys_are_refused(settings, keys):
    settings.FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        encrypt_text("x")


def test_a_keyed_hash_depends_on_key_namespace_and_value(settings):
    first = keyed_hash("taobao", "买家")
    assert first == keyed_hash("taobao", "买家")
    assert len(first) == 32
    assert len({first, keyed_hash("jd", "买家"), keyed_hash("taobao", "买家2")}) == 3
    settings.BUYER_KEY = "other"
    assert keyed_hash("taobao", "买家") != first


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001112", "138******12"),
        ("+86 138 0000 1112", "138******12"),
        ("0571-88880000", "057*******00"),
        ("88880000", "********"),
        ("", ""),
    ],
)
def test_a_masked_phone_hides_at_least_six_digits(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(("name", "masked"), [("张小山", "张**"), ("李", "*"), ("", "")])
def test_a_masked_name_keeps_its_first_character(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省杭州市拱墅区米市巷街道某某路1号2幢301室", "浙江省杭州市拱墅区米市巷街道****"),
        ("浙江省 杭州市 西湖区 文三路 199号", "浙江省 杭州市 西湖区****"),
        (
            "贵州省黔东南苗族侗族自治州雷山县西江镇8组12号",
            "贵州省黔东南苗族侗族自治州雷山县西江镇****",
        ),
        ("浙江省杭州市上城区复兴小区5幢", "浙江省杭州市上城区****"),
        ("复兴小区5幢301", "****"),
        ("", ""),
    ],
)
def test_a_masked_address_stops_at_district_and_street(address, masked):
    assert mask_address(address) == masked
