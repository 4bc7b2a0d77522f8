"""Shoppers sign in by phone, stay signed in, keep addresses, take their data along and leave."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, override_settings

from accounts.models import Address, LoginCode, Shopper, ShopperToken
from common.clock import now
from config.celery import app
from tests.back_office import desk
from tests.shoppers import (
    DEAD_GATEWAY,
    GATEWAY,
    HOME,
    MESSAGES,
    OTHER_PHONE,
    PHONE,
    Phone,
    refusal,
    signed_in,
)
from tests.workers import Broker, run_worker, wait_until


@pytest.fixture(autouse=True)
def messages(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()


def test_a_phone_signs_in_with_the_code_it_got_and_is_one_shopper() -> None:
    phone = Phone()
    sent = phone.ask("+86 138-0000-1112")
    assert (sent.status_code, sent.json()) == (202, {"expires_in": 300, "ask_again_in": 60})
    [(number, code)] = MESSAGES
    assert (number, len(code)) == (PHONE, 6)
    assert phone.enter(PHONE, code).json()["is_new_shopper"] is True
    me = phone.send("get", "me/").json()
    assert (me["phone"], me["needs_consent"]) == ("138******12", True)
    with time_machine.travel(now() + timedelta(minutes=2)):
        again = signed_in()
        assert again.send("get", "me/").json()["id"] == me["id"]
    assert Shopper.objects.count() == 1


def test_nothing_that_could_be_used_is_kept_in_clear() -> None:
    phone = signed_in()
    phone.send("post", "me/addresses/", HOME)
    code = MESSAGES[-1][1]
    kept = [str(list(model.objects.values())) for model in (Shopper, LoginCode, ShopperToken)]
    kept += [bytes(row.sealed).hex() for row in Address.objects.all()]
    for secret in (PHONE, code, phone.access, phone.refresh, "张小山"):
        assert not any(secret in text for text in kept)


def test_a_code_counts_once_is_tried_five_times_and_expires() -> None:
    phone = Phone()
    phone.ask()
    right = MESSAGES[-1][1]
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(4):
        assert refusal(phone.enter(PHONE, wrong)) == (401, "code_not_valid")
    assert phone.enter(PHONE, right).status_code == 201
    assert refusal(Phone().enter(PHONE, right)) == (401, "code_not_valid")
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        phone.ask()
        right = MESSAGES[-1][1]
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        for _ in range(5):
            phone.enter(PHONE, wrong)
        assert refusal(Phone().enter(PHONE, right)) == (401, "code_not_valid")
    with time_machine.travel(now() + timedelta(minutes=4), tick=False):
        Phone().ask()
    with time_machine.travel(now() + timedelta(minutes=9, seconds=1), tick=False):
        assert refusal(Phone().enter(PHONE, MESSAGES[-1][1])) == (401, "code_not_valid")
    assert refusal(Phone().enter(OTHER_PHONE, right)) == (401, "code_not_valid")


def test_only_the_newest_code_counts() -> None:
    Phone().ask()
    old = MESSAGES[-1][1]
    with time_machine.travel(now() + timedelta(seconds=61)):
        Phone().ask()
        assert old != MESSAGES[-1][1] or pytest.skip("one in a million")
        assert refusal(Phone().enter(PHONE, old)) == (401, "code_not_valid")
        assert Phone().enter(PHONE, MESSAGES[-1][1]).status_code == 201


def test_codes_are_limited_by_phone_and_by_address_without_the_cache() -> None:
    start = now()
    answers = []
    for minute in range(7):
        with time_machine.travel(start + timedelta(minutes=minute, seconds=minute), tick=False):
            answers.append(Phone().ask().status_code)
            assert refusal(Phone().ask()) == (429, "asked_too_often")
    assert answers == [202] * 5 + [429] * 2
    with time_machine.travel(start + timedelta(hours=3), tick=False):
        found = [Phone().ask(f"1370000{number:04d}").status_code for number in range(22)]
    assert found == [202] * 20 + [429] * 2


def test_a_gateway_that_is_down_is_told_and_asking_again_is_allowed() -> None:
    with override_settings(SMS_GATEWAY=DEAD_GATEWAY):
        assert refusal(Phone().ask()) == (503, "sms_not_sent")
    assert Phone().ask().status_code == 202


def test_a_sandbox_phone_has_a_fixed_code_and_gets_no_message(settings) -> None:
    settings.SANDBOX_PHONES = {PHONE: "246810"}
    for _ in range(3):
        phone = Phone()
        assert phone.ask().status_code == 202
        assert phone.enter(PHONE, "246810").status_code == 201
    assert MESSAGES == []


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"phone": 13800001112}, {"phone": "12345678901"}, {"phone": "1380000111"}),
        *({"phone": PHONE, "extra": 1}, {"phone": None}, {"phone": "１３８"}),
    ],
)
def test_what_is_no_phone_is_refused_by_field(body: dict) -> None:
    answer = Phone().send("post", "auth/codes/", body)
    assert refusal(answer) == (400, "invalid_input")
    assert answer.json()["errors"]


def test_an_access_token_ends_and_is_renewed_once() -> None:
    phone = signed_in()
    first, old = phone.access, phone.refresh
    with time_machine.travel(now() + timedelta(hours=2, seconds=1)):
        assert refusal(phone.send("get", "me/")) == (401, "token_not_valid")
        phone.access = ""
        phone.take(phone.send("post", "auth/tokens/refresh/", {"refresh_token": phone.refresh}))
        assert phone.send("get", "me/").status_code == 200
    assert phone.access != first
    thief = Phone()
    stolen = thief.send("post", "auth/tokens/refresh/", {"refresh_token": old})
    assert refusal(stolen) == (401, "token_not_valid")
    assert stolen["WWW-Authenticate"] == "Bearer"
    assert refusal(phone.send("get", "me/")) == (401, "token_not_valid")


def test_signing_out_ends_the_tokens_of_this_sign_in_alone() -> None:
    phone = signed_in()
    with time_machine.travel(now() + timedelta(minutes=2)):
        other = signed_in()
        assert phone.send("delete", "auth/tokens/").status_code == 204
        assert refusal(phone.send("get", "me/")) == (401, "token_not_valid")
        assert other.send("get", "me/").status_code == 200
        phone.access = ""
        again = phone.send("post", "auth/tokens/refresh/", {"refresh_token": phone.refresh})
    assert refusal(again) == (401, "token_not_valid")


@pytest.mark.parametrize("path", ["me/", "me/addresses/", "me/export/"])
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer " + "x" * 500, "Basic eDp5", "Bearer ü"]
)
def test_without_a_token_nothing_of_a_shopper_is_told(path: str, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = Client().get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] in {"not_authenticated", "token_not_valid"}


def test_staff_are_no_shoppers_and_shoppers_no_staff() -> None:
    assert desk("zhou").get("/api/v1/me/").status_code == 401
    phone = signed_in()
    for path in ("reports/campaigns/", "channels/x/orders/1/"):
        assert phone.send("get", path).status_code in {401, 403}


def test_a_shopper_agrees_to_the_policy_in_force_and_no_other(settings) -> None:
    phone = signed_in()
    agreed = phone.send("patch", "me/", {"consent_version": settings.PRIVACY_VERSION}).json()
    assert (agreed["needs_consent"], agreed["consented_at"] is not None) == (False, True)
    answer = phone.send("patch", "me/", {"consent_version": "1999"})
    assert refusal(answer) == (400, "invalid_input")
    assert phone.send("patch", "me/", {"display_name": "小山"}).json()["display_name"] == "小山"
    settings.PRIVACY_VERSION = "2027-01"
    assert phone.send("get", "me/").json()["needs_consent"] is True


def test_bodies_are_strict_and_bounded() -> None:
    client = Client()
    path = "/api/v1/auth/codes/"

    def sent(body: bytes | str, **more: str):
        return client.post(path, body, content_type="application/json", **more)

    assert refusal(sent('{"phone": "1", "phone": "2"}')) == (400, "duplicate_key")
    assert refusal(sent("{")) == (400, "bad_json")
    assert refusal(sent(json.dumps({"phone": "1" * 20_000}))) == (413, "body_too_large")
    assert refusal(sent("{}", HTTP_TRANSFER_ENCODING="chunked")) == (411, "length_required")
    form = client.post(path, {"phone": PHONE})
    assert form.status_code == 415


def test_an_address_that_keeps_trying_is_slowed_down() -> None:
    with override_settings(SIGN_INS_PER_MINUTE=3):
        codes = [Phone().enter(PHONE, "123456").status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]


@pytest.mark.worker
def test_a_worker_forgets_codes_and_tokens_that_nobody_can_use(
    transactional_db: None, broker: Broker
) -> None:
    signed_in()
    long_ago = now() - timedelta(days=40)
    LoginCode.objects.update(sent_at=long_ago)
    ShopperToken.objects.update(access_expires_at=long_ago, refresh_expires_at=long_ago)
    with run_worker():
        app.send_task("accounts.sweep_sign_ins")
        wait_until(
            lambda: not (LoginCode.objects.exists() or ShopperToken.objects.exists()),
            what=lambda: "",
        )
    assert Shopper.objects.count() == 1
