"""Clients tell of touches over HTTP: once each, with keys for names, and late ones still count."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from common import clock
from marketplace.models import Touchpoint
from marketplace.services.campaign_links import create_link, set_link_active
from orders.models import ChangedOrder, Order
from tests.builders import make_sales_point, make_sku
from tests.marketplace.attribution_checks import check_everything
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import campaign, day
from tests.orders.channel_client import Integration, make_integration, order, refusal

pytestmark = pytest.mark.django_db
PATH = "/api/v1/touchpoints/"
VISITOR = "visitor-0001"


@pytest.fixture(autouse=True)
def mayday():
    make_sales_point()
    make_sku("QDN-LS-001")
    return campaign("mayday", day("2020-05-01"), day("2020-05-08")).campaign


def touch(**more: Any) -> dict[str, Any]:
    stated = {
        "kind": "click",
        "campaign": "mayday",
        "occurred_at": "2020-05-01T09:00:00+08:00",
        "visitor_id": VISITOR,
        **more,
    }
    return {name: value for name, value in stated.items() if value is not ...}


def post(stated: Any) -> HttpResponse:
    return Client().post(PATH, json.dumps(stated), content_type="application/json")


def signed(erp: Integration, stated: Any, **signing: Any) -> HttpResponse:
    body = json.dumps(stated).encode()
    return erp.send("POST", PATH, body, erp.headers("POST", PATH, body, **signing))


def results(answer: HttpResponse) -> list[tuple[str, str]]:
    return [(row["result"], row["code"]) for row in answer.json()["results"]]


def test_one_touch_is_recorded_under_a_key_and_no_name():
    answer = post(touch(event_id="e1"))
    assert (answer.status_code, answer.json()["accepted"]) == (201, 1)
    row = Touchpoint.objects.get()
    assert (row.campaign_code, row.kind) == ("mayday", "click")
    assert len(row.buyer_key) == 32
    assert VISITOR not in "".join(str(value) for value in vars(row).values())


def test_the_same_event_is_recorded_once_and_another_under_its_id_is_refused():
    assert post(touch(event_id="e1")).status_code == 201
    again = post(touch(event_id="e1"))
    assert (again.status_code, results(again)) == (200, [("duplicate", "")])
    assert refusal(post(touch(event_id="e1", kind="scan"))) == (422, "event_conflict")
    assert Touchpoint.objects.get().kind == "click"


def test_an_event_without_id_is_known_by_what_it_says():
    assert results(post([touch(), touch(), touch(kind="scan")])) == [
        ("accepted", ""),
        ("duplicate", ""),
        ("accepted", ""),
    ]


def test_two_visitors_may_use_the_same_event_id():
    answer = post([touch(event_id="e1"), touch(event_id="e1", visitor_id="visitor-0002")])
    assert answer.json()["accepted"] == 2


def test_a_batch_says_of_each_touch_what_became_of_it():
    late = (clock.now() + timedelta(hours=1)).isoformat(timespec="seconds")
    answer = post(
        [
            touch(),
            touch(campaign="nobody"),
            touch(campaign=..., code="NOSUCHCD"),
            touch(occurred_at=late),
            touch(visitor_id=...),
            touch(buyer="somebody"),
            touch(sales_point="nowhere"),
        ]
    )
    assert results(answer) == [
        ("accepted", ""),
        ("rejected", "unknown_campaign"),
        ("rejected", "unknown_link"),
        ("rejected", "touch_in_future"),
        ("rejected", "visitor_missing"),
        ("rejected", "buyer_needs_signature"),
        ("rejected", "unknown_sales_point"),
    ]
    assert (answer.status_code, Touchpoint.objects.count()) == (201, 1)


def test_without_campaign_a_touch_is_a_direct_one():
    post(touch(campaign=...))
    assert Touchpoint.objects.get().campaign_code == ""


def test_a_link_code_names_campaign_and_sales_point_until_it_is_retired(mayday):
    point = make_sales_point()
    link = create_link(campaign=mayday, label="门口", kind="visit", sales_point=point, actor=None)
    assert post(touch(campaign=..., kind="visit", code=link.code.lower())).status_code == 201
    row = Touchpoint.objects.get()
    assert (row.campaign_code, row.sales_point_code) == ("mayday", point.code)
    assert row.link_code == link.code
    set_link_active(link, is_active=False, actor=None)
    assert refusal(post(touch(campaign=..., code=link.code))) == (422, "link_retired")


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        (touch(kind="view"), "kind"),
        (touch(kind=...), "kind"),
        (touch(occurred_at="2020-05-01 09:00"), "occurred_at"),
        (touch(visitor_id="short"), "visitor_id"),
        (touch(campaign=7), "campaign"),
        (touch(phone="13800000000"), "phone"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_recorded(stated: dict[str, Any], field: str):
    answer = post(stated)
    assert refusal(answer) == (400, "invalid_input")
    assert list(answer.json()["errors"]) == [field]
    listed = post([touch(), stated])
    assert list(listed.json()["errors"]) == [f"1.{field}"]
    assert not Touchpoint.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "7", "null", "[1]", '{"kind":"click","kind":"scan"}'])
def test_a_body_that_means_nothing_is_refused(body: str):
    answer = Client().post(PATH, body, content_type="application/json")
    assert refusal(answer)[0] == 400


def test_five_hundred_touches_are_one_request_and_more_are_refused():
    many = [touch(event_id=f"e{number}") for number in range(501)]
    assert refusal(post(many)) == (400, "invalid_input")
    assert post(many[:500]).json()["accepted"] == 500


def test_a_batch_takes_as_many_statements_as_one(django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        post([touch(event_id=f"e{number}") for number in range(200)])


def test_a_wrong_signature_is_refused_though_anonymous_clients_may_send():
    erp = make_integration()
    assert refusal(signed(erp, touch(), secret="wrong")) == (401, "signature_wrong")


def test_a_signed_touch_reaches_the_order_of_the_same_buyer_whichever_comes_first():
    erp = make_integration()
    erp.put("N1", order(buyer="buyer-1", paid_at="2020-05-02T10:00:00+08:00"))
    attribute()
    assert not ChangedOrder.objects.exists()
    seen = touch(visitor_id=..., buyer="buyer-1", sales_point="xunqianji")
    assert signed(erp, seen).status_code == 201
    marked = ChangedOrder.objects.get()
    assert (marked.order_id, marked.reason) == (Order.objects.get(number="N1").pk, "touch")
    attribute()
    check_everything()
    credits = Order.objects.get(number="N1").entries.get(line_key="#1").attributions
    won = credits.filter(campaign_code="mayday").order_by("-id").first()
    assert (won.level, won.last_fen) == (2, 16800)
    erp.put("N2", order(buyer="buyer-1", paid_at="2020-05-03T10:00:00+08:00"))
    attribute()
    check_everything()


def test_a_touch_marks_only_orders_that_it_may_lead_to():
    erp = make_integration()
    for number, paid in (("before", "05-01T08:59:59"), ("at", "05-01T09:00:00"),
                         ("last", "05-31T09:00:00"), ("past", "05-31T09:00:01")):  # fmt: skip
        erp.put(number, order(buyer="buyer-1", placed_at=..., paid_at=f"2020-{paid}+08:00"))
    erp.put("other", order(buyer="buyer-2"))
    attribute()
    signed(erp, touch(visitor_id=..., buyer="buyer-1", sales_point="xunqianji"))
    marked = ChangedOrder.objects.values_list("order__number", flat=True)
    assert sorted(marked) == ["at", "last"]


def test_a_buyer_whom_the_platform_hides_is_no_key():
    erp = make_integration()
    hidden = touch(visitor_id=..., buyer="t**1", sales_point="xunqianji")
    assert refusal(signed(erp, hidden)) == (422, "buyer_hidden")


def test_a_key_names_buyers_only_of_its_own_sales_points():
    make_sales_point("other-shop")
    erp = make_integration()
    foreign = touch(visitor_id=..., buyer="buyer-1", sales_point="other-shop")
    assert refusal(signed(erp, foreign)) == (422, "buyer_needs_signature")


def test_a_replayed_request_is_refused():
    erp = make_integration()
    nonce = "n" * 20
    assert signed(erp, touch(), nonce=nonce).status_code == 201
    assert refusal(signed(erp, touch(kind="scan"), nonce=nonce)) == (401, "nonce_spent")
    assert Touchpoint.objects.count() == 1


def test_a_body_beyond_its_bound_is_not_read():
    answer = Client().post(PATH, "x" * (512 * 1024 + 1), content_type="application/json")
    assert refusal(answer) == (413, "body_too_large")
