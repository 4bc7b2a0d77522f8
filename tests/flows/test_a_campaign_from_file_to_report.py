"""The main job on the 40-order sample: import, attribute, report, lines, audit."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from marketplace.services.campaigns import publish_version
from orders.models import SalesPoint
from orders.services.recording import record_sale
from tests.builders import moment, reported_lines, reported_sale
from tests.flows.conftest import Command
from tests.orders.intake.exports import ORDER_DETAIL, ORDER_LIST

pytestmark = pytest.mark.usefixtures("seeded")

STORE = ("--sales-point", "xunqianji")


@pytest.fixture
def imported(run: Command) -> None:
    run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)


def lines_of(code: str) -> list[dict[str, str]]:
    out = StringIO()
    call_command("campaign_lines", code, stdout=out)
    return list(csv.DictReader(StringIO(out.getvalue())))


def test_the_report_of_the_sample_says_34_orders_of_which_31_stood(run: Command, imported: None):
    done = run("attribute", "--full")

    report = run("campaign_report", "mayday-2020")

    totals = report["totals"]
    assert (totals["orders"], totals["orders_stood"]) == (34, 31)
    assert (totals["gross_fen"], totals["refund_fen"]) == (428420, 89770)
    assert totals["net_fen"] == 338650
    assert done["credited_fen"] == 338650
    assert done["credited_fen"] + done["none_fen"] == 347550
    assert (report["run"], report["digest"]) == (done["run"], done["digest"])
    assert [row["reason"] for row in report["excluded"]] == ["top_up"]
    assert report["excluded"][0]["amount_fen"] == 1500


def test_the_lines_behind_the_report_add_up_to_it(run: Command, imported: None):
    run("attribute")
    report = run("campaign_report", "mayday-2020")

    lines = lines_of("mayday-2020")

    for name in ("gross_fen", "refund_fen", "net_fen"):
        assert sum(int(line[name]) for line in lines) == report["totals"][name]
    assert len({line["order_number"] for line in lines}) == report["totals"]["orders"]
    for part in ("by_day", "by_county", "by_product", "by_sales_point", "by_evidence"):
        assert sum(row["net_fen"] for row in report[part]) == report["totals"]["net_fen"]


def test_full_and_incremental_runs_in_any_batch_size_end_in_one_digest(
    run: Command, imported: None, settings: pytest.FixtureRequest
):
    digests = {run("attribute", "--changed")["digest"]}
    for size in (1, 7, 500):
        settings.ATTRIBUTION_BATCH_ORDERS = size
        again = run("attribute", "--full")
        assert again["entries_written"] == 0
        digests.add(again["digest"])

    assert len(digests) == 1


def test_a_file_in_two_steps_ends_in_the_digest_of_the_last_step_alone(
    run: Command, tmp_path: Path, imported: None
):
    whole = run("attribute")["digest"]
    from orders.models import Order

    assert Order.objects.count() == 40
    # The list alone first, then the pair: placeholders give way to their detail.
    other = SalesPoint.objects.create(
        code="second-store", name="寻黔记", channel_class="platform", platform="taobao"
    )
    publish_version(
        campaign_code="second",
        starts_at=moment("2020-05-01 00:00:00"),
        ends_at=moment("2020-05-08 00:00:00"),
        minimum_level=1,
        scopes={"sales_point": [other.code]},
    )
    run("import_orders", "--sales-point", other.code, ORDER_LIST)
    run("attribute")
    run("import_orders", "--sales-point", other.code, ORDER_LIST, ORDER_DETAIL)
    stepwise = run("attribute")["digest"]

    full = run("attribute", "--full")

    assert (full["digest"], full["entries_written"]) == (stepwise, 0)
    assert stepwise != whole
    assert run("campaign_report", "second")["totals"]["net_fen"] == 338650
    assert run("audit")["violations"] == []


def test_an_explicit_reference_beats_the_place_and_the_other_campaign_still_takes_part(
    run: Command,
):
    store = SalesPoint.objects.get(code="xunqianji")
    publish_version(
        campaign_code="spring-link",
        starts_at=moment("2020-04-01 00:00:00"),
        ends_at=moment("2020-06-01 00:00:00"),
        minimum_level=3,
        scopes={},
    )
    lines = reported_lines([("QDN-LS-001", 16800, 1)])
    record_sale(store, reported_sale("1000001", lines=lines), source="test")
    record_sale(
        store, reported_sale("1000002", lines=lines, reference_code="spring-link"), source="test"
    )

    run("attribute")

    mayday, link = run("campaign_report", "mayday-2020"), run("campaign_report", "spring-link")
    assert mayday["totals"]["net_fen"] == 16800
    assert mayday["totals"]["participation_fen"] == 33600
    assert link["totals"]["net_fen"] == 16800
    assert [row["name"] for row in link["by_evidence"]] != []
    assert link["by_evidence"][0]["level"] == 3


def test_the_window_is_half_open_to_the_second(run: Command):
    store = SalesPoint.objects.get(code="xunqianji")
    moments = {
        "1000001": "2020-04-30 23:59:59",
        "1000002": "2020-05-01 00:00:00",
        "1000003": "2020-05-07 23:59:59",
        "1000004": "2020-05-08 00:00:00",
    }
    for number, paid in moments.items():
        record_sale(store, reported_sale(number, paid_at=moment(paid)), source="test")

    run("attribute")

    assert [line["order_number"] for line in lines_of("mayday-2020")] == ["1000002", "1000003"]


def test_a_mark_that_names_no_campaign_is_listed(run: Command):
    store = SalesPoint.objects.get(code="xunqianji")
    record_sale(store, reported_sale(reference_code="nobody-knows"), source="test")

    assert run("attribute")["unknown_references"] == {"nobody-knows": 1}


def test_a_campaign_published_over_the_old_day_of_a_moved_payment_changes_nothing_later(
    run: Command,
):
    store = SalesPoint.objects.get(code="xunqianji")
    record_sale(store, reported_sale(paid_at=moment("2020-05-01 10:00:00")), source="first")
    run("attribute")
    record_sale(store, reported_sale(paid_at=moment("2020-05-20 10:00:00")), source="second")
    run("attribute")
    publish_version(
        campaign_code="early",
        starts_at=moment("2020-04-30 00:00:00"),
        ends_at=moment("2020-05-03 00:00:00"),
        minimum_level=1,
        scopes={},
    )

    run("attribute", "--changed")

    assert run("audit")["violations"] == []
    assert run("attribute", "--full")["entries_written"] == 0


def test_an_unknown_campaign_is_refused(run: Command):
    assert run("campaign_report", "nothing-like-it")["error"]["code"] == "unknown_campaign"
    assert run("attribute", "--campaign", "nothing-like-it")["error"]["code"] == "unknown_campaign"
