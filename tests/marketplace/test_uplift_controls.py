"""What a campaign is compared with: declared controls and imported series."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from marketplace.errors import (
    ControlNotValid,
    ControlStands,
)
from marketplace.models import ControlSeries
from marketplace.selectors.campaigns import find_campaign
from marketplace.services.uplift.controls import declare_control, submit_control
from operations.errors import MakerMayNotCheck, ReasonMissing
from operations.services.reviewing import approve, ask_revocation, confirm_revocation, give_back
from tests.builders import make_county, make_district, make_sku
from tests.marketplace.ledger_builders import Line, day, person
from tests.marketplace.uplift_world import (
    CODE,
    OTHER_COUNTY,
    estimate,
    in_force,
    main,
    publish,
    sell,
    usual_weeks,
    weekly,
)

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("kind", ["sales_points", "districts", "products", "counties"])
def test_each_kind_of_control_reads_its_own_lines_and_never_a_treated_one(kind: str) -> None:
    make_district("330109")
    make_county(OTHER_COUNTY, "黄平县")
    make_sku("QDN-HP-001", county=OTHER_COUNTY)
    publish()
    usual_weeks()
    mark = {
        "sales_points": {},
        "districts": {"helper_district_code": "330109"},
        "products": {"sku_code": "QDN-HP-001"},
        "counties": {"county_code": OTHER_COUNTY},
    }[kind]
    # Of the control's kind, at the treated shop: treated all the same.
    sell("shop", 0, Line(amount_fen=3_000), after=3).restate("line", **mark)
    shop = "other" if kind == "sales_points" else "elsewhere"
    for week in range(-14, 5):
        sell(shop, week, Line(amount_fen=70_000), after=4).restate("line", **mark)
    codes = {
        "sales_points": ["other"],
        "districts": ["330109"],
        "products": ["QDN-HP-001"],
        "counties": [OTHER_COUNTY],
    }[kind]
    design = "products" if kind in ("products", "counties") else "places"
    in_force(kind, design, codes=codes)
    found = estimate()
    window = found.inputs["window"][0]
    usual = 500_000 if kind == "sales_points" else 0
    assert window["control"] == 70_000 + usual
    assert window["treated_fen"] == 98_000 + 3_000
    assert found.result["grade"] == ("C" if design == "products" else "B")
