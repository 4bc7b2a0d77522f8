"""Reports under the models of a path: for analysts, exact, refused where they say nothing."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services.roles import NewRole
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.services.touchpoints import NewTouch, record_touches
from orders.models import SalesEntry
from tests.builders import moment
from tests.marketplace.report_stories import attribute, make_shop, publish, report, sell
from tests.marketplace.test_campaign_report_pages import staff

pytestmark = pytest.mark.django_db
PAID = moment("2020-05-01 10:00:40")
ADDRESS = "/api/v1/reports/campaigns/mayday/"
PAGE = "/reports/campaigns/mayday/"


@pytest.fixture
def sold():
    """One order of 168.00 yuan, of which 50.00 go back; its path is mayday > tea > mayday."""
    shop = make_shop()
    publish()
    publish("tea")
    sell(shop, 1, refunded_fen=5000, refunded_at=PAID + timedelta(days=1))
    _touched("mayday", "tea", "mayday")
    attribute()
    return shop


def _touched(*codes: str) -> None:
    buyer_key = SalesEntry.objects.values_list("buyer_key", flat=True).first()
    record_touches(
        [
            NewTouch("t", str(n), buyer_key, code, "click", PAID - timedelta(days=3 - n))
            for n, code in enumerate(codes)
        ]
    )


def lines(model: str) -> list[dict[str, str]]:
    out = StringIO()
    call_command("campaign_lines", "mayday", model=model, stdout=out)
    return list(csv.DictReader(StringIO(out.getvalue())))


@pytest.mark.parametrize(
    ("model", "gross", "refund"),
    [
        ("first", 16800, 5000),
        ("last", 16800, 5000),
        ("linear", 11200, 3333),
        ("linear_distinct", 8400, 2500),
        ("position", 13440, 4000),
    ],
)
def test_a_report_and_its_lines_follow_the_model(sold, model, gross, refund) -> None:
    found, [line] = report(model=model), lines(model)
    assert (found.totals.gross_fen, found.totals.refund_fen) == (gross, refund)
    assert (int(line["gross_fen"]), int(line["refund_fen"])) == (gross, refund)
    assert (line["level"], line["evidence"]) == ("2", "touch")
    counted = found.totals
    assert (counted.orders, counted.orders_stood, counted.buyers) == (1, 1, 1)
    assert (counted.lines, counted.quantity) == (1, 1)
    assert [row.orders for row in found.by_county] == [1]
    assert (counted.subsidy_fen, counted.consumer_paid_fen, found.leverage) == (None, None, ())


def test_the_models_of_two_campaigns_and_nobody_add_up_to_the_ledger(sold) -> None:
    mayday, tea = report(), report("tea")
    for model in ("direct_rule", *PATH_MODELS):
        assert mayday.model_net_fen[model] + tea.model_net_fen[model] == 11800


def test_a_line_says_why_another_campaign_has_it(sold) -> None:
    assert [line["reason"] for line in lines("participation")] == [""]
    out = StringIO()
    call_command("campaign_lines", "tea", model="participation", stdout=out)
    assert [row["reason"] for row in csv.DictReader(StringIO(out.getvalue()))] == ["code_order"]


def test_a_path_model_knows_no_basis_of_what_buyers_paid(sold) -> None:
    for command in ("campaign_report", "campaign_lines"):
        out = StringIO()
        with pytest.raises(SystemExit):
            call_command(
                command, "mayday", model="linear", basis="consumer_paid", json=True, stdout=out
            )
        assert json.loads(out.getvalue())["error"]["code"] == "basis_not_split_by_model"


def test_officials_see_two_models_and_analysts_all(sold) -> None:
    official = staff(NewRole("work_team", "read", "everything", ""))
    assert set(official.get(ADDRESS).json()["models"]) == {"direct_rule", "participation"}
    for address in (ADDRESS, PAGE, f"{PAGE}lines/"):
        assert official.get(f"{address}?model=linear").status_code == 403
    assert "分析口径" not in official.get(PAGE).content.decode()
    analyst = staff(NewRole("analyst", "read", "everything", ""))
    assert set(PATH_MODELS) <= set(analyst.get(ADDRESS).json()["models"])
    assert "分析口径" in analyst.get(PAGE).content.decode()
    shown = analyst.get(f"{PAGE}?model=linear").content.decode()
    assert "各口径对照" in shown
    assert "时间衰减" in shown
    assert "路径指数" in shown


def test_indices_stand_beside_a_path_model_and_nowhere_else(sold) -> None:
    assert report().as_json()["indices"] is None
    indices = report(model="linear").as_json()["indices"]
    assert {row["code"] for row in indices["names"]} >= {"mayday", "tea"}


def test_queries_do_not_grow_with_the_orders(sold) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        report(model="linear")
    for number in range(2, 30):
        sell(sold, number)
    attribute()
    with CaptureQueriesContext(connection) as many:
        report(model="linear")
    assert len(few) == len(many)
