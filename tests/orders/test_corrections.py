"""A wrong entry is corrected by reversal; a change from a day on is no correction."""

from __future__ import annotations

from datetime import date

import pytest

from operations.errors import MakerMayNotCheck
from operations.services.running import run_job
from orders.errors import EvidenceMissing, PeriodNotValid
from orders.models import SalesEntry, SalesPointDistrict
from orders.services.corrections import approve_correction, propose_correction, run_correction
from orders.services.recording import record_sale
from products.models import Product
from tests.builders import make_sales_point, make_sku, make_user, moment, reported_sale
from tests.orders.ledger_reading import net_by, violations

MAY = (date(2020, 5, 1), date(2020, 5, 31))


@pytest.fixture
def centre(db):
    make_sku("QDN-LS-001")
    centre = make_sales_point(
        "centre", district="330109", channel_class="centre", platform="", shop_name=""
    )
    record_sale(centre, reported_sale("O-1", refunded_fen=800), source="test")
    june = moment("2020-06-02 10:00:00")
    record_sale(centre, reported_sale("O-2", paid_at=june), source="test")
    return centre


def correct(centre, days=MAY, reason="登记错误，应为拱墅区"):
    row = propose_correction(
        sales_point=centre,
        first_day=days[0],
        last_day=days[1],
        reason=reason,
        actor=make_user("maker"),
    )
    row = approve_correction(row, make_user("checker"))
    assert run_job(row.job_id, run_correction)
    row.refresh_from_db()
    return row


def test_a_corrected_district_moves_the_sales_of_its_days(centre):
    SalesPointDistrict.objects.update(district_code="330105")
    before = {entry.pk for entry in SalesEntry.objects.all()}

    row = correct(centre)

    assert net_by("helper_district_code") == {"330105": 16000, "330109": 16800}
    assert row.orders_changed == 1
    assert before < {entry.pk for entry in SalesEntry.objects.all()}
    assert SalesEntry.objects.filter(source=f"correction:{row.pk}").count() == 4
    assert violations() == []


def test_the_earlier_state_reads_as_it_was(centre):
    moment_before = SalesEntry.objects.latest("id").recorded_at
    SalesPointDistrict.objects.update(district_code="330105")
    correct(centre)

    then = net_by("helper_district_code", recorded_at__lte=moment_before)

    assert then == {"330109": 16000 + 16800}


def test_a_corrected_county_of_a_product_moves_too(centre):
    Product.objects.update(county_id=make_sku("X", county="522622").product.county_id)

    correct(centre, (date(2020, 5, 1), date(2020, 6, 30)))

    assert net_by("county_code") == {"522622": 32800}
    assert violations() == []


def test_refunds_keep_their_days(centre):
    refund = SalesEntry.objects.get(kind="refund")
    SalesPointDistrict.objects.update(district_code="330105")
    correct(centre)

    again = SalesEntry.objects.filter(kind="refund", helper_district_code="330105").get()
    assert (again.event_date, again.amount_fen) == (refund.event_date, -800)


def test_a_change_from_a_day_on_needs_no_correction(centre):
    SalesPointDistrict.objects.update(valid_to=date(2020, 5, 31))
    SalesPointDistrict.objects.create(
        sales_point=centre, district_code="330105", valid_from=date(2020, 6, 1)
    )
    june = moment("2020-06-03 10:00:00")
    record_sale(centre, reported_sale("O-3", paid_at=june), source="test")

    assert net_by("helper_district_code") == {"330109": 32800, "330105": 16800}


def test_nothing_wrong_means_nothing_written(centre):
    rows = SalesEntry.objects.count()
    assert correct(centre).orders_changed == 0
    assert SalesEntry.objects.count() == rows


def test_a_correction_needs_a_reason_a_period_and_a_second_person(centre):
    values = {"sales_point": centre, "actor": make_user("maker")}
    with pytest.raises(EvidenceMissing):
        propose_correction(first_day=MAY[0], last_day=MAY[1], reason=" ", **values)
    with pytest.raises(PeriodNotValid):
        propose_correction(first_day=MAY[1], last_day=MAY[0], reason="错", **values)
    row = propose_correction(first_day=MAY[0], last_day=MAY[1], reason="错", **values)
    with pytest.raises(MakerMayNotCheck):
        approve_correction(row, make_user("maker"))
