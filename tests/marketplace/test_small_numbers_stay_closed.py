"""Numbers under ten households leave no command, in no format."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from marketplace.rules.benefit import Beneficiaries, BenefitKind, RosterFigure
from products.rules.benefit import Range
from tests.marketplace.benefit_builders import declare, household, link
from tests.marketplace.counting_world import (
    GONGSHU,
    HUANGPING,
    Sale,
    fact,
    make_places,
    pair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    make_places()
    pair(GONGSHU, HUANGPING)


def printed(*options: str) -> str:
    out = StringIO()
    call_command("scorecard", "--district", GONGSHU, "--county", HUANGPING, *options, stdout=out)
    return out.getvalue()


def said(*options: str) -> dict:
    return json.loads(printed("--to", "2020-12-31", "--format", "json", *options))


def roster_of(households: int) -> None:
    """Sell goods of a producer to whom households of three persons each are linked."""
    for number in range(households):
        link(household(f"{number:064d}", persons=3), "tea")
    Sale(1_000, district=GONGSHU, county=HUANGPING, producer_code="tea")


def test_a_roster_of_nine_households_is_printed_as_fewer_than_ten() -> None:
    roster_of(9)
    report = said()
    assert "带动农户不足10户（名册去重）" in report["sections"][2]["text"]
    found = report["beneficiaries"]
    assert (found["households"], found["persons"], found["suppressed"]) == (None, None, True)
    for form in ("text", "html"):
        text = printed("--to", "2020-12-31", "--format", form)
        assert "带动农户9户" not in text
        assert "27人" not in text


def test_a_roster_of_ten_households_is_printed() -> None:
    roster_of(10)
    report = said()
    assert "带动农户10户、30人（名册去重）" in report["sections"][2]["text"]
    found = report["beneficiaries"]
    assert (found["households"], found["persons"], found["suppressed"]) == (10, 30, False)


@pytest.mark.parametrize("wording", ["", "9户贫困户"])
def test_a_declared_number_under_ten_households_is_suppressed_everywhere(
    wording: str, tmp_path: Path
) -> None:
    import docx

    fact("beneficiaries", "industry", 9, unit="户贫困户", wording=wording)
    report = said()
    assert "直接带动不足10户建档立卡贫困户脱贫。" in report["sections"][2]["text"]
    [figure] = report["sections"][2]["figures"]
    assert (figure["value"], figure["wording"], figure["text"]) == (None, "", "")
    assert (figure["printed"], figure["suppressed"]) == ("不足10户", True)
    assert report["beneficiaries"]["declared"] is None
    assert report["beneficiaries"]["suppressed"] is True
    path = tmp_path / "card.docx"
    printed("--to", "2020-12-31", "--format", "docx", "--out", str(path))
    file = docx.Document(str(path))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    for text in (printed("--to", "2020-12-31"), " ".join(cells)):
        assert "9户" not in text
        assert "不足10户（填报数）。" in text


def test_the_overview_suppresses_a_declared_number_too() -> None:
    fact("beneficiaries", "industry", 4, unit="户", district_code="", county_code="", label="带动")
    out = StringIO()
    call_command("prefecture_overview", "--json", stdout=out)
    [figure] = json.loads(out.getvalue())["facts"][0]["figures"]
    assert (figure["value"], figure["printed"]) == (None, "不足10户")


def test_a_declared_number_of_persons_or_of_ten_households_is_printed() -> None:
    fact("beneficiaries", "industry", 10, unit="户")
    assert said()["beneficiaries"]["declared"] == 10
    fact("beneficiaries", "industry", 9, unit="人", period_end=date(2020, 6, 12))
    assert said()["beneficiaries"]["declared"] == 9
    assert said()["sections"][2]["figures"][0]["suppressed"] is False


def test_a_dividend_of_few_households_says_so_in_json() -> None:
    declare("tea", 9, 30, mechanism="dividend", principal_fen=1_000_000_00, rate_bp=800)
    [dividend] = said()["beneficiaries"]["dividends"]
    assert (dividend["households"], dividend["household_fen"]) == (None, None)
    assert dividend["suppressed"] is True


def test_a_range_whose_ends_give_a_small_link_away_is_suppressed() -> None:
    found = Beneficiaries(
        BenefitKind.RANGE,
        date(2020, 5, 1),
        date(2020, 5, 31),
        "",
        "",
        households_range=Range(970, 979, 2),
        persons_range=Range(3_000, 3_030, 2),
    ).for_public()
    assert (found.households_range, found.persons_range) == (None, None)
    assert found.as_json()["suppressed"] is True


def test_what_is_suppressed_stays_so() -> None:
    roster = RosterFigure(9, 30, (), (), (), 1, 0)
    found = Beneficiaries(
        BenefitKind.ROSTER, date(2020, 5, 1), date(2020, 5, 31), "", "", roster=roster
    )
    once = found.for_public()
    assert once.for_public() == once
