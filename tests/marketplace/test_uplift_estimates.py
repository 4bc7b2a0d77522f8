"""What a campaign of the ledger added: blocks, controls, disturbances, what is stored."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from common.clock import SHANGHAI
from marketplace.errors import (
    CampaignNotPublished,
    ControlNotValid,
    ControlStands,
    UnknownCampaign,
)
from marketplace.models import AttributionEntry, Campaign, ControlSeries, UpliftEstimate
from marketplace.rules.uplift.estimating import Block, baseline_of
from marketplace.rules.uplift.spans import Span
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.uplift.ledger import sums_of, treated_lines
from marketplace.services.uplift.controls import DisturbedDays, declare_control, submit_control
from marketplace.services.uplift.estimating import request_estimate
from marketplace.tasks import estimate_uplift as estimating_task
from operations.errors import MakerMayNotCheck, ReasonMissing
from operations.models import JobState
from operations.services.reviewing import approve, ask_revocation, confirm_revocation, give_back
from tests.builders import make_county, make_sku
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, day, moment, person, sales_point
from tests.marketplace.report_stories import report
from tests.marketplace.uplift_world import (
    CODE,
    COUNTY,
    OTHER_COUNTY,
    START,
    estimate,
    in_force,
    publish,
    sell,
    usual_weeks,
    weekly,
)

pytestmark = pytest.mark.django_db


def main(found: UpliftEstimate) -> dict[str, Any]:
    return found.result["main"]


def starts(found: UpliftEstimate, name: str = "before") -> list[str]:
    """Return the business days on which blocks begin."""
    return [f"{moment_of(row['start']):%Y-%m-%d}" for row in found.inputs[name]]


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


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
        *("劳动节", "劳动节", "清明节", "清明节"),
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


def series_file(folder: Path, *, days: int = 260, step: int = 1) -> Path:
    rows = ["period,value,source,unit"]
    first = day("2019-12-01").date()
    for n in range(0, days, step):
        start, end = first + timedelta(days=n), first + timedelta(days=n + step - 1)
        period = f"{start}" if step == 1 else f"{start}/{end}"
        rows.append(f"{period},{700 + n % 5},统计公报,万元")
    path = folder / "series.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def imported(path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    with suppress(SystemExit):
        call_command("import_control_series", str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def test_an_imported_series_is_a_control_and_its_version_stands_in_the_estimate(
    tmp_path: Path,
) -> None:
    publish()
    weekly("shop", [100_000, 104_000, 98_000])
    answer = imported(series_file(tmp_path), "--code", "ningbo", "--name", "宁波同期")
    assert (answer["version"], answer["points"]) == (1, 260)
    series = ControlSeries.objects.get()
    in_force("series", "places", series=series)
    found = estimate()
    assert found.result["grade"] == "B"
    assert found.inputs["control"]["series"] == {
        "code": "ningbo", "number": 1, "sha256": answer["sha256"],
    }  # fmt: skip
    assert found.inputs["window"][0]["control"] == pytest.approx(7 * 702, abs=10)


def test_a_series_with_a_gap_or_with_periods_across_a_block_is_refused(tmp_path: Path) -> None:
    publish()
    usual_weeks()
    imported(series_file(tmp_path, step=7, days=259), "--code", "weekly")
    # 2019-12-01 is a Sunday: its weeks lie across those of the campaign.
    in_force("series", "places", series=ControlSeries.objects.get())
    assert main(estimate())["refusal"] == "missing_control"


def test_the_same_file_is_the_same_version_and_another_is_the_next(tmp_path: Path) -> None:
    first = imported(series_file(tmp_path), "--code", "ningbo")
    assert imported(series_file(tmp_path), "--code", "ningbo") == first
    other = imported(series_file(tmp_path, days=200), "--code", "ningbo")
    assert (other["version"], other["sha256"] == first["sha256"]) == (2, False)
    with pytest.raises(DatabaseError), transaction.atomic():
        ControlSeries.objects.filter(number=1).update(name="x")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["2020-13-01,1,s,u"], "bad_period"),
        (["2020-05-02/2020-05-01,1,s,u"], "bad_period"),
        (["1020-05-02,1,s,u"], "bad_period"),
        (["2020-05-01,1e3,s,u"], "bad_number"),
        (["2020-05-01,1,,u"], "source_missing"),
        (["2020-05-01,1,s,"], "unit_missing"),
        (["2020-05-01,1,s,元", "2020-05-02,1,s,万元"], "units_differ"),
        (["2020-05-01/2020-05-03,1,s,u", "2020-05-03,1,s,u"], "periods_overlap"),
    ],
)
def test_a_bad_series_is_refused_with_a_code_and_nothing_is_stored(
    tmp_path: Path, rows: list[str], code: str
) -> None:
    path = tmp_path / "series.csv"
    path.write_text("\n".join(["period,value,source,unit", *rows]), encoding="utf-8")
    assert imported(path, "--code", "x")["error"]["code"] == code
    path.write_text("period,value\n2020-05-01,1", encoding="utf-8")
    assert imported(path, "--code", "x")["error"]["code"] == "missing_columns"
    assert imported(series_file(tmp_path), "--code", "no good")["error"]["code"] == (
        "series_code_not_valid"
    )
    assert not ControlSeries.objects.exists()


def test_a_control_counts_once_another_person_has_checked_it() -> None:
    publish()
    usual_weeks()
    control = in_force()
    assert estimate().control == control
    with pytest.raises(ControlStands):
        in_force()
    ask_revocation(control, person("jingban"), "换一个对照")
    assert estimate().result["grade"] == "B"
    confirm_revocation(control, person("shenhe"))
    assert estimate().result["grade"] == "D"
    own = declare_control(
        campaign=find_campaign(CODE), kind="none", design="history", reason="无可比",
        actor=person("jingban"),
    )  # fmt: skip
    with pytest.raises(MakerMayNotCheck):
        approve(own, person("jingban"))
    back = give_back(own, person("shenhe"), "再想想")
    other = in_force()
    with pytest.raises(ControlStands):
        submit_control(back, person("jingban"))
    assert estimate().control == other


@pytest.mark.parametrize(
    "stated",
    [
        {"kind": "products", "design": "places"},
        {"kind": "none", "design": "places"},
        {"kind": "sales_points", "design": "history"},
        {"kind": "weather"},
        {"codes": ["nosuch"]},
        {"codes": []},
        {"kind": "series", "codes": []},
        {"kind": "none", "design": "history", "codes": ["other"]},
        {"reason": "长" * 501},
    ],
    ids=str,
)
def test_a_control_that_contradicts_itself_is_refused(stated: dict[str, Any]) -> None:
    publish()
    usual_weeks()
    with pytest.raises(ControlNotValid):
        in_force(**stated)
    with pytest.raises(ReasonMissing):
        in_force(reason=" ")


def test_an_estimate_is_stored_once_for_the_same_content_and_never_changed() -> None:
    publish()
    usual_weeks()
    in_force()
    first = estimate()
    assert estimate() == first
    sell("shop", -1, Line(amount_fen=9_000), after=4)
    second = estimate()
    assert second.sha256 != first.sha256
    assert UpliftEstimate.objects.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        UpliftEstimate.objects.update(sha256="")


def test_the_command_prints_the_estimate_and_refuses_what_is_no_campaign() -> None:
    publish()
    usual_weeks(effect=60_000)
    in_force()
    out = StringIO()
    call_command("estimate_uplift", CODE, "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["main"] == estimate().result["main"]
    out = StringIO()
    call_command("estimate_uplift", CODE, stdout=out)
    assert "证据等级：B" in out.getvalue()
    with pytest.raises(SystemExit):
        call_command("estimate_uplift", "nosuch", stdout=out, stderr=StringIO())
    with pytest.raises(UnknownCampaign):
        find_campaign("nosuch")
    Campaign.objects.create(code="draft", name="draft")
    with pytest.raises(CampaignNotPublished):
        estimate("draft")


def test_a_worker_does_the_same_as_the_command() -> None:
    publish()
    usual_weeks()
    in_force()
    job = request_estimate(find_campaign(CODE), actor=person("jingban"))
    estimating_task(job.pk)
    job.refresh_from_db()
    made = UpliftEstimate.objects.get()
    assert (job.state, job.result["estimate"]) == (JobState.DONE, made.pk)
    assert made.requested_by == person("jingban")
    assert estimate() == made


def test_a_report_shows_the_estimate_apart_from_what_is_attributed() -> None:
    publish()
    usual_weeks(effect=60_000)
    Sale("subsidised", START, [Line(amount_fen=10_000, subsidy_fen=5_000)])
    in_force()
    attribute()
    assert report(CODE).as_json()["uplift"] is None
    found = estimate()
    uplift = report(CODE).as_json()["uplift"]
    assert uplift["estimate_fen"] == main(found)["estimate_fen"]
    assert (uplift["grade"], uplift["level"], uplift["refusal"]) == ("B", 0.9, None)
    assert uplift["incremental_leverage"]["subsidy_fen"] == 5_000
    assert uplift["incremental_leverage"]["ratio"] == uplift["estimate_fen"] / 5_000
    assert uplift["incremental_leverage"]["low"] == uplift["low_fen"] / 5_000
    assert [one["low"] for one in uplift["published"]] == [3.4, 3.0]
    assert uplift["run"] == report(CODE).run.run
    json.dumps(uplift)


def test_a_new_version_of_the_campaign_has_no_estimate_until_one_is_asked_for() -> None:
    publish()
    usual_weeks()
    attribute()
    estimate()
    assert report(CODE).uplift is not None
    publish()
    attribute()
    assert report(CODE).uplift is None
