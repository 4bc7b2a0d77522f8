"""Runs on screen: asked for, joined, followed, tried again; who may, and what stays written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import AuditEvent, Duty, Role, ScopeKind
from common import clock
from marketplace.errors import RunCannotBeRetried
from marketplace.models import AttributionRun
from marketplace.selectors.attribution import partitions_of, state_digest
from marketplace.services.attribution import open_run, reopen_run, sweep_feed, work_run
from marketplace.tasks import sweep_attribution
from operations.models import Job
from operations.services.jobs import cancel, claim_next, fail
from tests.back_office import desk, list_page, page_of, said, steps_shown, take
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, ledger_of, moment, person

pytestmark = pytest.mark.django_db


def ask(kind: str) -> str:
    return reverse("admin:marketplace_attributionrun_ask", args=[kind])


def failed_run() -> AttributionRun:
    """Return a run of two partitions of which the first failed."""
    ledger_of(4)
    run = open_run(kind="full", batch_orders=2)
    claim = claim_next(group=f"attribution-run:{run.pk}")
    assert claim is not None
    fail(claim, code="OperationalError", message="server closed the connection", retry=False)
    return work_run(run.pk)


def test_a_run_is_asked_for_once_and_a_second_request_joins_it() -> None:
    ledger_of(3)
    office = desk("office")
    assert len(office.get(list_page(AttributionRun)).context["run_buttons"]) == 3
    page = office.get(ask("full"))
    assert "共有 3 个订单" in page.content.decode()
    assert not AttributionRun.objects.exists()
    answer = office.post(ask("full"))
    run = AttributionRun.objects.get()
    assert answer["Location"] == page_of(run)
    assert (run.kind, str(run.requested_by)) == ("full", "office")
    event = AuditEvent.objects.get(object_kind="marketplace.attributionrun")
    assert (event.action, event.object_key) == ("requested", str(run.pk))
    again = desk("other").post(ask("changed"))
    assert AttributionRun.objects.count() == 1
    assert (again["Location"], "没有另开一个" in said(again)[0]) == (page_of(run), True)


def test_a_run_of_one_campaign_asks_which() -> None:
    ledger_of(2)
    office = desk("office")
    assert office.post(ask("campaign")).status_code == 200
    assert office.post(ask("campaign"), {"campaign": "unknown"}).status_code == 200
    assert not AttributionRun.objects.exists()
    office.post(ask("campaign"), {"campaign": "mayday"})
    assert AttributionRun.objects.get().campaign_code == "mayday"
    assert office.get(ask("everything")).status_code == 404


@pytest.mark.parametrize(
    ("role", "duty", "kind", "code"),
    [
        (Role.PREFECTURE, Duty.READ, ScopeKind.EVERYTHING, ""),
        (Role.DISTRICT, Duty.PREPARE, ScopeKind.DISTRICT, "330105"),
        (Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, "shop"),
    ],
)
def test_others_look_at_runs_and_start_none(role: str, duty: str, kind: str, code: str) -> None:
    run = failed_run()
    reader = desk("reader", role, duty, kind, code)
    assert reader.get(list_page(AttributionRun)).context["run_buttons"] == []
    assert steps_shown(reader, run) == set()
    assert reader.get(ask("full")).status_code == 403
    assert reader.post(ask("full")).status_code == 403
    assert take(reader, run, "retry").status_code == 403
    assert AttributionRun.objects.count() == 1


def test_the_page_of_a_run_adds_up_to_the_ledger_and_names_its_rules() -> None:
    ledger_of(4)
    run = attribute("full", 2)
    text = desk("office").get(page_of(run)).content.decode()
    assert "= 400.00 元；台账净额 400.00 元" in text
    assert "两者相等" in text
    assert "mayday（mayday）第 1 版" in text
    assert run.digest in text
    Sale("late", moment("2020-05-02 12:00:00"), [Line()]).mark()
    waiting = desk("office").get(page_of(run)).content.decode()
    assert "相差 100.00 元，有 1 个订单的变化尚未计算" in waiting


def test_progress_moves_with_the_partitions() -> None:
    ledger_of(4)
    run = open_run(kind="full", batch_orders=1)
    office = desk("office")
    address = reverse("admin:marketplace_attributionrun_progress", args=[run.pk])
    assert office.get(address).json()["text"] == "等待后台进程：共 4 批"
    claim = claim_next(group=f"attribution-run:{run.pk}")
    assert claim is not None
    Job.objects.filter(pk=claim.job_id).update(state="done", lease_until=None)
    now = office.get(address).json()
    assert (now["is_live"], now["percent"], now["text"]) == (True, 25, "正在计算：1 / 4 批")
    assert office.get(address.replace(str(run.pk), "999")).status_code == 404


def test_a_failed_partition_says_why_and_its_run_goes_on() -> None:
    run = failed_run()
    assert run.status == "failed"
    office = desk("office")
    text = office.get(page_of(run)).content.decode()
    assert "1 批没有完成" in text
    assert "数据库暂时不可用" in text
    assert "server closed" not in text
    assert steps_shown(office, run) == {"retry"}
    take(office, run, "retry")
    assert run.status == "open"
    done = work_run(run.pk)
    assert (done.status, done.orders, done.digest) == ("done", 4, state_digest())
    actions = AuditEvent.objects.filter(object_kind="marketplace.attributionrun")
    assert [event.action for event in actions] == ["retried"]
    assert steps_shown(office, done) == set()


def test_a_run_with_a_later_one_is_not_opened_again() -> None:
    run = failed_run()
    later = open_run(kind="changed")
    assert "正在进行" in said(take(desk("office"), run, "retry"))[0]
    work_run(later.pk)
    with pytest.raises(RunCannotBeRetried):
        reopen_run(run, person("office"))
    run.refresh_from_db()
    assert run.status == "failed"
    with pytest.raises(RunCannotBeRetried):
        reopen_run(AttributionRun.objects.get(pk=later.pk), person("office"))


def test_the_sweeper_opens_a_run_only_where_orders_wait() -> None:
    sweep_attribution()
    assert not AttributionRun.objects.exists()
    sale = ledger_of(2)[0]
    sale.mark()
    run = sweep_feed()
    assert run is not None
    assert (run.kind, run.requested_by) == ("changed", None)
    assert sweep_feed() is None
    work_run(run.pk)
    assert sweep_feed() is None
    assert AttributionRun.objects.count() == 1


def test_the_sweeper_closes_a_run_whose_last_worker_died_before_it_could() -> None:
    sale = ledger_of(1)[0]
    run = open_run(kind="full")
    partitions_of(run.pk).update(
        state="done", result={"orders": 1, "candidates": 1, "entries_written": 1, "rules_hash": "x"}
    )
    sale.mark()
    following = sweep_feed()
    run.refresh_from_db()
    assert run.status == "done"
    assert following is not None
    assert following.pk > run.pk


def test_after_a_failure_the_sweeper_rests_for_an_hour() -> None:
    sale = ledger_of(1)[0]
    sale.mark()
    run = sweep_feed()
    assert run is not None
    for job in partitions_of(run.pk):
        cancel(job.pk)
    assert sweep_feed() is None
    assert AttributionRun.objects.get().status == "failed"
    assert sweep_feed() is None
    long_ago = clock.now() - timedelta(hours=1, seconds=1)
    AttributionRun.objects.update(finished_at=long_ago)
    assert sweep_feed() is not None


def test_the_page_reads_in_english_without_breaking() -> None:
    run = failed_run()
    with override("en"):
        assert desk("office").get(page_of(run)).status_code == 200
