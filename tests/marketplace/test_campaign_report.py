"""What the figures of a campaign report mean."""

from __future__ import annotations

import pytest

from marketplace.errors import CampaignNotPublished, NotAttributed, UnknownCampaign
from marketplace.models import Campaign
from marketplace.rules.campaign_report import MODEL_COLUMNS, Asked
from marketplace.selectors.reports import campaign_lines
from orders.rules.states import OrderStatus
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


@pytest.fixture
def shop():
    return make_shop()


def closed(refund_fen: int, on: str = "2020-05-03 09:00:00") -> dict[str, object]:
    return {
        "status": OrderStatus.CLOSED,
        "refunded_fen": refund_fen,
        "refunded_at": moment(on),
    }


def test_a_fully_refunded_order_counts_as_an_order_and_does_not_stand(shop) -> None:
    publish()
    sell(shop, 1, buyer="a")
    sell(shop, 2, buyer="b", **closed(16800))
    attribute()

    totals = report().totals
    assert (totals.orders, totals.orders_stood, totals.buyers) == (2, 1, 2)
    assert (totals.gross_fen, totals.refund_fen, totals.net_fen) == (33600, 16800, 16800)
    assert (totals.lines, totals.quantity) == (2, 2)


def test_freight_and_top_up_lines_make_no_sale(shop) -> None:
    publish()
    sell(shop, 1, freight_fen=800)
    top_up = reported_lines([("补差价", 1500, 1)])
    sell(shop, 2, lines=top_up, goods_fen=1500)
    attribute()

    found = report()
    assert (found.totals.orders, found.totals.net_fen, found.totals.lines) == (1, 16800, 1)
    [excluded] = found.excluded
    assert (excluded.reason, excluded.orders, excluded.amount_fen) == ("top_up", 1, 1500)


def test_excluded_lines_outside_the_window_or_the_scope_are_not_listed(shop) -> None:
    other = make_sales_point("other", name="别店")
    publish(scopes={"sales_point": ["xunqianji"]})
    top_up = reported_lines([("补差价", 1500, 1)])
    sell(shop, 1, lines=top_up, goods_fen=1500, paid_at=moment("2020-05-04 00:00:00"))
    sell(other, 2, lines=top_up, goods_fen=1500)
    attribute()

    assert report().excluded == ()


def test_the_window_includes_its_start_and_not_its_end(shop) -> None:
    publish()
    for number, paid in enumerate(
        ["2020-04-30 23:59:59", "2020-05-01 00:00:00", "2020-05-03 23:59:59", "2020-05-04 00:00:00"]
    ):
        sell(shop, number, paid_at=moment(paid))
    attribute()

    found = report()
    assert [(row.code, row.orders) for row in found.by_day] == [
        ("2020-05-01", 1),
        ("2020-05-02", 0),
        ("2020-05-03", 1),
    ]
    assert found.as_json()["window"] == {
        "start": "2020-05-01T00:00:00+08:00",
        "end": "2020-05-04T00:00:00+08:00",
    }
    assert found.surroundings.none.net_fen == 0


def test_an_order_with_goods_of_two_counties_is_involved_in_both_and_one_order(shop) -> None:
    publish()
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1), (RICE, 4500, 2)]))
    sell(shop, 2, lines=reported_lines([("unknown", 700, 1)]), goods_fen=700)
    attribute()

    found = report()
    assert found.totals.orders == 2
    assert [(row.code, row.name, row.orders, row.money.net_fen) for row in found.by_county] == [
        ("522634", "雷山县", 1, 16800),
        ("522622", "黄平县", 1, 9000),
        ("", "未匹配", 1, 700),
    ]
    assert found.by_product[-1].code == ""
    assert (found.unmatched_lines, found.unmatched.net_fen) == (1, 700)


def test_the_consumer_paid_basis_leaves_out_what_the_platform_paid(shop) -> None:
    publish()
    sell(shop, 1, subsidies=(("platform", 800),))
    sell(shop, 2)
    attribute()

    found = report(basis="consumer_paid")
    assert found.totals.net_fen == found.totals.consumer_paid_fen == 32800
    assert found.totals.subsidy_fen == 800
    assert sum(row.money.net_fen for row in found.by_county) == 32800
    assert report().totals.net_fen == 33600
    assert report().totals.consumer_paid_fen == 32800


def test_leverage_is_the_net_of_the_subsidised_lines_by_the_subsidy(shop) -> None:
    publish()
    sell(shop, 1, subsidies=(("platform", 800),))
    sell(shop, 2, subsidies=(("hangzhou", 1000), ("platform", 1000)))
    sell(shop, 3)
    attribute()

    rows = [(row.funder, row.subsidy_fen, row.net_fen) for row in report().leverage]
    assert rows == [("platform", 1800, 33600), ("hangzhou", 1000, 16800)]
    assert report().as_json()["leverage"][1]["ratio"] == 16.8


