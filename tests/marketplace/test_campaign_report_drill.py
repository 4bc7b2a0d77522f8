"""Every figure of a campaign report opens into the order lines that it consists of."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.db.models import Sum

from marketplace.rules.campaign_report import (
    BASES,
    REPORT_VIEWS,
    RULE_COLUMNS,
    TRANSACTION,
    Asked,
)
from marketplace.selectors.reports import LineFilter, campaign_lines, money_of_lines
from orders.models import SalesEntry
from tests.builders import make_sales_point, moment, reported_lines
from tests.marketplace.report_stories import (
    RICE,
    TEA,
    attribute,
    make_shop,
    publish,
    report,
    sell,
)

pytestmark = pytest.mark.django_db

# How the code of a row becomes the value of a filter.
READ = {"day": date.fromisoformat, "evidence": int}


@pytest.fixture
def shop():
    return make_shop()


@pytest.mark.parametrize(
    ("model", "basis"),
    [
        *product(RULE_COLUMNS, BASES),
        *((model, TRANSACTION) for model in ("linear", "time_decay")),
    ],
)
@pytest.mark.parametrize("view", REPORT_VIEWS)
def test_every_row_of_a_breakdown_opens_into_lines_that_add_up_to_it(
    shop, model, basis, view
) -> None:
    other = make_sales_point("fair", name="展会", channel_class="fair")
    publish()
    publish("rice", scopes={"product": [RICE]}, priority=1)
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1), (RICE, 4500, 1)]), reference_code="mayday")
    sell(other, 2, subsidies=(("platform", 300),), paid_at=moment("2020-05-02 08:00:00"))
    sell(
        shop,
        3,
        lines=reported_lines([("x", 999, 1)]),
        refunded_fen=499,
        refunded_at=moment("2020-05-06 08:00:00"),
    )
    attribute()

    asked = Asked("mayday", model, basis, view)
    found = report(model=model, basis=basis, view=view)
    for name, rows in (
        ("day", found.by_day),
        ("county", found.by_county),
        ("sales_point", found.by_sales_point),
        ("channel", found.by_channel),
        ("product", found.by_product),
        ("evidence", found.by_evidence),
    ):
        assert sum(row.money.net_fen for row in rows) == found.totals.net_fen
        for row in rows:
            wanted = LineFilter(**{name: READ.get(name, str)(row.code)})
            assert money_of_lines(asked, wanted) == row.money
    lines = list(campaign_lines(asked))
    assert sum(line.money.net_fen for line in lines) == found.totals.net_fen
    assert sum(line.money.gross_fen for line in lines) == found.totals.gross_fen


def test_the_report_and_the_ledger_agree_to_the_fen(shop) -> None:
    publish(ends_at=moment("2020-06-01 00:00:00"))
    for number in range(1, 12):
        sell(shop, number, freight_fen=number * 10, subsidies=(("platform", number * 7),))
    attribute()
    ledger = SalesEntry.objects.aggregate(net=Sum("amount_fen"))["net"]
    assert report().totals.net_fen == ledger
