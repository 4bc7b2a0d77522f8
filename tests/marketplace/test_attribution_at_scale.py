"""What must not grow with the ledger, and texts that totals carry unchanged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.models import AttributionEntry, DailyMoney
from marketplace.rules.evidence import Level
from marketplace.selectors.attribution import run_group
from marketplace.services.attribution import open_run, request_run, settle_run, work_run
from marketplace.services.attribution.checking import wrong_totals
from marketplace.services.attribution.partitions import work_partition
from operations.services.jobs import claim_next
from tests.marketplace.ledger_builders import Line, Sale, campaign, day, moment, touch

PAID = moment("2020-05-02 12:00:00")


def touched_ledger(count: int, prefix: str) -> list[Sale]:
    """Write orders whose buyers were each touched by two campaigns, three times."""
    for code in ("north", "south"):
        campaign(code, day("2020-05-01"), day("2020-06-01"), minimum_level=Level.TOUCH)
    sales = []
    for number in range(count):
        buyer = f"{prefix}{number}"
        paid_at = PAID + timedelta(days=number % 9)
        for hours, code in ((50, "north"), (20, "south"), (3, "north")):
            touch(buyer, paid_at - timedelta(hours=hours), code)
        sales.append(Sale(f"{prefix}{number}", paid_at, [Line(key="a"), Line(key="b")],
                          buyer_key=buyer))  # fmt: skip
    return sales


@pytest.mark.django_db
def test_a_late_refund_on_a_path_takes_as_many_statements_in_any_ledger() -> None:
    sent = []
    for size, prefix in ((2, "few"), (80, "many")):
        sales = touched_ledger(size, prefix)
        work_run(request_run(kind="full").pk)
        sales[0].refund("a", 101)
        run = open_run(kind="changed")
        claim = claim_next(group=run_group(run.pk))
        assert claim is not None
        with CaptureQueriesContext(connection) as queries:
            work_partition(claim)
        settle_run(run.pk)
        sent.append(len(queries))
        assert AttributionEntry.objects.filter(run=run).count() == 2
    assert sent[0] == sent[1] <= 20
    assert wrong_totals() == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", ['a "b"', "c\\d", '\\"', "{e,f}", "NULL", "g\nh", "山 '货'", "$1"])
def test_totals_carry_any_text_and_add_to_the_row_that_is_there(code: str) -> None:
    campaign("mayday", day("2020-05-01"), day("2020-06-01"))
    for number in (1, 2):
        Sale(f"N{number}", PAID, [Line()], shop=code)
        work_run(request_run(kind="changed").pk)
    assert set(DailyMoney.objects.values_list("sales_point_code", flat=True)) == {code}
    assert sorted(
        DailyMoney.objects.filter(campaign_code="mayday").values_list("direct_lines", flat=True)
    ) == [2, 2]
    assert wrong_totals() == []
