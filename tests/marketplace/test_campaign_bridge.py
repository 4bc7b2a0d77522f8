"""What happened between two figures stands in the step of its cause, down to the line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Duty, Role
from common.clock import start_of_day
from marketplace.models import AttributionRun, Campaign
from marketplace.rules.campaign_report import Asked
from marketplace.selectors.reports.bridge import Bridge, read_bridge
from marketplace.services.attribution import open_run
from marketplace.services.attribution_decisions import approve_decision, decide_attribution
from marketplace.services.campaigns import publish_version
from marketplace.services.touchpoints import NewTouch, record_touches
from orders.models import Order, SalesEntry, SalesPoint, SalesPointDistrict
from tests.back_office import desk
from tests.builders import make_sales_point, make_sku, make_user, moment
from tests.marketplace.attribution_world import attribute
from tests.marketplace.report_stories import report
from tests.orders.matching_world import decide as match
from tests.orders.matching_world import unknown
from tests.orders.test_corrections import correct
from tests.orders.test_exclusions import exclude
from tests.orders.test_refund_corrections import (
    approve_refund_correction,
    propose_refund_correction,
)
from tests.orders.test_withdrawals import imported, sale, withdraw

pytestmark = pytest.mark.django_db
ASKED = Asked("mayday")
DAYS = (moment("2020-05-01 00:00:00").date(), moment("2020-05-07 00:00:00").date())


def publish(code: str = "mayday", **changes: object) -> None:
    values: dict = {
        "starts_at": start_of_day(DAYS[0]),
        "ends_at": start_of_day(DAYS[1]) + timedelta(days=1),
        "minimum_level": 1,
        "scopes": {"county": ["522634"]},
        **changes,
    }
    publish_version(campaign_code=code, **values)


@pytest.fixture
def store(db: None) -> SalesPoint:
    """A shop whose sales of tea (16 800 fen an order) the campaign counts."""
    make_sku("QDN-LS-001")
    store = make_sales_point()
    publish()
    imported(store, sale("O-1", buyer="tb_one"), sale("O-2"))
    attribute()
    return store


def order(number: str = "O-1") -> Order:
    return Order.objects.get(number=number)


def late_order(store: SalesPoint) -> None:
    imported(store, sale("O-3"))


def refund(store: SalesPoint) -> None:
    imported(store, sale("O-1", 800, buyer="tb_one"))


def excluded(_store: SalesPoint) -> None:
    exclude(order())


def credited(_store: SalesPoint) -> None:
    """Somebody finds that another campaign earned an order."""
    publish("fair", starts_at=start_of_day(DAYS[0]) - timedelta(days=90),
            ends_at=start_of_day(DAYS[0]) - timedelta(days=80), scopes={})  # fmt: skip
    attribute()
    decision = decide_attribution(
        order=order(),
        line_key="",
        campaign=Campaign.objects.get(code="fair"),
        verdict="credit",
        reason="现场成交",
        actor=make_user("maker"),
    )
    approve_decision(decision, make_user("checker"))


def touched(_store: SalesPoint) -> None:
    """The buyer had followed another campaign's link, says a log that comes late."""
    publish("link", minimum_level=2, scopes={})
    attribute()
    row = SalesEntry.objects.filter(order=order()).first()
    assert row is not None
    assert row.buyer_key
    told = NewTouch("log", "1", row.buyer_key, "link", "click", row.paid_at - timedelta(hours=1))
    record_touches([told])


def shortened(_store: SalesPoint) -> None:
    publish(starts_at=start_of_day(DAYS[1]))


CASES: list[tuple[str, Callable[[SalesPoint], None], int]] = [
    ("late_orders", late_order, 16_800),
    ("refunds", refund, -800),
    ("exclusions", excluded, -16_800),
    ("decisions", credited, -16_800),
    ("evidence", touched, -16_800),
    ("rules", shortened, -33_600),
]


def moved(bridge: Bridge) -> dict[str, int]:
    return {each.step.value: each.net_fen for each in bridge.steps if each.entries}


@pytest.mark.parametrize(("step", "happens", "net_fen"), CASES, ids=[case[0] for case in CASES])
def test_each_cause_has_its_step(
    store: SalesPoint, step: str, happens: Callable[[SalesPoint], None], net_fen: int
) -> None:
    happens(store)
    attribute()
    bridge = read_bridge(ASKED)
    assert moved(bridge) == {step: net_fen}
    assert bridge.end.net_fen == 33_600 + net_fen == report("mayday").totals.net_fen


