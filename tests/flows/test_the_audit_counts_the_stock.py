"""The audit adds stock up: movements to what is there, open promises to what is reserved."""

from __future__ import annotations

from marketplace.services.audit import audit
from products.models.stock import StockItem
from products.services.stock import reserve_stock
from tests.products.test_stock import make_place, stocked


def test_stock_that_was_changed_behind_the_back_is_found(db: None) -> None:
    tea = stocked("A", 5)
    reserve_stock(make_place(), {tea.pk: 2}, reference="O1")
    report = audit()
    assert (report.violations, report.checked["I1"]) == ([], 1)
    StockItem.objects.update(on_hand=9, reserved=1)
    assert [(each.invariant, each.code) for each in audit().violations] == [
        ("I1", "stock_on_hand_differs"),
        ("I1", "stock_reserved_differs"),
    ]
