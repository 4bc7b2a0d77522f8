"""Who may report: the signature, its time, its nonce, and what the key's user holds today."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache

from accounts import tasks
from accounts.models import RoleAssignment, SpentNonce
from accounts.services.integration import LAST_USE_SECONDS, revoke_integration_key, sweep_nonces
from accounts.services.roles import revoke_role
from common import clock
from config.celery import app
from orders.models import Order
from tests.builders import make_sales_point, make_sku
from tests.orders.channel_client import (
    Integration,
    address,
    another_key,
    make_integration,
    order,
    refusal,
)

BODY = json.dumps(order()).encode()


@pytest.fixture
def shop(db):
    make_sku("QDN-LS-001")
    return make_sales_point()


@pytest.fixture
def erp(shop):
    return make_integration()


def test_an_unsigned_request_is_refused_and_told_the_scheme(erp):
    answer = erp.send("PUT", address("O-1"), BODY, {})
    assert refusal(answer) == (401, "signature_missing")
    assert answer.headers["WWW-Authenticate"] == "SHANHAI-HMAC-SHA256"


@pytest.mark.parametrize("left_out", ["Key", "Timestamp", "Nonce", "Signature"])
def test_every_header_is_needed(erp, left_out):
    headers = erp.headers("PUT", address("O-1"), BODY)
    del headers[f"X-Shanhai-{left_out}"]
    assert refusal(erp.send("PUT", address("O-1"), BODY, headers)) == (401, "signature_missing")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Timestamp", "1e9"),
        ("Timestamp", "１５８８２９８４００"),
        ("Timestamp", "-1588298400"),
        ("Timestamp", "9" * 400),
        ("Nonce", "short"),
        ("Nonce", "n" * 65),
        ("Nonce", "abc def ghi jkl mno"),
        ("Key", "'; drop table"),
        ("Signature", "A" * 64),
        ("Signature", "é" * 64),
        ("Signature", ""),
    ],
)
def test_a_header_that_cannot_be_one_is_as_good_as_none(erp, header, value):
    headers = {**erp.headers("PUT", address("O-1"), BODY), f"X-Shanhai-{header}": value}
    assert refusal(erp.send("PUT", address("O-1"), BODY, headers)) == (401, "signature_missing")


def test_an_unknown_key_and_a_wrong_secret_are_answered_alike(erp):
    wrong = erp.put("O-1", order(), secret="another secret")
    headers = {**erp.headers("PUT", address("O-1"), BODY), "X-Shanhai-Key": "shk_0000000000000000"}
    unknown = erp.send("PUT", address("O-1"), BODY, headers)

    assert refusal(wrong) == refusal(unknown) == (401, "signature_wrong")
    assert wrong.json() == unknown.json()


def test_another_body_path_method_or_query_is_not_what_was_signed(erp):
    path, headers = address("O-1"), erp.headers("PUT", address("O-1"), BODY)
    spoilt = [
        erp.send("PUT", path, BODY.replace(b"16800", b"16801"), headers),
        erp.send("PUT", address("O-2"), BODY, headers),
        erp.send("GET", path, b"", headers),
        erp.send("PUT", f"{path}?lang=en", BODY, headers),
    ]
    assert {refusal(answer) for answer in spoilt} == {(401, "signature_wrong")}
    assert not Order.objects.exists()
    assert erp.send("PUT", path, BODY, headers).status_code == 201


def test_the_same_signature_counts_once(erp):
    path, headers = address("O-1"), erp.headers("PUT", address("O-1"), BODY)
    assert erp.send("PUT", path, BODY, headers).status_code == 201
    assert refusal(erp.send("PUT", path, BODY, headers)) == (401, "nonce_spent")
    assert erp.put("O-1", order()).json()["result"] == "unchanged"


def test_reading_back_spends_its_nonce_too(erp):
    erp.put("O-1", order())
    assert erp.get("O-1", nonce="n" * 16).status_code == 200
    assert refusal(erp.get("O-1", nonce="n" * 16)) == (401, "nonce_spent")


def test_a_refused_order_leaves_its_nonce_unspent(erp):
    assert erp.put("O-1", order(lines=[])).status_code == 400
    assert not SpentNonce.objects.exists()


def test_two_keys_may_use_the_same_nonce(erp):
    other = another_key(erp.key.user)
    assert erp.put("O-1", order(), nonce="n" * 16).status_code == 201
    assert other.put("O-1", order(), nonce="n" * 16).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(-310, 401), (-290, 201), (290, 201), (310, 401)])
def test_a_timestamp_is_taken_five_minutes_either_side(erp, seconds, status):
    answer = erp.put("O-1", order(), at=time.time() + seconds)
    assert answer.status_code == status
    if status == 401:
        assert refusal(answer) == (401, "timestamp_outside_window")


def test_a_key_that_is_revoked_over_or_not_begun_is_named_so_to_its_holder(erp):
    today, user = clock.today(), erp.key.user
    begins = another_key(user, valid_from=today + timedelta(days=1))
    over = another_key(user, valid_from=today - timedelta(days=9), valid_to=today)
    revoke_integration_key(key=erp.key, revoked_by=None)

    assert refusal(erp.put("O-1", order())) == (401, "key_revoked")
    assert refusal(begins.put("O-1", order())) == (401, "key_not_yet_valid")
    assert refusal(over.put("O-1", order())) == (401, "key_expired")
    assert refusal(over.put("O-1", order(), secret="guess")) == (401, "signature_wrong")
    assert not Order.objects.exists()


def test_a_user_who_is_switched_off_takes_the_keys_along(erp):
    erp.key.user.is_active = False
    erp.key.user.save()
    assert refusal(erp.put("O-1", order())) == (401, "key_revoked")


def test_a_key_with_networks_works_from_these_only(shop):
    erp = make_integration(networks=("203.0.113.0/24", "2001:db8::/32"))
    for source, status in [
        ("203.0.113.9", 201),
        ("2001:db8::7", 200),
        ("::ffff:203.0.113.9", 200),
        ("::ffff:198.51.100.1", 401),
        ("198.51.100.1", 401),
        ("", 401),
    ]:
        path = address("O-1")
        answer = erp.send(
            "PUT", path, BODY, erp.headers("PUT", path, BODY), REMOTE_ADDR=source,
        )  # fmt: skip
        assert answer.status_code == status, source
        if status == 401:
            assert refusal(answer) == (401, "address_not_allowed")


def test_a_sales_point_outside_the_role_does_not_exist_for_the_key(erp):
    make_sales_point("other-shop")
    for sales_point in ("other-shop", "no-such-shop"):
        assert refusal(erp.put("O-1", order(), sales_point=sales_point)) == (404, "not_found")
        assert refusal(erp.get("O-1", sales_point=sales_point)) == (404, "not_found")
    assert not Order.objects.exists()


def test_a_role_for_a_platform_account_reaches_all_its_sales_points(shop):
    make_sales_point("shop-a", platform_account="qdn-mall")
    make_sales_point("shop-b", platform_account="qdn-mall")
    make_sales_point("shop-c", platform_account="")
    erp = make_integration("qdn-mall", kind="platform")

    answers = [erp.put("O-1", order(), sales_point=code) for code in ("shop-a", "shop-b", "shop-c")]
    assert [answer.status_code for answer in answers] == [201, 201, 404]


def test_what_the_role_reaches_is_asked_anew_for_every_request(erp):
    assert erp.put("O-1", order()).status_code == 201
    role = RoleAssignment.objects.get(user=erp.key.user)
    revoke_role(assignment=role, revoked_by=None)
    RoleAssignment.objects.filter(pk=role.pk).update(valid_to=clock.today())
    assert refusal(erp.put("O-1", order())) == (404, "not_found")


def test_the_last_use_of_a_key_is_noted(erp):
    assert erp.key.last_used_at is None
    erp.put("O-1", order())
    erp.key.refresh_from_db()
    first = erp.key.last_used_at
    assert abs((clock.now() - first).total_seconds()) < LAST_USE_SECONDS
    erp.put("O-2", order())
    erp.key.refresh_from_db()
    assert erp.key.last_used_at == first


def test_nonces_are_forgotten_when_no_signature_can_use_them_any_more(erp):
    erp.put("O-1", order())
    erp.put("O-2", order())
    assert sweep_nonces() == 0
    old = clock.now() - timedelta(minutes=11)
    SpentNonce.objects.filter(pk=SpentNonce.objects.first().pk).update(spent_at=old)
    assert tasks.sweep_nonces() == 1
    assert tasks.sweep_nonces.name in {each["task"] for each in app.conf.beat_schedule.values()}
    assert SpentNonce.objects.count() == 1


@pytest.mark.parametrize("kept_in", ["process", "redis"])
def test_a_key_that_asks_too_often_waits(erp, settings, request, kept_in):
    if kept_in == "redis":
        settings.CACHES = redis_cache(request.getfixturevalue("redis_url"))
    else:
        cache.clear()
    settings.INTEGRATION_REQUESTS_PER_SECOND = 3
    other = another_key(erp.key.user)
    answers = [erp.put("O-1", order()) for _ in range(12)]
    slow = [answer for answer in answers if answer.status_code == 429]
    assert slow
    assert refusal(slow[0]) == (429, "throttled")
    assert slow[0].headers["Retry-After"] == "1"
    assert other.put("O-1", order()).status_code == 200


def redis_cache(url: str) -> dict:
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": uuid.uuid4().hex,
            "OPTIONS": {"socket_connect_timeout": 0.3},
        }
    }


def test_a_cache_that_is_down_stops_nobody(erp, settings):
    settings.CACHES = redis_cache("redis://127.0.0.1:1/0")
    assert erp.put("O-1", order()).status_code == 201


def test_a_refused_signature_is_logged_without_what_was_sent(erp, caplog):
    path = address("O-1")
    headers = {**erp.headers("PUT", path, BODY), "X-Shanhai-Key": "x\nforged line"}
    erp.send("PUT", path, BODY, headers)
    erp.put("O-1", order(), secret="guess")
    told = [record.getMessage() for record in caplog.records if "signature" in record.getMessage()]
    assert told == [
        "signature refused: signature_missing key=- from 127.0.0.1",
        f"signature refused: signature_wrong key={erp.key.key_id} from 127.0.0.1",
    ]


@pytest.mark.django_db(transaction=True)
def test_it_works_over_a_real_connection(live_server):
    make_sku("QDN-LS-001")
    make_sales_point()
    erp: Integration = make_integration()
    number = "单号-1/甲"
    connection = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port)
    told = []
    for method, body in [("PUT", BODY), ("PUT", BODY), ("GET", b"")]:
        path = address(number)
        headers = {**erp.headers(method, path, body), "Content-Type": "application/json"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        told.append((answer.status, json.loads(answer.read())))
    connection.close()

    assert [status for status, _ in told] == [201, 200, 200]
    assert [document.get("result") for _, document in told] == ["created", "unchanged", None]
    assert told[2][1]["order"]["number"] == number
    assert Order.objects.get().number == number
