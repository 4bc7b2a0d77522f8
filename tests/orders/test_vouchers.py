"""Vouchers over HTTP: used once, paid for by their funders, given back by rule."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command

from common.clock import now
from marketplace.models import AttributionEntry
from marketplace.services.audit import audit
from marketplace.services.campaigns import publish_version
from orders.models import Order, SalesEntry, VoucherBatch, VoucherRedemption
from orders.services.storefront.ending import expire_orders
from orders.services.storefront.refunding import pay_refund, request_refund
from tests.builders import make_user
from tests.orders.storefront_world import (
    RICE,
    TEA,
    basket,
    buyer,
    open_storefront,
    ordered,
    ordering,
    paid,
    quoted,
)
from tests.orders.voucher_world import claimed, counters, make_batch, renewed, states
from tests.shoppers import GATEWAY, MESSAGES, OTHER_PHONE, refusal


@pytest.fixture(autouse=True)
def shop(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()


def refunded(order: Any, pieces: dict[int, int]) -> None:
    refund = request_refund(order, kind="refund_only", pieces=pieces, reason="x")
    pay_refund(refund, decided_by=make_user("checker"), may_exceed=True, is_restocked=False)


def test_a_quote_values_every_voucher_and_says_why_one_is_of_no_use() -> None:
    make_batch()
    make_batch("big", face_fen=5000, threshold_fen=50_000)
    make_batch("county", face_fen=3000, threshold_fen=16_000, county_codes=["522634"])
    make_batch("other", face_fen=100, threshold_fen=200, product_codes=["NONE"])
    phone = buyer()
    for code in ("tea-20", "big", "county", "other"):
        claimed(phone, code)
    shown = quoted(phone, (TEA, 1), (RICE, 1))
    assert (shown["due_fen"], shown["subsidy_fen"]) == (21700, 0)
    assert [(each["name"], each["discount_fen"], each["reason"]) for each in shown["vouchers"]][
        :2
    ] == [("券 county", 3000, ""), ("券 tea-20", 2000, "")]
    assert {each["name"]: each["reason"] for each in shown["vouchers"][2:]} == {
        "券 big": "below_threshold",
        "券 other": "no_goods_in_scope",
    }
    body = basket(
        (TEA, 1), (RICE, 1), region_code="330105", voucher_code=shown["vouchers"][1]["code"].lower()
    )
    with_voucher = phone.send("post", "quotes/", body).json()
    assert (with_voucher["due_fen"], with_voucher["subsidy_fen"]) == (19700, 2000)
    assert sum(line["subsidy_fen"] for line in with_voucher["lines"]) == 2000


def test_an_order_with_a_voucher_is_paid_for_by_its_funders() -> None:
    publish_version(
        campaign_code="tea",
        name="茶",
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=1),
        minimum_level=4,
        scopes={},
    )
    make_batch()
    phone = buyer()
    [code] = claimed(phone)
    order = paid(phone, (TEA, 1), (RICE, 1), voucher_code=code, due_fen=19700)
    assert (order.due_fen, order.subsidy_fen) == (19700, 2000)
    assert (states(), counters()) == (["redeemed"], (1, 2000))
    recorded = Order.objects.get()
    assert (recorded.consumer_paid_fen, recorded.subsidy_fen) == (19700, 2000)
    rows = SalesEntry.objects.order_by("pk").values_list("sku_code", "amount_fen", "subsidy_fen")
    assert list(rows) == [(TEA, 16800, 1548), (RICE, 4900, 452)]
    assert sum(VoucherRedemption.objects.values_list("discount_fen", flat=True)) == 2000
    call_command("attribute", stdout=StringIO())
    levels = set(AttributionEntry.objects.filter(campaign_code="tea").values_list("level"))
    assert levels == {(4,)}
    assert audit().violations == []


def test_a_voucher_is_used_once_and_comes_back_from_an_order_that_nobody_pays() -> None:
    make_batch()
    phone = buyer()
    [code] = claimed(phone)
    order = ordered(phone, (TEA, 1), voucher_code=code, due_fen=14800)
    assert (states(), counters()) == (["held"], (1, 2000))
    again = ordering(phone, (TEA, 1), voucher_code=code, due_fen=14800)
    assert refusal(again) == (409, "voucher_used")
    phone.send("post", f"orders/{order['number']}/cancellation/")
    assert (states(), counters()) == (["claimed"], (1, 0))
    ordered(phone, (TEA, 1), voucher_code=code, due_fen=14800)
    with time_machine.travel(now() + timedelta(hours=1)):
        assert expire_orders() == 1
    assert (states(), counters()) == (["claimed"], (1, 0))
    assert audit().violations == []


@pytest.mark.parametrize(
    ("code", "refused"), [("AAAAAAAAAAAA", "voucher_unknown"), ("x", "voucher_unknown")]
)
def test_a_voucher_that_is_none_refuses_the_order(code: str, refused: str) -> None:
    answer = ordering(buyer(), (TEA, 1), voucher_code=code, due_fen=16800)
    assert refusal(answer) == (409, refused)


def test_somebody_elses_expired_and_paused_vouchers_refuse_the_order() -> None:
    batch = make_batch()
    owner, other = buyer(), buyer(OTHER_PHONE)
    [code] = claimed(owner)
    answer = ordering(other, (TEA, 1), voucher_code=code, due_fen=14800)
    assert refusal(answer) == (409, "voucher_unknown")
    VoucherBatch.objects.update(is_paused=True)
    answer = ordering(owner, (TEA, 1), voucher_code=code, due_fen=14800)
    assert refusal(answer) == (409, "voucher_paused")
    VoucherBatch.objects.update(is_paused=False, budget_fen=1999)
    answer = ordering(owner, (TEA, 1), voucher_code=code, due_fen=14800)
    assert refusal(answer) == (409, "budget_spent")
    VoucherBatch.objects.update(budget_fen=batch.budget_fen)
    with time_machine.travel(now() + timedelta(days=7, seconds=1)):
        answer = ordering(renewed(owner), (TEA, 1), voucher_code=code, due_fen=14800)
    assert refusal(answer) == (409, "voucher_expired")
    assert (states(), counters()) == (["claimed"], (1, 0))


def test_so_many_pieces_a_day_may_be_used() -> None:
    make_batch(pieces_per_claim=3, face_fen=1000, threshold_fen=4000, uses_per_day=2)
    phone = buyer()
    first, second, third = claimed(phone)
    for code in (first, second):
        ordered(phone, (RICE, 1), voucher_code=code, due_fen=4700)
    answer = ordering(phone, (RICE, 1), voucher_code=third, due_fen=4700)
    assert refusal(answer) == (409, "uses_per_day_reached")


def test_a_whole_refund_within_validity_gives_the_voucher_back() -> None:
    make_batch()
    phone = buyer()
    [code] = claimed(phone)
    order = paid(phone, (TEA, 1), voucher_code=code, due_fen=14800)
    refunded(order, {1: 1})
    assert Order.objects.get().refunded_fen == 14800
    assert sum(SalesEntry.objects.values_list("amount_fen", flat=True)) == 0
    assert (states(), counters()) == (["claimed"], (1, 0))
    ordered(phone, (TEA, 1), voucher_code=code, due_fen=14800)
    assert audit().violations == []


def test_refunded_in_parts_or_after_its_validity_a_voucher_is_lost() -> None:
    make_batch(per_person=2)
    phone = buyer()
    [first], [second] = claimed(phone), claimed(phone)
    parts = paid(phone, (RICE, 3), voucher_code=first, due_fen=12700)
    refunded(parts, {1: 1})
    assert states() == ["redeemed", "claimed"]
    refunded(parts, {1: 2})
    late = paid(phone, (TEA, 1), voucher_code=second, due_fen=14800)
    with time_machine.travel(now() + timedelta(days=8)):
        refunded(late, {1: 1})
    assert (states(), counters()) == (["lost", "lost"], (2, 0))
    assert sum(SalesEntry.objects.values_list("amount_fen", flat=True)) == 0
    assert audit().violations == []


def test_a_refund_in_parts_pays_back_what_was_paid_to_the_fen() -> None:
    make_batch(face_fen=2001)
    phone = buyer()
    [code] = claimed(phone)
    order = paid(phone, (RICE, 3), voucher_code=code, due_fen=12699)
    back = []
    for _ in range(3):
        refunded(order, {1: 1})
        back.append(order.refunds.order_by("-pk")[0].amount_fen)
    assert sum(back) == order.due_fen
    assert max(back[:2]) - min(back[:2]) <= 1
    assert sum(SalesEntry.objects.values_list("amount_fen", flat=True)) == 0
    assert audit().violations == []
