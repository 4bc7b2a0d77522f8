"""Decisions and declarations must stand on what they need; the audit names those that do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from marketplace.services.audit import audit
from operations.services.append_only import lifted_triggers
from orders.models import DeclaredSale, EvidenceFile, LinkedOrders, Order
from orders.services.linking import approve_link, state_link
from orders.services.recording import record_sale
from orders.services.refund_corrections import (
    approve_refund_correction,
    propose_refund_correction,
)
from tests.builders import make_county, make_sales_point, make_sku, make_user, reported_sale
from tests.flows.counting_stories import declare

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(tmp_path: Path) -> None:
    """A declared ledger, a corrected refund and a confirmed duplicate, all in force."""
    make_sku("QDN-LS-001")
    make_county("522622", "黄平县")
    store = make_sales_point()
    for number, refunded in (("O-1", 500), ("O-2", 0)):
        record_sale(store, reported_sale(number, refunded_fen=refunded), source="test")
    first, second = Order.objects.order_by("number")
    maker, checker = make_user("jingban"), make_user("shenhe")
    refund = propose_refund_correction(
        order=first, refunded_fen=100, reason="平台收回", actor=maker
    )
    approve_refund_correction(refund, checker)
    approve_link(state_link(order=first, duplicate=second, note="", actor=maker), checker)
    declare(
        tmp_path,
        sales_point=store,
        period_start=date(2020, 9, 1),
        period_end=date(2020, 9, 30),
        county_code="522622",
        amount_fen=100,
    )


def found() -> list[tuple[str, str]]:
    return [
        (finding.code, finding.place.split(":")[0])
        for finding in audit().violations
        if finding.invariant == "reviews"
    ]


def test_what_is_in_order_is_counted_and_clean(decided: None) -> None:
    report = audit()
    assert [finding for finding in report.violations if finding.invariant != "I5"] == []
    # The exclusion that the confirmed duplicate made counts too.
    assert report.checked["reviews"] == 4


def test_a_corrected_refund_that_came_back_is_found(decided: None) -> None:
    Order.objects.filter(number="O-1").update(refunded_fen=500)
    assert found() == [("refund_correction_not_applied", "refundcorrection")]


def test_a_ledger_that_lost_its_paper_is_found(decided: None) -> None:
    DeclaredSale.papers.through.objects.all().delete()
    assert found() == [("declared_without_paper", "declaredsale")]


def test_a_duplicate_that_counts_again_is_found(decided: None) -> None:
    LinkedOrders.objects.update(exclusion=None)
    assert found() == [("duplicate_still_counted", "linkedorders")]


def test_a_paper_that_is_not_what_was_handed_in_is_found(decided: None) -> None:
    with lifted_triggers():
        EvidenceFile.objects.update(sha256="0" * 64)
    assert found() == [("paper_lost", "evidencefile")]
