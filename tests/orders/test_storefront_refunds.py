"""Money goes back for what was bought, never twice, never more; the ledger says so line by line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.models import Duty
from common.clock import now
from marketplace.services.audit import audit
from orders.models import Order, Refund, SalesEntry, StorefrontOrder
from orders.services.storefront.sending import ship_order
from products.models import Product
from tests.back_office import desk, page_of
from tests.builders import make_bundle, make_user
from tests.orders.ledger_reading import net_by
from tests.orders.storefront_world import (
    MUSHROOM,
    RICE,
    TEA,
    buyer,
    open_storefront,
    ordered,
    paid,
    shelf,
)
from tests.shoppers import GATEWAY, MESSAGES, OTHER_PHONE, Phone, refusal


@pytest.fixture(autouse=True)
def shop(db: None, settings) -> None:
    settings.SMS_GATEWAY = GATEWAY
    MESSAGES.clear()
    cache.clear()
    open_storefront()


def ask(
    phone: Phone, order: StorefrontOrder, *pieces: tuple[int, int], **more: Any
) -> HttpResponse:
    body = {
        "kind": "refund_only",
        "lines": [{"number": number, "quantity": many} for number, many in pieces],
        "reason": "不想要了",
        **more,
    }
    key = {"Idempotency-Key": uuid4().hex}
    return phone.send("post", f"orders/{order.number}/refunds/", body, **key)


def asked(phone: Phone, order: StorefrontOrder, *pieces: tuple[int, int], **more: Any) -> Refund:
    answer = ask(phone, order, *pieces, **more)
    assert answer.status_code == 201, answer.content
    return Refund.objects.get(number=answer.json()["number"])


def decide(client: Client, refund: Refund, decision: str = "pay", **more: Any) -> HttpResponse:
    inline = {f"lines-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return client.post(page_of(refund), {"decision": decision, "note": "", **inline, **more})


def pay(refund: Refund, **more: Any) -> Refund:
    assert decide(desk("caiwu", duty=Duty.APPROVE), refund, **more).status_code == 302
    refund.refresh_from_db()
    assert refund.state == "refunded"
    return refund


def sent(order: StorefrontOrder) -> StorefrontOrder:
    ship_order(order, carrier="顺丰", tracking_number=order.number, actor=make_user("clerk"))
    order.refresh_from_db()
    return order


def test_one_piece_of_one_line_goes_back_before_anything_is_sent() -> None:
    phone = buyer()
    order = paid(phone, (RICE, 3), (TEA, 1))
    refund = asked(phone, order, (1, 1))
    assert (refund.amount_fen, refund.freight_fen) == (4900, 0)
    assert net_by("sku_code") == {RICE: 14700, TEA: 16800}
    assert pay(refund).transaction_id
    assert net_by("sku_code") == {RICE: 9800, TEA: 16800}
    assert (shelf(RICE), shelf(TEA)) == ((10, 2), (10, 1))
    assert sent(order).state == "shipped"
    assert shelf(RICE) == (8, 0)
    shown = phone.send("get", f"orders/{order.number}/refunds/").json()["results"][0]
    assert (shown["state"], shown["lines"]) == ("refunded", [{"number": 1, "quantity": 1}])
    assert audit().violations == []


def test_everything_back_before_sending_takes_the_freight_along_and_closes_the_order() -> None:
    phone = buyer()
    order = paid(phone, (RICE, 2))
    refund = asked(phone, order, (1, 2))
    assert (refund.amount_fen, refund.freight_fen) == (10900, 1100)
    pay(refund)
    shown = phone.send("get", f"orders/{order.number}/").json()
    assert (shown["state"], shown["closed_at"] is not None) == ("closed", True)
    recorded = Order.objects.get()
    assert (recorded.status, recorded.refunded_fen) == ("closed", 10900)
    assert (net_by("sku_code"), shelf(RICE)) == ({}, (10, 0))
    assert refusal(ask(phone, order, (1, 1))) == (422, "refund_not_possible")
    assert audit().violations == []


def test_the_last_of_several_refunds_takes_the_freight_along() -> None:
    phone = buyer()
    order = paid(phone, (RICE, 2))
    pay(asked(phone, order, (1, 1)))
    last = asked(phone, order, (1, 1))
    assert last.freight_fen == 1100
    pay(last)
    order.refresh_from_db()
    assert (order.state, Order.objects.get().refunded_fen) == ("closed", order.due_fen)
    assert audit().violations == []


def test_what_was_sent_comes_back_to_the_shelf_only_if_it_is_whole() -> None:
    phone = buyer()
    order = sent(paid(phone, (TEA, 3)))
    pay(asked(phone, order, (1, 1), kind="return"), is_restocked="on")
    assert shelf(TEA) == (8, 0)
    pay(asked(phone, order, (1, 1), kind="return"))
    pay(asked(phone, order, (1, 1)), is_restocked="on")
    assert shelf(TEA) == (8, 0)
    assert net_by("sku_code") == {}
    order.refresh_from_db()
    assert (order.state, Order.objects.get().status) == ("shipped", "shipped")
    assert audit().violations == []


def test_a_refund_has_its_own_day_in_the_ledger() -> None:
    phone = buyer()
    order = sent(paid(phone, (TEA, 1)))
    refund = asked(phone, order, (1, 1))
    with time_machine.travel(now() + timedelta(days=3)):
        pay(refund)
    [sale, back] = SalesEntry.objects.order_by("pk")
    assert (back.event_date - sale.event_date).days == 3
    assert back.order_date == sale.order_date


def test_a_piece_is_claimed_once_until_its_request_falls_through() -> None:
    phone = buyer()
    order = paid(phone, (RICE, 2))
    first = asked(phone, order, (1, 1))
    assert refusal(ask(phone, order, (1, 2))) == (422, "too_many_pieces")
    withdrawal = f"orders/{order.number}/refunds/{first.number}/withdrawal/"
    assert phone.send("post", withdrawal).json()["state"] == "withdrawn"
    assert refusal(phone.send("post", withdrawal)) == (409, "refund_decided")
    second = asked(phone, order, (1, 2))
    office = desk("caiwu")
    assert "请写明原因" in decide(office, second, "refuse").content.decode()
    assert decide(office, second, "refuse", note="已发货，请拒收").status_code == 302
    shown = phone.send("get", f"orders/{order.number}/refunds/").json()["results"][0]
    assert (shown["state"], shown["note"]) == ("refused", "已发货，请拒收")
    assert net_by("sku_code") == {RICE: 9800}
    asked(phone, order, (1, 2))


def test_a_request_is_decided_once() -> None:
    phone = buyer()
    refund = asked(phone, paid(phone, (RICE, 1)), (1, 1))
    pay(refund)
    assert decide(desk("caiwu", duty=Duty.APPROVE), refund).status_code == 403
    withdrawal = f"orders/{refund.order.number}/refunds/{refund.number}/withdrawal/"
    assert refusal(phone.send("post", withdrawal)) == (409, "refund_decided")
    assert Order.objects.get().refunded_fen == 5700


def test_a_large_refund_is_approved_by_who_checks(settings) -> None:
    settings.REFUND_LIMIT_FEN = 10_000
    phone = buyer()
    order = paid(phone, (TEA, 1), (RICE, 1))
    large, small = asked(phone, order, (1, 1)), asked(phone, order, (2, 1))
    clerk = desk("jingban")
    assert "超过您的审批权限" in decide(clerk, large).content.decode()
    assert decide(clerk, small).status_code == 302
    assert net_by("sku_code") == {TEA: 16800}
    pay(large)
    assert net_by("sku_code") == {}


def test_who_may_not_decide_sees_no_decision() -> None:
    phone = buyer()
    refund = asked(phone, paid(phone, (RICE, 1)), (1, 1))
    for client, status in (
        (desk("qita", "store_operator", "prepare", "sales_point", "other"), 302),
        (desk("fenxi", "analyst"), 403),
        (desk("du", "work_team", "read"), 403),
    ):
        assert decide(client, refund).status_code in {status, 403}
        refund.refresh_from_db()
        assert refund.state == "requested"
    own = desk("dian", "store_operator", "prepare", "sales_point", "storefront")
    assert decide(own, refund).status_code == 302


@pytest.mark.parametrize(
    ("pieces", "more", "code"),
    [
        ([(1, 3)], {}, "too_many_pieces"),
        ([(9, 1)], {}, "unknown_line"),
        ([(1, 1)], {"kind": "return"}, "nothing_to_return"),
    ],
)
def test_what_was_not_bought_or_not_sent_cannot_come_back(pieces, more, code) -> None:
    phone = buyer()
    order = paid(phone, (RICE, 2))
    assert refusal(ask(phone, order, *pieces, **more)) == (422, code)


def test_fresh_goods_stay_sold_but_may_be_refunded() -> None:
    phone = buyer()
    order = sent(paid(phone, (MUSHROOM, 1), waived_returns=[MUSHROOM]))
    assert refusal(ask(phone, order, (1, 1), kind="return")) == (422, "return_waived")
    pay(asked(phone, order, (1, 1), reason="到货腐烂"))


def test_an_unpaid_order_has_nothing_to_refund_and_a_late_request_is_refused() -> None:
    phone = buyer()
    unpaid = StorefrontOrder.objects.get(number=ordered(phone, (RICE, 1))["number"])
    assert refusal(ask(phone, unpaid, (1, 1))) == (422, "refund_not_possible")
    order = sent(paid(phone, (TEA, 1)))
    phone.send("post", f"orders/{order.number}/receipt/")
    StorefrontOrder.objects.filter(pk=order.pk).update(received_at=now() - timedelta(days=8))
    assert refusal(ask(phone, order, (1, 1))) == (422, "refund_too_late")


def test_a_gift_box_goes_back_as_its_parts() -> None:
    make_bundle("BOX", [(TEA, 1, 16800), (RICE, 2, 4900)])
    Product.objects.filter(code="BOX").update(is_published=True)
    phone = buyer()
    order = paid(phone, ("BOX", 2))
    assert (shelf(TEA), shelf(RICE)) == ((10, 2), (10, 4))
    pay(asked(phone, order, (1, 1)))
    assert (shelf(TEA), shelf(RICE)) == ((10, 1), (10, 2))
    assert sum(net_by("county_code").values()) == 16800
    pay(asked(phone, sent(order), (1, 1), kind="return"), is_restocked="on")
    assert (shelf(TEA), shelf(RICE), net_by("sku_code")) == ((10, 0), (10, 0), {})
    assert audit().violations == []


def test_somebody_elses_order_has_no_refunds() -> None:
    owner, other = buyer(), buyer(OTHER_PHONE)
    order = paid(owner, (RICE, 1))
    refund = asked(owner, order, (1, 1))
    assert refusal(ask(other, order, (1, 1))) == (404, "order_not_found")
    for method, path in (("get", ""), ("post", f"{refund.number}/withdrawal/")):
        answer = other.send(method, f"orders/{order.number}/refunds/{path}")
        assert refusal(answer) == (404, "order_not_found")
    foreign = paid(other, (RICE, 1))
    answer = other.send("post", f"orders/{foreign.number}/refunds/{refund.number}/withdrawal/")
    assert refusal(answer) == (404, "refund_not_found")
