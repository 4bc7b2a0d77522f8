"""A shopper takes everything along and leaves; what was sold stays counted, without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from accounts.models import Address, LoginCode, Shopper, ShopperToken
from common.clock import now
from marketplace.services.audit import audit
from operations.models import IdempotencyKey
from orders.models import Contact, StorefrontOrder
from orders.services.storefront.sending import receive_order, ship_order
from tests.builders import make_user
from tests.orders.ledger_reading import net_by
from tests.orders.storefront_world import TEA, buyer, open_storefront, ordered, paid
from tests.shoppers import GATEWAY, HOME, MESSAGES, PHONE, Phone, refusal, signed_in


@pytest.fixture(autouse=True)
def shop(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()


def leaves(phone: Phone):
    """Ask for a code two minutes later, and leave with it."""
    with time_machine.travel(now() + timedelta(minutes=2)):
        phone.ask()
        return phone.send("post", "me/erasure/", {"code": MESSAGES[-1][1]})


def received(phone: Phone) -> StorefrontOrder:
    order = paid(phone, (TEA, 1))
    ship_order(order, carrier="顺丰", tracking_number="SF1", actor=make_user("clerk"))
    return receive_order(order, actor="shopper")


def test_a_shopper_takes_everything_along() -> None:
    phone = buyer()
    number = ordered(phone, (TEA, 1))["number"]
    taken = phone.send("get", "me/export/").json()
    assert (taken["phone"], taken["addresses"][0]["receiver"]) == (PHONE, HOME["receiver"])
    [order] = taken["orders"]
    assert (order["number"], order["delivery"]["detail"]) == (number, HOME["detail"])


def test_who_leaves_leaves_nothing_behind_but_what_was_sold() -> None:
    phone = buyer()
    order = received(phone)
    assert refusal(phone.send("post", "me/erasure/", {"code": "000000"})) == (
        401,
        "code_not_valid",
    )
    assert leaves(phone).status_code == 204
    assert refusal(phone.send("get", "me/")) == (401, "token_not_valid")
    row = Shopper.objects.get()
    assert (row.phone_key, bytes(row.sealed_phone), row.display_name) == (None, b"", "")
    for model in (Address, ShopperToken, LoginCode, IdempotencyKey):
        assert not model.objects.exists()
    assert bytes(StorefrontOrder.objects.get().sealed_address) == b""
    contact = Contact.objects.get()
    assert (bytes(contact.sealed), contact.phone_index, contact.phone_last4) == (b"", "", "")
    assert net_by("order_number") == {order.number: 16800}
    assert audit().violations == []
    with time_machine.travel(now() + timedelta(minutes=4)):
        assert signed_in().send("get", "me/").json()["id"] != str(row.public_id)


def test_nobody_leaves_while_goods_or_money_are_under_way() -> None:
    phone = buyer()
    number = ordered(phone, (TEA, 1))["number"]
    assert refusal(leaves(phone)) == (409, "orders_open")
    phone.send("post", f"orders/{number}/cancellation/")
    with time_machine.travel(now() + timedelta(minutes=4)):
        assert leaves(phone).status_code == 204
