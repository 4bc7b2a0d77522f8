"""A refund that was reported too high is lowered by two people, and holds against old files."""

from __future__ import annotations

import pytest

from operations.errors import MakerMayNotCheck
from operations.services.reviewing import ask_revocation
from orders.errors import AlreadyDecided, EvidenceMissing, RefundNotLower
from orders.models import Order, SalesEntry
from orders.rules.states import OrderStatus
from orders.services.recording import record_sale
from orders.services.refund_corrections import (
    approve_refund_correction,
    confirm_refund_correction_revocation,
    propose_refund_correction,
)
from tests.builders import (
    make_sales_point,
    make_sku,
    make_user,
    reported_sale,
    stated_line,
    stated_sale,
)
from tests.orders.ledger_reading import net_by, violations


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    return make_sales_point()


def sale(refunded, status=OrderStatus.SHIPPED):
    return reported_sale("O-1", refunded_fen=refunded, status=status)


def lower(refunded_fen, line_key="", actor="maker", reason="平台已收回退款"):
    row = propose_refund_correction(
        order=Order.objects.get(),
        line_key=line_key,
        refunded_fen=refunded_fen,
        reason=reason,
        actor=make_user(actor),
    )
    return approve_refund_correction(row, make_user("checker"))


def test_a_lowered_refund_is_reversed_and_stated_again_on_its_day(store):
    record_sale(store, sale(5000), source="test")
    first = SalesEntry.objects.get(side="refund")

    lower(3000)

    assert net_by("order_number") == {"O-1": 13800}
    again = SalesEntry.objects.filter(kind="refund").latest("id")
    assert (again.amount_fen, again.event_date) == (-3000, first.event_date)
    assert Order.objects.get().refunded_fen == 3000
    assert violations() == []


def test_files_that_still_say_the_old_figure_change_nothing(store):
    record_sale(store, sale(5000), source="test")
    lower(3000)

    same = record_sale(store, sale(5000), source="again")
    ahead = record_sale(store, sale(5000, OrderStatus.SUCCEEDED), source="ahead")

    assert (same.totals.unchanged, ahead.totals.updated) == (1, 1)
    assert net_by("order_number") == {"O-1": 13800}
    assert violations() == []


def test_a_file_that_says_more_is_newer(store):
    record_sale(store, sale(5000), source="test")
    lower(3000)

    record_sale(store, sale(6000), source="newer")

    assert net_by("order_number") == {"O-1": 10800}
    assert violations() == []


def test_a_revoked_correction_leads_back(store):
    record_sale(store, sale(5000), source="test")
    row = ask_revocation(lower(3000), make_user("maker"), "平台未收回")

    confirm_refund_correction_revocation(row, make_user("checker"))

    assert net_by("order_number") == {"O-1": 11800}
    assert Order.objects.get().refunded_fen == 5000
    assert violations() == []


def test_an_order_that_states_its_lines_is_corrected_line_by_line(store):
    lines = (
        stated_line("QDN-LS-001", 9000, subsidies=(("hz-gov", 1000),), refunded_fen=4000),
        stated_line("X", 5000, refunded_fen=500),
    )
    record_sale(store, stated_sale("O-1", *lines), source="test")
    with pytest.raises(RefundNotLower):
        lower(100)

    lower(0, "L-QDN-LS-001")

    assert net_by("sku_code") == {"QDN-LS-001": 9000, "": 4500}
    assert Order.objects.get().refunded_fen == 500
    assert violations() == []


def test_what_does_not_lower_or_is_decided_already_is_refused(store):
    record_sale(store, sale(5000), source="test")
    for refunded in (5000, 5001, -1):
        with pytest.raises(RefundNotLower):
            lower(refunded)
    with pytest.raises(EvidenceMissing):
        lower(1, reason=" ")
    with pytest.raises(MakerMayNotCheck):
        lower(1, actor="checker")
    with pytest.raises(AlreadyDecided):
        lower(1)