def test_a_subsidy_that_went_back_with_its_refund_leaves_no_leverage(shop) -> None:
    publish()
    sell(shop, 1, subsidies=(("platform", 800),))
    sell(shop, 1, subsidies=(("platform", 800),), **closed(16000))
    attribute()

    found = report()
    assert all(row.subsidy_fen or row.ratio is None for row in found.leverage)
    assert (found.totals.net_fen, found.totals.subsidy_fen) == (0, 0)
    assert found.totals.orders_stood == 0


def test_the_cash_view_places_refunds_on_their_own_day(shop) -> None:
    publish()
    sell(shop, 1, **closed(16800, "2020-05-09 10:00:00"))
    attribute()

    cohort = {row.code: row.money for row in report().by_day}
    cash = {row.code: row.money for row in report(view="cash").by_day}
    assert cohort["2020-05-01"].net_fen == 0
    assert cash["2020-05-01"].net_fen == 16800
    assert cash["2020-05-09"].net_fen == -16800
    assert report(view="cash").totals == report().totals


def test_what_no_campaign_and_what_others_earned_stand_beside(shop) -> None:
    publish(scopes={"product": [TEA], "sales_point": ["xunqianji"]})
    publish("rice", scopes={"product": [RICE]}, ends_at=moment("2020-05-02 00:00:00"))
    publish("wide", priority=-1, ends_at=moment("2020-05-02 00:00:00"))
    sell(shop, 1, lines=reported_lines([(TEA, 16800, 1), (RICE, 4500, 1)]))
    sell(shop, 2, lines=reported_lines([(RICE, 4500, 1)]), paid_at=moment("2020-05-03 12:00:00"))
    attribute()

    found = report()
    around = found.surroundings
    assert found.totals.net_fen == 16800
    assert around.others_net_fen == 4500
    assert (around.none_orders, around.none.net_fen) == (1, 4500)
    assert found.totals.distinct_total_fen == 21300
    assert report("wide").totals.participation_fen == 21300
    assert report("wide").totals.net_fen == 0
    assert report("wide", model="participation").totals.orders == 1


def test_a_line_that_names_the_campaign_has_stronger_evidence(shop) -> None:
    publish()
    sell(shop, 1, reference_code="mayday")
    sell(shop, 2)
    attribute()

    rows = report().as_json()["by_evidence"]
    assert [(row["level"], row["name"], row["orders"], row["net_fen"]) for row in rows] == [
        (1, "place", 1, 16800),
        (3, "reference", 1, 16800),
    ]


def test_orders_without_a_buyer_key_are_said_to_be_uncountable(shop) -> None:
    publish()
    sell(shop, 1, buyer="a")
    sell(shop, 2, buyer="a")
    sell(shop, 3, buyer="")
    attribute()

    found = report()
    assert (found.totals.orders, found.totals.buyers, found.buyers_keyed_orders) == (3, 1, 2)


def test_credits_that_were_withdrawn_leave_no_buyer_line_or_leverage(shop) -> None:
    publish()
    sell(shop, 1, subsidies=(("platform", 800),))
    attribute()
    publish(starts_at=moment("2020-05-02 00:00:00"))
    attribute()

    found = report()
    assert found.totals.orders == found.totals.buyers == found.totals.net_fen == 0
    assert found.leverage == found.by_county == ()
    assert list(campaign_lines(Asked("mayday"))) == []
    assert found.version == 2


def test_orders_that_changed_since_the_run_are_said_to_wait(shop) -> None:
    publish()
    sell(shop, 1)
    attribute()
    assert report().run.pending_orders == 0
    sell(shop, 2)
    assert report().run.pending_orders == 1
    assert report().totals.orders == 1


def test_a_campaign_without_sales_reports_zero_everywhere(shop) -> None:
    publish()
    attribute()

    answer = report().as_json()
    assert set(answer["totals"].values()) == {0}
    assert len(answer["by_day"]) == 3
    assert answer["uplift"] is None
    assert answer["models"] == {model: {"net_fen": 0} for model in MODEL_COLUMNS}


def test_reports_are_refused_with_a_reason_where_there_is_nothing_to_say(shop) -> None:
    with pytest.raises(UnknownCampaign):
        report("nosuch")
    publish()
    with pytest.raises(NotAttributed):
        report()
    attribute()
    Campaign.objects.create(code="draft", name="draft")
    with pytest.raises(CampaignNotPublished):
        report("draft")
