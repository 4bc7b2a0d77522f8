"""An import is taken back: by two people, over the command, by a real worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.models import Sum

from marketplace.services.audit.running import audit
from operations.models import Job
from operations.tasks import ring
from orders.models import OrderImport, SalesEntry, SalesPoint, SalesPointDistrict
from orders.services.corrections import approve_correction, propose_correction
from orders.services.withdrawing import approve_withdrawal, propose_withdrawal
from tests.builders import make_user, moment
from tests.flows.conftest import Command
from tests.killing import import_here, load_seeds, simulate
from tests.orders.intake.exports import ORDER_DETAIL, ORDER_LIST
from tests.workers import run_worker, wait_until

SAMPLE = ("--sales-point", "xunqianji", ORDER_LIST, ORDER_DETAIL)


def net_fen() -> int:
    return SalesEntry.objects.aggregate(net=Sum("amount_fen", default=0))["net"]


@pytest.mark.usefixtures("seeded")
class TestByCommand:
    def test_the_sample_goes_and_comes_again(self, run: Command):
        imported = run("import_orders", *SAMPLE)["import_id"]
        run("attribute")
        make_user("jingban"), make_user("shenhe")

        preview = run("withdraw_import", imported)
        asked = run("withdraw_import", imported, "--reason", "文件取错了日期", "--as", "jingban")
        refused = run("withdraw_import", imported, "--confirm", "--as", "jingban")
        done = run("withdraw_import", imported, "--confirm", "--as", "shenhe")

        assert preview["net_fen"] == -347550
        assert [row["code"] for row in preview["campaigns"]] == ["mayday-2020"]
        assert preview["campaigns"][0]["net_fen"] == 338650
        assert asked["state"] == "submitted"
        assert refused["error"]["code"] == "maker_may_not_check"
        assert (done["orders_withdrawn"], done["orders_kept"]) == (40, 0)
        assert net_fen() == 0
        assert run("attribute")["credited_fen"] == 0
        assert run("audit")["violations"] == []

        again = run("import_orders", *SAMPLE)
        assert (again["created"], again["net_fen"]) == (40, 347550)
        assert run("attribute")["credited_fen"] == 338650
        assert run("campaign_report", "mayday-2020")["totals"]["net_fen"] == 338650
        assert run("audit")["violations"] == []

    def test_what_cannot_be_withdrawn_is_refused_in_one_sentence(self, run: Command):
        assert run("withdraw_import", 7)["error"]["code"] == "unknown_import"
        imported = run("import_orders", *SAMPLE)["import_id"]
        make_user("jingban")
        confirm = ("withdraw_import", imported, "--confirm", "--as", "jingban")
        assert run(*confirm)["error"]["code"] == "unknown_import"
        OrderImport.objects.update(state="running")
        asked = run("withdraw_import", imported, "--reason", "错", "--as", "jingban")
        assert asked["error"]["code"] == "import_not_finished"


@pytest.mark.worker
@pytest.mark.usefixtures("transactional_db", "folder_broker")
def test_a_worker_withdraws_and_corrects(tmp_path: Path):
    files = simulate(tmp_path, 60)
    load_seeds()
    import_here(files)
    store = SalesPoint.objects.get(code="xunqianji")
    before = net_fen()
    SalesPointDistrict.objects.create(sales_point=store, district_code="330105")
    day = moment("2020-05-03 00:00:00").date()
    correction = propose_correction(
        sales_point=store, first_day=day, last_day=day, reason="补登", actor=make_user("a")
    )
    correction = approve_correction(correction, make_user("b"))
    with run_worker() as worker:
        ring(correction.job)
        _wait(correction.job_id, worker)
        moved = SalesEntry.objects.filter(helper_district_code="330105")
        assert set(moved.values_list("order_date", flat=True)) == {day}
        assert net_fen() == before

        withdrawal = propose_withdrawal(
            order_import=OrderImport.objects.get(), reason="撤销", actor=make_user("a")
        )
        withdrawal = approve_withdrawal(withdrawal, make_user("b"))
        ring(withdrawal.job)
        _wait(withdrawal.job_id, worker)
    assert net_fen() == 0
    assert audit().violations == []


def _wait(job_id: int, worker) -> None:
    wait_until(
        lambda: Job.objects.get(pk=job_id).state == "done", what=lambda: worker.said()[-2000:]
    )
