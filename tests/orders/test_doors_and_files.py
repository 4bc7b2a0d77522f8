"""Files and another door report the same orders: a withdrawal takes back what its file said."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orders.models import Order, OrderConfirmation, OrderRevision
from orders.rules.states import OrderStatus
from orders.services.recording import record_sale
from tests.builders import make_sales_point, make_sku
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_withdrawals import imported, sale, withdraw


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    return make_sales_point()


def told(store, *args, **fields):
    """Record a sale as a door reports it."""
    record_sale(store, sale(*args, **fields), source="door:1")


def test_an_order_that_the_door_repeated_outlives_the_file(store):
    first = imported(store, sale("O-1"), sale("O-2"))
    told(store, "O-1")

    withdraw(first)

    assert net_by("order_number") == {"O-1": 16800}
    assert Order.objects.get(number="O-1").last_import is None
    assert violations() == []


def test_a_report_of_the_door_that_came_too_late_is_what_remains(store):
    newer = imported(store, sale("O-1", 5000))
    told(store, "O-1", 800, OrderStatus.SHIPPED)
    assert net_by("order_number") == {"O-1": 11800}

    withdraw(newer)

    assert net_by("order_number") == {"O-1": 16000}
    assert violations() == []


def test_a_file_between_two_reports_of_the_door_can_be_taken_back(store):
    told(store, "O-1", 0, OrderStatus.PAID)
    between = imported(store, sale("O-1", 300))
    withdraw(between)
    assert net_by("order_number") == {"O-1": 16800}

    told(store, "O-1", 500)
    older = imported(store, sale("O-1", 400))
    withdraw(older)
    assert net_by("order_number") == {"O-1": 16300}
    assert violations() == []


def test_a_file_that_the_door_went_beyond_leaves_the_order_alone(store):
    first = imported(store, sale("O-1"))
    told(store, "O-1", 800)

    row = withdraw(first)

    assert (row.orders_withdrawn, row.orders_kept) == (0, 1)
    assert net_by("order_number") == {"O-1": 16000}


def test_when_a_file_and_the_door_repeat_a_file_both_speak_after_it(store):
    first = imported(store, sale("O-1"))
    told(store, "O-1")
    third = imported(store, sale("O-1"))

    withdraw(first)
    assert Order.objects.get().last_import == third
    withdraw(third)

    assert net_by("order_number") == {"O-1": 16800}
    assert violations() == []


@pytest.mark.parametrize("who", ["file", "door"])
def test_a_state_that_somebody_repeated_comes_back_though_its_file_is_gone(store, who):
    first = imported(store, sale("O-1"))
    if who == "file":
        repeating = imported(store, sale("O-1"))
    else:
        told(store, "O-1")
    newer = imported(store, sale("O-1", 800))

    withdraw(first)
    withdraw(newer)

    assert net_by("order_number") == {"O-1": 16800}
    if who == "file":
        withdraw(repeating)
        assert net_by("order_number") == {}
    assert violations() == []


def test_a_door_that_repeats_itself_leaves_one_note_and_one_earlier_state(store):
    imported(store, sale("O-1", 500), sale("O-2"))
    for _ in range(3):
        told(store, "O-1", 0)
        told(store, "O-2")

    assert OrderRevision.objects.count() == 1
    assert OrderConfirmation.objects.count() == 1


# (who, refunded so far): a file or the door; a withdrawal names one of the files so far.
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["file", "door"]), st.sampled_from([0, 300, 800])),
        st.tuples(st.just("withdraw"), st.integers(0, 5)),
    ),
    min_size=2,
    max_size=9,
)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=EVENTS)
@example([("file", 300), ("file", 0), ("file", 0), ("withdraw", 0), ("withdraw", 0)])
@example([("file", 0), ("file", 0), ("file", 0), ("file", 300), ("withdraw", 0), ("withdraw", 2),
          ("withdraw", 0), ("withdraw", 0)])  # fmt: skip
def test_withdrawing_in_any_order_ends_where_the_files_had_never_come(events):
    with transaction.atomic():
        _live(events)
        transaction.set_rollback(True)


def _live(events) -> None:
    make_sku("QDN-LS-001")
    store = make_sales_point()
    files, by_door = [], []
    for kind, what in events:
        if kind == "file":
            files.append((imported(store, sale("O-1", what)), what))
        elif kind == "door":
            told(store, "O-1", what)
            by_door.append(what)
        elif files:
            withdraw(files.pop(what % len(files))[0])
        standing = [*by_door, *(refunded for _, refunded in files)]
        expected = {"O-1": 16800 - max(standing)} if standing else {}
        assert net_by("order_number") == expected
    assert violations() == []
