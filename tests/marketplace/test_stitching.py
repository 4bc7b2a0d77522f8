"""Who clicked before signing in is the shopper who buys after it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from common.clock import now
from marketplace.models import AttributionEntry, Touchpoint
from orders.models import SalesPoint, StorefrontOrder
from tests.marketplace.ledger_builders import campaign
from tests.orders.storefront_world import TEA, open_storefront, ordered, paid
from tests.shoppers import GATEWAY, HOME, MESSAGES, OTHER_PHONE, PHONE, Phone

VISITOR = "5f0c2a9e7b1d4c83"


@pytest.fixture(autouse=True)
def shop(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()
    campaign("tea", now() - timedelta(days=5), now() + timedelta(days=5), minimum_level=2)


def click(event: str = "click-0001", visitor: str = VISITOR) -> None:
    body = {
        "kind": "click",
        "campaign": "tea",
        "visitor_id": visitor,
        "event_id": event,
        "occurred_at": (now() - timedelta(hours=1)).isoformat(timespec="seconds"),
    }
    answer = Client().post("/api/v1/touchpoints/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content


def sign_in(number: str = PHONE, **more: str) -> Phone:
    phone = Phone()
    phone.ask(number)
    body = {"phone": number, "code": MESSAGES[-1][1], **more}
    assert phone.take(phone.send("post", "auth/tokens/", body)).status_code == 201
    phone.send("patch", "me/", {"consent_version": "2026-11"})
    phone.home = phone.send("post", "me/addresses/", HOME).json()["id"]
    return phone


def credited() -> dict[str, int]:
    call_command("attribute", stdout=StringIO())
    rows = AttributionEntry.objects.filter(level=2).values_list("campaign_code", "direct_fen")
    found: dict[str, int] = {}
    for code, fen in rows:
        found[code] = found.get(code, 0) + fen
    return found


def test_a_click_before_the_sign_in_earns_the_order_after_it() -> None:
    click()
    paid(sign_in(visitor_id=VISITOR), (TEA, 1))
    assert credited() == {"tea": 16800}


def test_without_the_visitor_nothing_is_joined() -> None:
    click()
    paid(sign_in(), (TEA, 1))
    paid(sign_in(OTHER_PHONE, visitor_id="somebody-else-1"), (TEA, 1))
    assert credited() == {}


def test_a_touch_is_joined_once_however_often_they_sign_in() -> None:
    click()
    sign_in(visitor_id=VISITOR)
    for minutes in (2, 4):
        with time_machine.travel(now() + timedelta(minutes=minutes)):
            sign_in(visitor_id=VISITOR)
    assert Touchpoint.objects.count() == 2


def test_the_cookie_of_an_opened_link_is_joined_too(client: Client, settings) -> None:
    click(visitor="cookie-visitor-00000001")
    phone = Phone()
    phone.client.cookies[settings.VISITOR_COOKIE] = "cookie-visitor-00000001"
    phone.ask()
    phone.enter(PHONE, MESSAGES[-1][1])
    assert Touchpoint.objects.filter(source="stitched").count() == 1


def test_an_order_that_was_paid_before_its_touch_was_joined_is_looked_at_again() -> None:
    click()
    phone = sign_in()
    paid(phone, (TEA, 1))
    assert credited() == {}
    with time_machine.travel(now() + timedelta(minutes=2)):
        sign_in(visitor_id=VISITOR)
    assert credited() == {"tea": 16800}
    assert StorefrontOrder.objects.count() == 1


def test_who_signs_in_is_not_kept_out_by_a_storefront_that_is_closed() -> None:
    click()
    SalesPoint.objects.update(channel_class="centre")
    sign_in(visitor_id=VISITOR)
    assert Touchpoint.objects.count() == 1


def test_an_order_is_never_joined_by_itself() -> None:
    phone = sign_in(visitor_id=VISITOR)
    ordered(phone, (TEA, 1))
    assert not Touchpoint.objects.exists()
