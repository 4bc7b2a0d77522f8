"""Batches of vouchers, and claims within their limits."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from common.clock import now
from orders.models import VoucherBatch
from tests.back_office import desk, list_page, page_of
from tests.orders.storefront_world import buyer
from tests.orders.voucher_world import claim, claimed, counters, make_batch, renewed, states
from tests.shoppers import GATEWAY, MESSAGES, OTHER_PHONE, Phone, refusal


@pytest.fixture(autouse=True)
def shop(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()


def test_a_voucher_is_claimed_listed_and_counted() -> None:
    make_batch()
    [listed] = Client().get("/api/v1/voucher-batches/").json()["results"]
    assert (listed["code"], listed["face_fen"], listed["claims_left"]) == ("tea-20", 2000, 100)
    phone = buyer()
    [code] = claimed(phone)
    [mine] = phone.send("get", "vouchers/").json()["results"]
    assert (mine["code"], mine["state"], mine["batch"]["code"]) == (code, "claimed", "tea-20")
    assert len(code) == 12
    assert counters() == (1, 0)
    assert buyer(OTHER_PHONE).send("get", "vouchers/").json()["count"] == 0


def test_a_pack_gives_every_batch_or_none() -> None:
    for face_fen, threshold_fen in ((2000, 10_000), (3500, 20_000), (4500, 30_000)):
        make_batch(
            f"pack-{threshold_fen}", pack_code="two", face_fen=face_fen,
            threshold_fen=threshold_fen, most_claims=1 if face_fen == 4500 else 9,
        )  # fmt: skip
    assert len(claimed(buyer(), "two")) == 3
    refused = claim(buyer(OTHER_PHONE), "two")
    assert refusal(refused) == (409, "sold_out")
    assert [batch.claims for batch in VoucherBatch.objects.all()] == [1, 1, 1]
    assert len(states()) == 3


def test_one_claim_may_give_several_pieces() -> None:
    make_batch(pieces_per_claim=5, face_fen=1000, threshold_fen=4000)
    assert len(set(claimed(buyer()))) == 5
    assert counters() == (1, 0)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"claim_from": now() + timedelta(days=1)}, "not_started"),
        ({"claim_to": now() - timedelta(hours=1)}, "claims_ended"),
        ({"is_paused": True}, "voucher_paused"),
        ({"most_claims": 0}, "sold_out"),
    ],
)
def test_what_cannot_be_claimed_now_says_why(fields: dict, code: str) -> None:
    make_batch(**fields)
    assert refusal(claim(buyer())) == (409, code)
    assert states() == []
    assert refusal(claim(buyer(OTHER_PHONE), "none")) == (404, "voucher_batch_not_found")


def test_a_person_claims_so_often_in_so_many_days() -> None:
    make_batch(per_person=1, per_person_days=7)
    phone = buyer()
    claimed(phone)
    assert refusal(claim(phone)) == (409, "claim_limit")
    claimed(buyer(OTHER_PHONE))
    with time_machine.travel(now() + timedelta(days=7)):
        claimed(Phone(access=renewed(phone).access))
    assert counters() == (3, 0)


def test_one_key_is_one_claim() -> None:
    make_batch(per_person=9)
    phone = buyer()
    first, again = (claim(phone, key="claim-key-01") for _ in range(2))
    assert first.json() == again.json()
    assert counters() == (1, 0)


def test_a_shopper_claims_so_often_a_minute() -> None:
    make_batch(per_person=99)
    phone = buyer()
    with override_settings(CLAIMS_PER_MINUTE=2):
        assert [claim(phone).status_code for _ in range(3)] == [201, 201, 429]
    cache.clear()


@pytest.mark.parametrize(
    "fields",
    [
        {"face_fen": 10_000},
        {"face_fen": 0},
        {"off_bp": 1000},
        {"face_fen": 0, "off_bp": 10_000, "cap_fen": 100},
        {"valid_days": None},
        {"valid_to": now()},
        {"claim_to": now() - timedelta(days=9)},
        {"funder_shares": {"government": 9999}},
        {"funder_shares": {"government": 10_001, "b": -1}},
        {"funder_shares": []},
        {"product_codes": "A"},
    ],
)
def test_a_batch_that_promises_nonsense_is_refused(fields: dict) -> None:
    with pytest.raises(ValidationError):
        make_batch(**fields)


def test_the_database_itself_holds_claims_and_budget() -> None:
    make_batch(most_claims=1, budget_fen=100)
    for change in ({"claims": 2}, {"committed_fen": 101}, {"committed_fen": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VoucherBatch.objects.update(**change)


def test_terms_are_fixed_once_somebody_has_claimed() -> None:
    batch = make_batch()
    office = desk("shi", "city")
    fields = office.get(page_of(batch)).context["adminform"].readonly_fields
    assert "face_fen" not in fields
    claimed(buyer())
    fields = office.get(page_of(batch)).context["adminform"].readonly_fields
    assert {"face_fen", "threshold_fen", "funder_shares"} <= set(fields)
    assert "is_paused" not in fields


def test_an_office_enters_a_batch_in_yuan() -> None:
    office = desk("shi", "city")
    moments = {
        f"claim_{end}_{part}": value
        for end, day in (("from", "2026-12-01"), ("to", "2026-12-31"))
        for part, value in ((0, day), (1, "20:00"))
    }
    entered = {
        "code": "winter",
        "name": "冬季券",
        "face_fen": "10",
        "threshold_fen": "40.00",
        "off_bp": 0,
        "cap_fen": "0",
        "pieces_per_claim": 5,
        "most_claims": 1000,
        "budget_fen": "50000",
        "per_person": 1,
        "valid_days": 7,
        **moments,
        "product_codes": "[]",
        "county_codes": "[]",
        "funder_shares": '{"government": 10000}',
    }
    answer = office.post(list_page(VoucherBatch) + "add/", entered)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    batch = VoucherBatch.objects.get()
    assert (batch.face_fen, batch.threshold_fen, batch.budget_fen) == (1000, 4000, 5_000_000)
    worse = {**entered, "code": "worse", "face_fen": "40"}
    refused = office.post(list_page(VoucherBatch) + "add/", worse).content.decode()
    assert "应低于门槛" in refused
