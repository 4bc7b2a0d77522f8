"""Whatever happens to an order, the ledger ends in what stands, and nothing is lost on the way."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.services.reviewing import ask_revocation
from orders.models import ExclusionDecision, Order, SalesEntry
from orders.rules.states import OrderStatus
from orders.services.exclusions import confirm_exclusion_revocation
from tests.builders import make_bundle, make_sales_point, make_sku, make_user, reported_lines
from tests.orders.ledger_reading import excluded_by_reason, net_by, violations
from tests.orders.test_exclusions import exclude
from tests.orders.test_withdrawals import imported, sale, withdraw

NUMBERS = ("O-1", "O-2", "O-3")
REPORTS = st.tuples(
    st.just("report"),
    st.lists(
        st.tuples(
            st.sampled_from(NUMBERS),
            st.sampled_from([OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.SUCCEEDED]),
            st.sampled_from([0, 1, 333, 5000]),
            st.sampled_from([("BOX", 9000, 1), ("QDN-LS-001", 9000, 1)]),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda row: row[0],
    ),
)
EVENTS = st.one_of(
    REPORTS,
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(st.just("exclude"), st.sampled_from(NUMBERS)),
    st.tuples(st.just("revoke"), st.sampled_from(NUMBERS)),
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS, min_size=1, max_size=8))
def test_any_history_leaves_a_ledger_that_the_audit_accepts(events):
    # The next example finds an empty house.
    with transaction.atomic():
        _live(events)
        transaction.set_rollback(True)


def _live(events) -> None:
    make_sku("QDN-LS-001")
    make_bundle("BOX", [("QDN-LS-001", 1, 100), ("QDN-HP-001", 2, 33)])
    store = make_sales_point()
    imports = []
    for kind, what in events:
        if kind == "report":
            sales = [
                sale(number, refunded, status, lines=reported_lines([line]))
                for number, status, refunded, line in what
            ]
            imports.append(imported(store, *sales))
        elif kind == "withdraw" and imports:
            withdraw(imports.pop(what % len(imports)))
        elif kind == "exclude":
            _exclude(what)
        elif kind == "revoke":
            _revoke(what)
    assert violations() == []
    _compare_with_the_orders(imports)


def _exclude(number: str) -> None:
    order = Order.objects.filter(number=number, is_withdrawn=False).first()
    if order and not ExclusionDecision.objects.filter(order=order).exclude(state="revoked"):
        exclude(order)


def _revoke(number: str) -> None:
    row = ExclusionDecision.objects.filter(order__number=number, state="approved").first()
    if row:
        row = ask_revocation(row, make_user("maker"), "核实")
        confirm_exclusion_revocation(row, make_user("checker"))


def _compare_with_the_orders(imports) -> None:
    """Net sales and excluded money are those of the orders that some standing import brought."""
    excluded = set(
        ExclusionDecision.objects.filter(state="approved").values_list("order_id", flat=True)
    )
    standing = Order.objects.filter(is_withdrawn=False)
    assert not imports or set(standing.values_list("last_import", flat=True)) <= {
        each.pk for each in imports
    }
    expected = {
        order.number: order.goods_fen - order.refunded_fen
        for order in standing
        if order.pk not in excluded
    }
    assert net_by("order_number") == {number: fen for number, fen in expected.items() if fen}
    hidden = sum(o.goods_fen - o.refunded_fen for o in standing if o.pk in excluded)
    assert sum(excluded_by_reason().values()) == hidden
    assert SalesEntry.objects.exclude(order__in=standing).count() % 2 == 0
