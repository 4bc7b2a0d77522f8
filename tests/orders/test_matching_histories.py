"""In whatever order files and decisions come, the ledger ends as if all was decided first."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.models import Job, JobState
from orders.models import GoodsMatch, OrderLine, SalesEntry, SalesPoint
from orders.rules.matching import Goods
from orders.rules.sale import ReportedSale
from orders.rules.states import OrderStatus
from orders.selectors.matching import match_in_force
from orders.services.matching import match_goods, replace_match, revoke_match
from products.models import Sku
from tests.builders import (
    make_bundle,
    make_sales_point,
    make_sku,
    make_user,
    stated_line,
    stated_sale,
)
from tests.orders.ledger_reading import violations
from tests.orders.matching_world import unknown, work
from tests.orders.test_withdrawals import imported, sale

GOODS = {name: Goods("", f"标题 {name}", "") for name in ("茶", "米")}
CODES = ("QDN-LS-001", "QDN-HP-001", "BOX")
# What is reported of an order, step by step: status and cumulative refund.
STEPS = (
    (OrderStatus.UNPAID, 0),
    (OrderStatus.PAID, 0),
    (OrderStatus.SHIPPED, 333),
    (OrderStatus.SUCCEEDED, 5000),
)
NUMBERS = ("O-1", "O-2", "O-3")
EVENTS = st.one_of(
    st.tuples(st.just("report"), st.sampled_from(NUMBERS), st.sampled_from([0, 1, 1, 2])),
    st.tuples(st.just("again"), st.sampled_from(NUMBERS), st.integers(0, 3)),
    st.tuples(st.just("decide"), st.sampled_from(list(GOODS)), st.sampled_from(CODES)),
    st.tuples(st.just("revoke"), st.sampled_from(list(GOODS)), st.none()),
    st.tuples(st.just("work"), st.none(), st.none()),
)


@pytest.mark.django_db
@settings(max_examples=24, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS, min_size=1, max_size=14))
def test_any_history_ends_as_if_all_was_decided_first(events) -> None:
    with transaction.atomic():
        world = World()
        for event in events:
            world.live(*event)
        world.work()
        ended, reached, decided = state(), dict(world.reached), world.decided()
        again = imported(world.store, *(told(n, step) for n, step in reached.items()))
        assert (again.updated, again.unchanged) == (0, len(reached))
        assert violations() == []
        transaction.set_rollback(True)
    with transaction.atomic():
        world = World()
        for name, code in decided.items():
            world.live("decide", name, code)
        world.work()
        for number, step in reached.items():
            imported(world.store, told(number, step))
        assert state() == ended
        transaction.set_rollback(True)


def told(number: str, step: int) -> ReportedSale:
    """Return what is reported of an order at a step; the third states its lines itself."""
    status, refunded = STEPS[step]
    unpaid = {"paid_at": None} if status is OrderStatus.UNPAID else {}
    if number == "O-3":
        lines = (
            stated_line("", 9000, title=GOODS["茶"].title, refunded_fen=refunded, line_key="L-1"),
            stated_line("", 500, title=GOODS["米"].title, weight_grams=700, line_key="L-2"),
        )
        return stated_sale(number, *lines, status=status if not unpaid else OrderStatus.PAID)
    rows = unknown(("茶", 9000, 1), ("米", 4500, 2)) if number == "O-1" else unknown(("茶", 333, 3))
    return sale(
        number, refunded if number == "O-1" else min(refunded, 999), status, lines=rows, **unpaid
    )


class World:
    """A store, its goods, and a first order that makes them known to the queue."""

    def __init__(self) -> None:
        for code, grams in (("QDN-LS-001", 100), ("QDN-HP-001", 250)):
            make_sku(code, county="522634" if grams == 100 else "522622")
            Sku.objects.filter(code=code).update(net_grams=grams)
        make_bundle("BOX", [("QDN-LS-001", 1, 100), ("QDN-HP-001", 2, 33)])
        self.store: SalesPoint = make_sales_point()
        self.reached: dict[str, int] = {}
        imported(self.store, sale("O-0", lines=unknown(("茶", 100, 1), ("米", 200, 1))))

    def live(self, kind: str, what: Any, how: Any) -> None:
        getattr(self, kind)(what, how)

    def report(self, number: str, forward: int) -> None:
        """Bring an order's report, of the step it is at or of a later one."""
        step = min(self.reached.get(number, 0) + forward, len(STEPS) - 1)
        self.reached[number] = step
        imported(self.store, told(number, step))

    def again(self, number: str, back: int) -> None:
        """Bring an old report again: it is behind, or says nothing new."""
        if number in self.reached:
            imported(self.store, told(number, max(self.reached[number] - back, 0)))

    def decide(self, name: str, code: str) -> None:
        sku, standing = Sku.objects.get(code=code), match_in_force(self.store.pk, GOODS[name])
        if standing is None:
            self.work()
            match_goods(sales_point=self.store, goods=GOODS[name], sku=sku, actor=make_user("a"))
        elif standing.sku_id != sku.pk:
            replace_match(standing, sku=sku, actor=make_user("a"))

    def revoke(self, name: str, _how: None) -> None:
        standing = match_in_force(self.store.pk, GOODS[name])
        if standing is not None:
            revoke_match(standing, reason="", actor=make_user("b"))

    def work(self, _what: None = None, _how: None = None) -> None:
        """Do what waits: decisions are carried out late, and several at once."""
        for job in Job.objects.filter(kind="matching", state=JobState.PENDING).order_by("pk"):
            work(job)

    def decided(self) -> dict[str, str]:
        rows = GoodsMatch.objects.filter(ended_at=None).select_related("sku")
        return {row.title.removeprefix("标题 "): row.sku.code for row in rows}


def state() -> tuple[dict[Any, Any], list[Any]]:
    """Return what the ledger comes to, by everything that a row freezes, and the lines' SKUs."""
    codes = (
        *("order_number", "line_key", "component", "side", "sku_code", "bundle_sku_code"),
        *("county_code", "producer_code", "is_certified", "excluded_reason", "paid_at"),
        *("order_date", "event_date", "beneficiary_unit_code"),
    )
    sums = ("amount_fen", "consumer_paid_fen", "excluded_fen", "quantity", "weight_grams")
    rows = SalesEntry.objects.values_list(*codes).annotate(*(Sum(name) for name in sums)).order_by()
    ledger = {row[: len(codes)]: row[len(codes) :] for row in rows if any(row[len(codes) :])}
    lines = OrderLine.objects.order_by("order__number", "line_key")
    return ledger, list(
        lines.values_list("order__number", "line_key", "sku__code", "weight_grams", "bundle_parts")
    )
