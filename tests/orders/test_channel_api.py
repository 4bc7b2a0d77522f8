"""Another system reports orders one by one: signed, repeatable, by the writer of files."""

from __future__ import annotations

import zlib

import pytest

from orders.models import ChannelReport, Contact, Order, SalesEntry
from tests.builders import make_sales_point, make_sku
from tests.orders.channel_client import line, make_integration, order
from tests.orders.ledger_reading import net_by, violations


@pytest.fixture
def erp(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    make_sales_point()
    return make_integration()


def test_a_reported_order_is_recorded_once_and_repeating_it_changes_nothing(erp):
    first = erp.put("O-1", order())
    again = erp.put("O-1", order())

    assert (first.status_code, again.status_code) == (201, 200)
    assert [first.json()["result"], again.json()["result"]] == ["created", "unchanged"]
    assert first.json()["order"] == again.json()["order"] == erp.get("O-1").json()["order"]
    assert first.json()["order"] == {
        "number": "O-1",
        "status": "succeeded",
        "paid_at": "2020-05-01T10:00:40+08:00",
        "gross_fen": 16800,
        "refund_fen": 0,
        "net_fen": 16800,
        "freight_fen": 0,
        "excluded_fen": 0,
        "unmatched": [],
        "flags": [],
        "is_withdrawn": False,
    }
    assert net_by("order_number") == {"O-1": 16800}
    assert violations() == []