def test_a_withdrawn_import_and_a_lowered_refund_have_their_steps(store: SalesPoint) -> None:
    second = imported(store, sale("O-2", 800))
    imported(store, sale("O-3"))
    attribute()
    start = AttributionRun.objects.latest("id").pk
    withdraw(second)
    attribute()
    assert moved(read_bridge(ASKED)) == {"withdrawals": 800}
    imported(store, sale("O-3", 500))
    attribute()
    lowered = propose_refund_correction(
        order=order("O-3"), refunded_fen=100, reason="平台收回", actor=make_user("maker")
    )
    approve_refund_correction(lowered, make_user("checker"))
    attribute()
    assert moved(read_bridge(ASKED)) == {"refunds": 400}
    assert moved(read_bridge(ASKED, start=start)) == {"withdrawals": 800, "refunds": -100}


def test_matched_goods_and_corrected_entries_have_their_steps(store: SalesPoint) -> None:
    imported(store, sale("O-9", lines=unknown(("银球茶", 16800, 1))))
    attribute()
    match(store, "QDN-LS-001")
    attribute()
    assert moved(read_bridge(ASKED)) == {"matching": 16_800}
    SalesPointDistrict.objects.create(
        sales_point=store, district_code="330105", valid_from=DAYS[0], source="test"
    )
    correct(store)
    attribute()
    # The reversals and the rows stated again cancel out, and are listed.
    bridge = read_bridge(ASKED)
    assert moved(bridge) == {"corrections": 0}
    assert next(each for each in bridge.steps if each.entries).orders == 3


def test_a_late_order_credited_to_another_campaign_is_that_ones_late_order(store) -> None:
    publish("fair", priority=1, scopes={})
    attribute()
    late_order(store)
    attribute()
    assert moved(read_bridge(Asked("fair"))) == {"late_orders": 16_800}
    assert moved(read_bridge(ASKED)) == {}
    assert moved(read_bridge(Asked("mayday", "participation"))) == {"late_orders": 16_800}


def test_the_command_tells_it_and_lists_the_lines(store: SalesPoint) -> None:
    refund(store)
    attribute()
    told = said("--format", "json")
    whole = json.loads(told)
    assert (whole["from"]["net_fen"], whole["to"]["net_fen"]) == (33_600, 32_800)
    assert whole["difference_fen"] == sum(each["net_fen"] for each in whole["steps"]) == -800
    assert whole["to"]["version"] == 1
    assert "  退款：-8.00 元（1 笔订单，1 条）" in said()
    rows = list(csv.DictReader(StringIO(said("--from", "0", "--format", "csv"))))
    assert [row["step"] for row in rows] == ["late_orders", "late_orders", "refunds"]
    assert sum(int(row["net_fen"]) for row in rows) == 32_800


def said(*options: str) -> str:
    out = StringIO()
    call_command("campaign_bridge", "mayday", *options, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--to", "9999"], "unknown_run"),
        (["--from", "{last}", "--to", "{first}"], "runs_in_wrong_order"),
        (["--model", "linear", "--basis", "consumer_paid"], "basis_not_split_by_model"),
    ],
)
def test_impossible_bridges_are_refused(store, options: list[str], code: str) -> None:
    attribute("full")
    first, last = AttributionRun.objects.order_by("id").values_list("id", flat=True)[:2]
    named = [one.format(first=first, last=last) for one in options]
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("campaign_bridge", "mayday", *named, "--json", stdout=out)
    assert json.loads(out.getvalue())["error"]["code"] == code


def test_a_bridge_needs_runs_that_have_ended(store: SalesPoint) -> None:
    run = open_run(kind="full")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("campaign_bridge", "mayday", "--to", str(run.pk), "--json", stdout=out)
    assert json.loads(out.getvalue())["error"]["code"] == "run_not_ended"


def test_the_page_and_the_interface_tell_the_same(store: SalesPoint) -> None:
    refund(store)
    late_order(store)
    attribute()
    office = desk("office", duty=Duty.READ)
    page = office.get("/reports/campaigns/mayday/bridge/").content.decode()
    for words in ("+168.00", "-8.00", "336.00 元 → 496.00 元", "O-3"):
        assert words in page
    only = office.get("/reports/campaigns/mayday/bridge/?step=refunds").content.decode()
    assert "O-1" in only
    assert "O-3" not in only
    answer = office.get("/api/v1/reports/campaigns/mayday/bridge/")
    assert answer.json() == json.loads(said("--format", "json"))
    assert (
        "/reports/campaigns/mayday/bridge/"
        in office.get("/reports/campaigns/mayday/").content.decode()
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [("?from=x", 400), ("?step=none", 400), ("?from=9999", 400), ("?model=linear", 403)],
)
def test_pages_refuse_in_words(store: SalesPoint, query: str, status: int) -> None:
    office = desk("office", Role.CITY, Duty.READ)
    answer = office.get(f"/reports/campaigns/mayday/bridge/{query}")
    assert answer.status_code == status
    assert "无法显示报告" in answer.content.decode()
    assert Client().get("/api/v1/reports/campaigns/mayday/bridge/").status_code in (401, 403)
