"""A file without seller codes: its goods are decided, and every figure follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.models import Job, JobState
from operations.tasks import ring
from orders.models import SalesEntry, SalesPoint
from orders.rules.matching import Goods
from orders.selectors.matching import waiting_goods
from orders.services.matching import match_goods, revoke_match
from orders.services.recording import record_sale
from tests.builders import make_sales_point, make_sku, make_user
from tests.flows.conftest import Command
from tests.orders.intake.exports import ORDER_DETAIL, ORDER_LIST, sample_rows, write_detail
from tests.orders.matching_world import TEA, decide, skus, tea_sale
from tests.workers import run_worker, wait_until

STORE = ("--sales-point", "xunqianji")


def without_codes(folder: Path) -> Path:
    """Return the sample's detail as a shop that keeps no seller codes exports it."""
    rows = [row | {"商家编码": "", "外部系统编号": ""} for row in sample_rows(ORDER_DETAIL)]
    return write_detail(folder, rows, list(rows[0]))


def decide_everything(codes: dict[tuple[str, str], str]) -> int:
    """Match what waits, most money first, as the coded file names it; return how many clicks."""
    store = SalesPoint.objects.get(code="xunqianji")
    groups = list(waiting_goods([store.pk]))
    for group in groups:
        goods = Goods(group["seller_code"], group["title"], group["attributes"])
        if code := codes[goods.title, goods.attributes]:
            decide(store, code, goods)
    return len(groups)


@pytest.mark.usefixtures("seeded")
def test_decided_goods_give_the_report_and_the_digest_of_a_file_with_codes(
    run: Command, tmp_path: Path
) -> None:
    codes = {(row["标题"], row["商品属性"]): row["商家编码"] for row in sample_rows(ORDER_DETAIL)}
    plain = without_codes(tmp_path)
    before = run("import_orders", *STORE, ORDER_LIST, plain)
    nowhere = run("attribute") and run("campaign_report", "mayday-2020")
    assert [row["code"] for row in nowhere["by_county"]] == [""]

    clicks = decide_everything(codes)

    done = run("attribute")
    moved = run("campaign_report", "mayday-2020")
    again = run("import_orders", *STORE, ORDER_LIST, plain)
    assert 0 < clicks < before["unmatched"]
    assert (again["unchanged"], again["updated"]) == (before["orders"], 0)
    assert again["net_fen"] == before["net_fen"] == 347550
    assert again["unmatched"] == 1  # one gift box is no SKU of ours in either file
    for total in ("orders", "gross_fen", "refund_fen", "net_fen", "participation_fen"):
        assert moved["totals"][total] == nowhere["totals"][total]
    assert run("audit")["violations"] == []

    imported = run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)
    coded = run("attribute")
    assert imported["net_fen"] == before["net_fen"]
    assert (coded["digest"], coded["entries_written"]) == (done["digest"], 0)
    assert run("campaign_report", "mayday-2020")["by_county"] == moved["by_county"]


@pytest.mark.worker
@pytest.mark.usefixtures("transactional_db", "folder_broker")
def test_a_worker_applies_a_decision_and_takes_it_back() -> None:
    tea = make_sku("QDN-LS-001")
    store = make_sales_point()
    for number in range(3):
        record_sale(store, tea_sale(f"O-{number}"), source="test")
    with run_worker() as worker:
        row = match_goods(sales_point=store, goods=TEA, sku=tea, actor=make_user("maker"))
        ring(row.job)
        wait_until(lambda: _is_done(row.job_id), seconds=60, what=worker.said)
        assert set(skus().values()) == {"QDN-LS-001"}
        row = revoke_match(row, reason="看错了", actor=make_user("maker"))
        ring(row.job)
        wait_until(lambda: _is_done(row.job_id), seconds=60, what=worker.said)
    assert set(skus().values()) == {None}
    assert Job.objects.get(pk=row.job_id).result == {"match": row.pk, "orders_changed": 3}
    assert SalesEntry.objects.filter(kind="correction").count() == 6


def _is_done(job_id: int) -> bool:
    return Job.objects.get(pk=job_id).state == JobState.DONE
