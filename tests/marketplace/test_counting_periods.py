"""The period and the moment of a counting report, as somebody asks for them."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from common import clock
from marketplace.errors import PeriodNotValid
from marketplace.selectors.counting import ask, prefecture_overview
from marketplace.services.counting_files import counting_report_as
from tests.marketplace.counting_world import GONGSHU, HUANGPING, make_places, pair

WARNING = "截止日晚于今天，数据截至今日。"


def moment_of(text: str) -> str:
    moment = ask(as_of=text).as_of
    assert moment is not None
    return moment.isoformat()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-06-30", "2020-06-30T23:59:59.999999+08:00"),
        ("2020-06-30T12:00", "2020-06-30T12:00:00+08:00"),
        ("2020-06-30 12:00:30", "2020-06-30T12:00:30+08:00"),
        ("2020-06-30T12:00:30.5Z", "2020-06-30T12:00:30.500000+00:00"),
        ("2020-06-30T12:00:00-05:00", "2020-06-30T12:00:00-05:00"),
    ],
)
def test_a_moment_is_a_day_or_a_day_with_a_time(text: str, moment: str) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("20200630", "2020-W27", "2020-W27-1", "2020-6-30", "2020-06-30T12", "20200630T1200"),
        *("2020-W27-1T12:00", "2020-06-31", "2020-06-30T25:00", "2020-06-30T12:00+25:00"),
        *("２０２０-06-30", "2020-06-30T", " 2020-06-30", "0001-01-01T00:00+08:00", "2020-181"),
    ],
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(PeriodNotValid):
        ask(as_of=text)
    with pytest.raises(PeriodNotValid):
        ask(last=text)


@pytest.fixture
def places(db: None) -> None:
    make_places()
    pair(GONGSHU, HUANGPING)


def printed(command: str, *options: str) -> str:
    where = ("--district", GONGSHU, "--county", HUANGPING) if command == "scorecard" else ()
    out = StringIO()
    call_command(command, *where, *options, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("places")
def test_a_moment_is_printed_in_shanghai_time() -> None:
    given = ("--as-of", "2020-06-30T20:00:00Z")
    for command in ("scorecard", "prefecture_overview"):
        assert "2020-07-01 04:00:00+08:00" in printed(command, *given)
        assert json.loads(printed(command, *given, "--json"))["as_of"] == (
            "2020-07-01T04:00:00+08:00"
        )
    report = prefecture_overview(ask(as_of=given[1]))
    assert "2020-07-01 04:00:00+08:00" in counting_report_as(report, "html")


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("command", ["scorecard", "prefecture_overview"])
@pytest.mark.parametrize("option", ["--to", "--as-of"])
def test_a_day_to_come_is_allowed_and_warned_of(command: str, option: str) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    for form in ("text", "html"):
        assert WARNING in printed(command, option, tomorrow, "--format", form)
    assert WARNING in json.loads(printed(command, option, tomorrow, "--json"))["warnings"]


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("option", ["--to", "--as-of"])
def test_today_is_no_day_to_come(option: str) -> None:
    given = (option, clock.today().isoformat())
    assert json.loads(printed("prefecture_overview", *given, "--json"))["warnings"] == []


@pytest.mark.django_db
def test_json_holds_every_warning_of_the_report() -> None:
    make_places()
    report = json.loads(printed("scorecard", "--certified-only", "--to", "2020-05-01", "--json"))
    assert report["warnings"] == [
        "只计认定产品：台账申报和期初没有认定信息，不计入。",
        "2020年5月1日没有登记有效的结对关系。",
    ]
