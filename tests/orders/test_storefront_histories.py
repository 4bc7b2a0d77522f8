"""Any history of buying, paying, cancelling, sending, receiving, refunding, replaying adds up."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from django.db.models import Sum
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from common.clock import now
from marketplace.services.audit import audit
from orders.errors.refunds import RefundRefused
from orders.errors.storefront import MoveNotAllowed
from orders.models import Order, SalesEntry, Shipment, StorefrontOrder
from orders.services.payments.sandbox import notice_of
from orders.services.storefront.ending import expire_orders
from orders.services.storefront.refunding import pay_refund, request_refund
from orders.services.storefront.sending import ship_order
from products.models.stock import StockItem
from tests.orders.storefront_world import (
    RICE,
    TEA,
    buyer,
    notify,
    open_storefront,
    ordering,
    pending,
)
from tests.orders.voucher_world import claimed, make_batch
from tests.shoppers import GATEWAY, MESSAGES, Phone

PRICES = {TEA: 16800, RICE: 4900}
PACKS = 60
_keys = count()
# Examples share one shop: what earlier ones did is where the next begins.
_phone: list[Phone] = []


class Shop(RuleBasedStateMachine):
    numbers = Bundle("numbers")
    notices = Bundle("notices")

    def __init__(self) -> None:
        super().__init__()
        self.phone = _phone[0]
        # Number -> (state, pieces of tea, pieces of rice, due).
        self.model: dict[str, list] = {}
        # Pieces of rice that were paid back.
        self.backs: dict[str, int] = {}
        # Numbers of orders with a voucher of 20 yuan.
        self.subsidised: set[str] = set()

    @rule(
        target=numbers,
        tea=st.integers(0, 4),
        rice=st.integers(1, 4),
        replays=st.booleans(),
        uses_voucher=st.booleans(),
    )
    def buy(self, tea: int, rice: int, replays: bool, uses_voucher: bool) -> str:
        lines = [(code, pieces) for code, pieces in ((TEA, tea), (RICE, rice)) if pieces]
        goods = tea * PRICES[TEA] + rice * PRICES[RICE]
        grams = 600 * (tea + rice)
        freight = 0 if goods >= 9900 else 800 + 300 * (-(-max(0, grams - 1000) // 1000))
        free = {
            code: on_hand - reserved
            for code, on_hand, reserved in StockItem.objects.values_list(
                "sku__code", "on_hand", "reserved"
            )
        }
        key = f"history-{next(_keys):06d}"
        due, more = goods + freight, {}
        if uses_voucher and goods >= 10_000:
            due, more = due - 2000, {"voucher_code": claimed(self.phone)[0]}
        answer = ordering(self.phone, *lines, key=key, due_fen=due, **more)
        if any(free[code] < pieces for code, pieces in lines):
            assert answer.status_code == 409
            return ""
        assert answer.status_code == 201, answer.content
        number = answer.json()["number"]
        if replays:
            again = ordering(self.phone, *lines, key=key, due_fen=due, **more)
            assert again.json() == answer.json()
        self.model[number] = ["unpaid", tea, rice, due]
        if more:
            self.subsidised.add(number)
        return number

    @rule(target=notices, number=numbers, fen=st.sampled_from([0, 0, 0, -1, 1]))
    def pay(self, number: str, fen: int) -> bytes:
        if not number:
            return b""
        if self.model[number][0] != "unpaid":
            return b""
        payment = pending(self.phone, number)
        body = notice_of(payment, amount_fen=payment.amount_fen + fen)
        told = notify(body).json()["outcome"]
        assert told == ("anomaly" if fen else "applied")
        if not fen:
            self.model[number][0] = "paid"
        return body

    @rule(body=notices)
    def tell_again(self, body: bytes) -> None:
        if body:
            assert notify(body).json()["outcome"] in {"repeated", "anomaly"}

    @rule(number=numbers)
    def cancel(self, number: str) -> None:
        if number:
            answer = self.phone.send("post", f"orders/{number}/cancellation/")
            was_open = self.model[number][0] == "unpaid"
            assert answer.status_code == (200 if was_open else 409)
            if was_open:
                self.model[number][0] = "cancelled"

    @rule(number=consumes(numbers))
    def expire(self, number: str) -> None:
        if number:
            StorefrontOrder.objects.filter(number=number).update(
                expires_at=now() - timedelta(seconds=1)
            )
            was_open = self.model[number][0] == "unpaid"
            assert expire_orders() == was_open
            if was_open:
                self.model[number][0] = "cancelled"

    @rule(number=numbers)
    def send(self, number: str) -> None:
        if not number:
            return
        order = StorefrontOrder.objects.get(number=number)
        clerk = User.objects.get_or_create(username="clerk")[0]
        try:
            ship_order(order, carrier="顺丰", tracking_number=number, actor=clerk)
        except MoveNotAllowed:
            assert self.model[number][0] != "paid"
        else:
            assert self.model[number][0] == "paid"
            self.model[number][0] = "shipped"

    @rule(number=numbers)
    def receive(self, number: str) -> None:
        if number:
            answer = self.phone.send("post", f"orders/{number}/receipt/")
            was_sent = self.model[number][0] == "shipped"
            assert answer.status_code == (200 if was_sent else 409)
            if was_sent:
                self.model[number][0] = "received"

    @rule(number=numbers, pieces=st.integers(1, 3))
    def refund(self, number: str, pieces: int) -> None:
        """Rice goes back; it is the last line."""
        if not number:
            return
        state, tea, rice, _due = self.model[number]
        order = StorefrontOrder.objects.get(number=number)
        given = self.backs.get(number, 0)
        line = 2 if tea else 1
        try:
            asked = request_refund(order, kind="refund_only", pieces={line: pieces}, reason="x")
        except RefundRefused:
            assert state not in {"paid", "shipped", "received"} or given + pieces > rice
            return
        assert state in {"paid", "shipped", "received"}
        clerk = User.objects.get_or_create(username="clerk")[0]
        pay_refund(asked, decided_by=clerk, may_exceed=True, is_restocked=False)
        self.backs[number] = given + pieces
        if state == "paid" and not tea and given + pieces == rice:
            self.model[number][0] = "closed"

    @invariant()
    def everything_adds_up(self) -> None:
        found = dict(
            StorefrontOrder.objects.filter(number__in=self.model).values_list("number", "state")
        )
        assert found == {number: each[0] for number, each in self.model.items()}
        sold = {number for number, each in self.model.items() if each[0] not in _NO_SALES}
        recorded = Order.objects.filter(number__in=self.model)
        assert dict(recorded.values_list("number", "consumer_paid_fen")) == {
            number: self.model[number][3] for number in sold
        }
        # What goes back to funders with a piece is rounded: such orders are for the audit.
        sold -= {number for number in self.subsidised if number in self.backs}
        goods = SalesEntry.objects.filter(order_number__in=sold).exclude(sku_code="")
        assert (goods.aggregate(fen=Sum("amount_fen"))["fen"] or 0) == sum(
            self.model[number][1] * PRICES[TEA]
            + (self.model[number][2] - self.backs.get(number, 0)) * PRICES[RICE]
            for number in sold
        )
        assert Shipment.objects.filter(order__number__in=self.model).count() == sum(
            each[0] in {"shipped", "received"} for each in self.model.values()
        )

    def teardown(self) -> None:
        assert audit().violations == []


_NO_SALES = {"unpaid", "cancelled"}


class TestHistories(TestCase):
    def test_any_history_of_buying_adds_up(self) -> None:
        with override_settings(SMS_GATEWAY=GATEWAY):
            MESSAGES.clear()
            open_storefront(packs=PACKS)
            make_batch(per_person=30_000, most_claims=30_000, budget_fen=10**9)
            _phone[:] = [buyer()]
            run_state_machine_as_test(
                Shop,
                settings=hypothesis_settings(
                    max_examples=12, stateful_step_count=14, deadline=None
                ),
            )
