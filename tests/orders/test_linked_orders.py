"""Two orders that are one sale: one of them counts, whatever happens to the other."""

from __future__ import annotations

import pytest

from common.errors import DomainError
from operations.services.reviewing import ask_revocation
from orders.errors import AlreadyDecided
from orders.models import ExclusionDecision, LinkedOrders, Order
from orders.services.exclusions import confirm_exclusion_revocation
from orders.services.linking import approve_link, confirm_link_revocation, state_link
from tests.builders import make_sales_point, make_sku, make_user
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_withdrawals import imported, sale, withdraw


@pytest.fixture
def imports(db):
    """One sale that three counters report; `point` names each."""
    make_sku("QDN-LS-001")
    points = [
        make_sales_point(code, channel_class="centre", platform="", shop_name="")
        for code in ("first", "second", "third")
    ]
    return [imported(point, sale("O-1")) for point in points]


def stated(kept, duplicate):
    return state_link(
        order=Order.objects.get(sales_point__code=kept),
        duplicate=Order.objects.get(sales_point__code=duplicate),
        note="",
        actor=make_user("maker"),
    )


def linked(kept, duplicate):
    return approve_link(stated(kept, duplicate), make_user("checker"))


def separated(row):
    row = ask_revocation(row, make_user("maker"), "两笔不同的销售")
    return confirm_link_revocation(row, make_user("checker"))


def test_the_duplicate_counts_when_the_order_that_was_kept_is_withdrawn(imports):
    linked("first", "second")
    assert net_by("sales_point_code") == {"first": 16800, "third": 16800}

    withdraw(imports[0])

    assert net_by("sales_point_code") == {"second": 16800, "third": 16800}
    assert violations() == []


def test_no_circle_of_links_takes_a_sale_out_of_the_ledger(imports):
    linked("first", "second")
    linked("third", "first")
    with pytest.raises(DomainError):
        linked("second", "third")

    assert net_by("sales_point_code") == {"third": 16800}


def test_a_link_is_not_approved_once_the_kept_order_is_withdrawn(imports):
    row = stated("first", "second")
    withdraw(imports[0])
    with pytest.raises(DomainError):
        approve_link(row, make_user("checker"))

    assert net_by("sales_point_code") == {"second": 16800, "third": 16800}


def test_the_exclusion_of_a_link_is_revoked_with_the_link_only(imports):
    row = linked("first", "second")
    exclusion = ask_revocation(ExclusionDecision.objects.get(), make_user("maker"), "误剔")
    with pytest.raises(AlreadyDecided):
        confirm_exclusion_revocation(exclusion, make_user("checker"))
    assert net_by("sales_point_code") == {"first": 16800, "third": 16800}

    separated(LinkedOrders.objects.get(pk=row.pk))

    assert sum(net_by("sales_point_code").values()) == 3 * 16800
    assert violations() == []


def test_a_link_that_was_taken_back_can_be_stated_again(imports):
    separated(linked("first", "second"))

    linked("first", "second")

    assert net_by("sales_point_code") == {"first": 16800, "third": 16800}
    assert LinkedOrders.objects.count() == 1
    assert violations() == []
