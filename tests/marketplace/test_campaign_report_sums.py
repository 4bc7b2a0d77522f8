"""On any sales: by day = by county = by product = by sales point = lines = headline."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.models import DailyMoney
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.campaign_report import (
    BASES,
    MODEL_COLUMNS,
    REPORT_VIEWS,
    TRANSACTION,
    Asked,
)
from marketplace.selectors.attribution import credited_and_none
from marketplace.selectors.reports import campaign_lines, campaign_report
from orders.models import SalesPoint
from tests.builders import make_sales_point, moment, reported_lines
from tests.marketplace.report_stories import RICE, TEA, attribute, make_shop, publish, sell

START = moment("2020-04-30 20:00:00")
CAMPAIGNS = ("mayday", "tea", "named")
LINES = st.lists(
    st.tuples(st.sampled_from([TEA, RICE, "unknown"]), st.integers(1, 30_000), st.integers(1, 5)),
    min_size=1,
    max_size=4,
)
SALES = st.fixed_dictionaries(
    {
        "shop": st.integers(0, 1),
        "lines": LINES,
        "hours": st.integers(0, 96),
        "subsidy": st.integers(0, 50),
        "refund": st.integers(0, 100),
        "freight": st.integers(0, 1000),
        "buyer": st.sampled_from(["", "a", "b"]),
        "reference": st.sampled_from(["", "", "named"]),
    }
)
Story = list[dict[str, object]]


class TestSums(TestCase):
    """Each example is a transaction of its own."""

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(SALES, min_size=1, max_size=8))
    def test_every_breakdown_and_the_lines_add_up_to_the_headline(self, story: Story) -> None:
        shops = (make_shop(), make_sales_point("fair", name="展会", channel_class="fair"))
        publish()
        publish("tea", scopes={"product": [TEA]}, priority=2)
        publish("named", minimum_level=3)
        for number, sale in enumerate(story):
            _sell(shops, number, sale)
        attribute()
        _check_sums()
        # Refunds and changes after the first run, attributed incrementally.
        for number, sale in enumerate(story[::2]):
            _sell(shops, number * 2, {**sale, "refund": 100})
        attribute()
        _check_sums()


def _sell(shops: tuple[SalesPoint, ...], number: int, sale: dict[str, object]) -> None:
    lines = reported_lines(sale["lines"])
    goods = sum(line.list_fen for line in lines)
    subsidy = goods * int(sale["subsidy"]) // 100
    paid = START + timedelta(hours=int(sale["hours"]))
    refund = (goods - subsidy) * int(sale["refund"]) // 100
    sell(
        shops[int(sale["shop"])],
        number,
        lines=lines,
        goods_fen=goods,
        freight_fen=sale["freight"],
        subsidies=(("platform", subsidy),) if subsidy else (),
        paid_at=paid,
        placed_at=paid - timedelta(minutes=1),
        refunded_fen=refund,
        refunded_at=_later(paid) if refund else None,
        buyer=sale["buyer"],
        reference_code=sale["reference"],
    )


def _later(paid: datetime) -> datetime:
    return paid + timedelta(days=2)


def _check_sums() -> None:
    credited, none = credited_and_none()
    net_of_all = 0
    for code in CAMPAIGNS:
        _check_report(Asked(code))
        net_of_all += campaign_report(Asked(code)).totals.net_fen
    for model, basis, view in product(MODEL_COLUMNS, BASES, REPORT_VIEWS):
        if model in PATH_MODELS and basis != TRANSACTION:
            continue
        _check_report(Asked("mayday", model, basis, view))
    assert net_of_all == credited
    _check_models(credited + none)
    mayday = campaign_report(Asked("mayday"))
    assert mayday.totals.distinct_total_fen <= credited
    assert mayday.surroundings.none.net_fen <= none


def _check_models(ledger_fen: int) -> None:
    """Every model that counts a fen once: campaigns and nobody together are the ledger."""
    for model in PATH_MODELS:
        sums = {f"{side}_sum": Sum(f"{model}_{side}_fen") for side in ("gross", "refund")}
        for view in REPORT_VIEWS:
            found = DailyMoney.objects.filter(view=view).aggregate(**sums)
            assert found["gross_sum"] + found["refund_sum"] == ledger_fen


def _check_report(asked: Asked) -> None:
    found = campaign_report(asked)
    headline = (found.totals.gross_fen, found.totals.refund_fen, found.totals.net_fen)
    for rows in (
        found.by_day,
        found.by_county,
        found.by_sales_point,
        found.by_channel,
        found.by_product,
        found.by_evidence,
    ):
        moneys = [row.money for row in rows]
        sums = (
            sum(money.gross_fen for money in moneys),
            sum(money.refund_fen for money in moneys),
            sum(money.net_fen for money in moneys),
        )
        assert sums == headline
    lines = list(campaign_lines(asked))
    assert sum(line.money.gross_fen for line in lines) == headline[0]
    assert sum(line.money.net_fen for line in lines) == headline[2]
    assert found.totals.orders == sum(row.orders for row in found.by_day)
    # An order counts whatever basis its money is shown on: its buyer may have paid nothing.
    with_money = {line.order_id for line in lines if line.money.gross_fen}
    assert len(with_money) <= found.totals.orders
    if asked.basis == TRANSACTION:
        assert found.totals.orders == len(with_money)
        assert found.unmatched_lines == sum(
            1 for line in lines if not line.sku_code and line.money.gross_fen
        )
    assert found.totals.orders_stood <= found.totals.orders
    if asked.basis == TRANSACTION and not asked.is_analysis:
        assert found.totals.consumer_paid_fen is not None
        assert found.totals.net_fen == found.totals.consumer_paid_fen + found.totals.subsidy_fen
    without_sku = sum(line.money.net_fen for line in lines if not line.sku_code)
    assert found.unmatched.net_fen == without_sku


pytestmark = pytest.mark.django_db
