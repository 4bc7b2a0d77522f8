"""What a campaign of the ledger added: its blocks, what disturbs them, its neighbours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marketplace.models import AttributionEntry, Campaign
from marketplace.rules.uplift.estimating import Block, baseline_of
from marketplace.rules.uplift.spans import Span
from marketplace.selectors.uplift.ledger import sums_of, treated_lines
from marketplace.services.uplift.controls import DisturbedDays
from tests.builders import make_county, make_sku
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, day, moment, sales_point
from tests.marketplace.uplift_world import (
    CODE,
    COUNTY,
    OTHER_COUNTY,
    START,
    estimate,
    in_force,
    main,
    publish,
    sell,
    starts,
    usual_weeks,
    weekly,
)

pytestmark = pytest.mark.django_db


def test_an_estimate_is_the_rule_applied_to_the_blocks_of_the_ledger() -> None:
    publish()
    usual_weeks(effect=60_000)
    in_force()
    found = estimate()
    blocks = [Block(row["treated_fen"], row["control"]) for row in found.inputs["before"]]
    window = found.inputs["window"][0]
    effect = baseline_of(blocks, has_control=True).effect_of(
        [Block(window["treated_fen"], window["control"])]
    )
    assert main(found)["estimate_fen"] == round(effect.estimate)
    assert (main(found)["low_fen"], main(found)["high_fen"]) == (
        round(effect.low or 0),
        round(effect.high or 0),
    )
    assert main(found)["low_fen"] < 60_000 < main(found)["high_fen"]
    assert (found.result["grade"], len(blocks), found.result["warnings"]) == ("B", 8, [])


def test_blocks_with_a_holiday_are_passed_over_and_named() -> None:
    publish()
    usual_weeks()
    in_force()
    found = estimate()
    assert starts(found) == [
        *("2020-06-01", "2020-05-25", "2020-05-18", "2020-05-11"),
        *("2020-04-20", "2020-04-13", "2020-03-23", "2020-03-16"),
    ]
    assert [one["name"] for one in found.inputs["skipped"]] == [
        *("labour_day", "labour_day", "qingming", "qingming"),
    ]


def test_refunds_lie_in_the_block_of_their_sale() -> None:
    publish()
    usual_weeks()
    in_force()
    before = estimate()
    Sale("late", START - timedelta(days=4), [Line(amount_fen=30_000)]).refund(
        "line", 30_000, moment("2020-09-01 12:00:00")
    )
    assert estimate().inputs["before"] == before.inputs["before"]


def test_sales_pulled_forward_show_in_the_blocks_after_and_in_the_sum() -> None:
    publish()
    weekly("shop", [100_000, 104_000, 98_000], weeks=range(-14, 1))
    weekly("shop", [70_000], weeks=range(1, 5))
    weekly("other", [500_000, 510_000])
    sell("shop", 0, Line(amount_fen=120_000), after=2)
    in_force()
    result = estimate().result
    assert result["after"]["high_fen"] < 0
    total = result["main"]["estimate_fen"] + result["after"]["estimate_fen"]
    assert result["cumulative"]["estimate_fen"] == pytest.approx(total, abs=2)
    assert result["cumulative"]["low_fen"] < 0 < result["cumulative"]["high_fen"]


def test_without_a_control_a_holiday_after_the_window_hides_the_pull_forward() -> None:
    publish()
    usual_weeks(effect=60_000)
    found = estimate()
    assert (found.result["grade"], found.control) == ("D", None)
    assert main(found)["low_fen"] is not None
    assert found.result["after"]["refusal"] == "after_disturbed"


def test_without_a_control_a_holiday_in_the_window_takes_the_interval() -> None:
    publish(start=day("2020-05-01"), end=day("2020-05-08"))
    weekly("shop", [100_000, 104_000], weeks=range(-30, 5))
    found = estimate()
    assert main(found)["estimate_fen"] is not None
    assert main(found)["low_fen"] is main(found)["high_fen"] is None
    assert found.result["warnings"] == ["holiday_in_window"]


def test_a_new_store_has_no_baseline_and_says_so() -> None:
    publish()
    weekly("shop", [100_000], weeks=range(-2, 5))
    weekly("other", [500_000])
    assert main(estimate())["refusal"] == "no_history"
    in_force()
    found = estimate()
    assert (main(found)["refusal"], found.result["grade"]) == ("no_history", None)


def test_a_campaign_that_is_not_over_is_not_estimated() -> None:
    publish(end=day("2090-01-01"))
    usual_weeks()
    assert main(estimate())["refusal"] == "window_not_over"


def test_a_week_without_sales_is_refused_never_guessed() -> None:
    publish()
    weekly("shop", [100_000], weeks=[week for week in range(-14, 5) if week != -1])
    weekly("other", [500_000, 510_000])
    in_force()
    assert main(estimate())["refusal"] == "zero_block"
    returned = sell("shop", -1, Line(amount_fen=5_000))
    returned.refund("line", 5_000)
    assert main(estimate())["refusal"] == "zero_block"


def test_blocks_of_other_campaigns_are_passed_over_where_they_share_lines() -> None:
    publish()
    usual_weeks()
    in_force()
    elsewhere = {"sales_point": ["fair"]}
    sales_point("fair", "fair")
    publish("fair", start=day("2020-06-01"), end=day("2020-06-08"), scopes=elsewhere)
    assert starts(estimate())[0] == "2020-06-01"
    publish("here", start=day("2020-06-02"), end=day("2020-06-03"))
    assert starts(estimate())[0] == "2020-05-25"
    on_control = {"sales_point": ["other"]}
    publish("control", start=day("2020-05-26"), end=day("2020-05-27"), scopes=on_control)
    found = estimate()
    assert starts(found)[0] == "2020-05-18"
    assert [one["name"] for one in found.inputs["skipped"]][:2] == ["here", "control"]


def test_another_campaign_in_the_window_costs_a_grade_and_one_that_always_runs_does_not() -> None:
    publish()
    usual_weeks()
    in_force()
    publish("always", start=day("2019-01-01"), end=day("2021-01-01"))
    assert estimate().result["grade"] == "B"
    publish("beside", start=day("2020-06-10"), end=day("2020-06-11"))
    found = estimate()
    assert (found.result["grade"], found.result["warnings"]) == (
        "C",
        ["other_campaign_in_window"],
    )


def test_declared_disturbances_are_passed_over() -> None:
    publish()
    usual_weeks()
    shut = DisturbedDays(day("2020-06-03").date(), day("2020-06-04").date(), "停电")
    in_force(disturbances=[shut])
    found = estimate()
    assert starts(found)[0] == "2020-05-25"
    assert found.inputs["skipped"][0]["name"] == "停电"


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"scopes": {"county": [OTHER_COUNTY]}},
        {"scopes": {"channel_class": ["fair"]}},
        {"scopes": {"buyer_kind": ["unit"], "county": [COUNTY]}},
        {"scopes": {"product": ["QDN-LS-001"]}},
        {"is_certified_only": True},
        {"minimum_order_fen": 30_000},
        {"scopes": {"sales_point": ["shop"], "county": [COUNTY]}, "minimum_order_fen": 25_000},
    ],
    ids=str,
)
def test_treated_lines_are_those_that_the_engine_finds_eligible(rules: dict[str, Any]) -> None:
    make_sku("QDN-LS-001", county=COUNTY)
    publish(**({"scopes": {}} | rules))
    for number in range(24):
        shop, channel = [("shop", "platform"), ("fair", "fair")][number % 2]
        lines = [
            Line(
                key=f"line{n}",
                amount_fen=7_000 + 1_000 * number,
                county=["", COUNTY, OTHER_COUNTY][(number + n) % 3],
                sku=["SKU-1", "QDN-LS-001", ""][(number + 2 * n) % 3],
                is_certified=(number + n) % 4 != 0,
            )
            for n in range(1 + number % 3)
        ]
        sale = Sale(
            f"N{number}",
            START + timedelta(hours=5 * number),
            lines,
            shop=shop,
            channel=channel,
            buyer_kind=["consumer", "unit"][number % 5 == 0],
        )
        if number % 4 == 1:
            sale.refund("line0", 1_500)
    # Long sold, so that the window's figures are read at all.
    weekly("shop", [100_000], weeks=range(-40, 0))
    weekly("fair", [100_000], weeks=range(-40, 0), county=OTHER_COUNTY, after=3)
    attribute()
    credited = sum(
        AttributionEntry.objects.filter(campaign_code=CODE, entry__paid_at__gte=START).values_list(
            "participation_fen", flat=True
        )
    )
    version = Campaign.objects.get(code=CODE).versions.get()
    window = Span(version.starts_at, version.ends_at)
    assert sums_of(treated_lines(version), [window]) == [credited]
    assert credited > 0


def test_the_halo_is_measured_on_the_other_lines_of_the_store() -> None:
    publish(scopes={"sales_point": ["shop"], "county": [COUNTY]})
    usual_weeks(effect=60_000)
    weekly("shop", [40_000, 41_000], county=OTHER_COUNTY, after=3)
    sell("shop", 0, Line(amount_fen=20_000, county=OTHER_COUNTY), after=4)
    in_force()
    halo = estimate().result["halo"]
    assert halo["low_fen"] < 20_000 < halo["high_fen"]


def test_lines_of_the_store_that_are_the_control_give_no_halo() -> None:
    make_county(OTHER_COUNTY, "黄平县")
    publish(scopes={"sales_point": ["shop"], "county": [COUNTY]})
    usual_weeks(effect=60_000)
    weekly("shop", [40_000, 41_000], county=OTHER_COUNTY, after=3)
    in_force("counties", "products", codes=[OTHER_COUNTY])
    result = estimate().result
    assert result["halo"]["refusal"] == "halo_is_control"
    assert (result["grade"], result["main"]["refusal"]) == ("C", None)


def test_a_scope_of_whole_stores_has_no_other_lines() -> None:
    publish()
    usual_weeks()
    in_force()
    assert estimate().result["halo"]["refusal"] == "no_other_lines"
