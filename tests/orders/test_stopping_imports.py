"""Imports that are cancelled, fail or lose their worker; they go on, or are taken back."""

from __future__ import annotations

from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Sum
from django.test import override_settings

from accounts.models import AuditEvent
from marketplace.services.audit import audit
from operations.services.jobs import cancel as cancel_job
from operations.services.jobs import claim_job
from operations.services.running import run_job
from orders.errors import (
    AlreadyDecided,
    ImportCannotChange,
    ImportNotFinished,
)
from orders.intake.import_jobs import read_uploads, work_import
from orders.models import ImportIssue, Order, OrderImport, RawBlock, SalesEntry, SalesPoint
from orders.selectors.sales_points import find_sales_point
from orders.services.steering import cancel_import, confirm_import, resume_import
from orders.services.withdrawing import (
    approve_withdrawal,
    propose_withdrawal,
    run_withdrawal,
)
from tests.builders import make_user
from tests.orders.intake.exports import (
    ORDER_DETAIL,
    ORDER_LIST,
    detail,
    order,
    write_detail,
    write_list,
)
from tests.uploading import imported, previewed, upload, work

SAMPLE = (ORDER_LIST, ORDER_DETAIL)
FIRST = 954000000000000001


@pytest.fixture
def shop(db: None) -> SalesPoint:
    call_command("load_seeds", stdout=StringIO())
    return find_sales_point("xunqianji")


def nothing_was_written() -> bool:
    return not (Order.objects.exists() or SalesEntry.objects.exists())


def many_orders(folder: Path, count: int = 5) -> tuple[Path, Path]:
    numbers = range(FIRST, FIRST + count)
    return (
        write_list(folder, [order(number) for number in numbers]),
        write_detail(folder, [detail(number) for number in numbers]),
    )


@pytest.mark.parametrize("is_read", [False, True])
def test_cancelled_before_it_ran_nothing_is_written(shop: SalesPoint, is_read: bool) -> None:
    one = previewed(shop, *SAMPLE) if is_read else upload(shop, *SAMPLE)

    stopped = cancel_import(one, make_user("jingban"))
    after = work(stopped)

    assert after.state == "cancelled"
    assert nothing_was_written()
    with pytest.raises(ImportCannotChange):
        confirm_import(one, None)
    with pytest.raises(ImportNotFinished):
        propose_withdrawal(order_import=after, reason="传错了", actor=None)
    again = work(resume_import(after, None))
    assert again.state == "previewed"
    assert work(confirm_import(again, None)).orders == 40


def stopped_after_one_chunk(shop: SalesPoint, folder: Path) -> OrderImport:
    """Begin to write five orders, two to a chunk; somebody cancels before the second chunk."""
    one = confirm_import(previewed(shop, *many_orders(folder)), None)
    reading = read_uploads(one)
    orders = list(reading.sales)

    class Cancelling(list):
        def __iter__(self):
            yield from orders[:2]
            cancel_import(one, None)
            yield from orders[2:]

    reading.sales = Cancelling(orders)
    with override_settings(IMPORT_CHUNK_ORDERS=2):
        run_job(one.job_id, partial(work_import, reading=reading))
    return OrderImport.objects.select_related("job").get(pk=one.pk)


def test_cancelled_while_it_runs_written_chunks_stay_and_it_goes_on_after_them(
    shop: SalesPoint, tmp_path: Path
) -> None:
    stopped = stopped_after_one_chunk(shop, tmp_path)

    assert (stopped.state, stopped.done_orders, stopped.created) == ("cancelled", 2, 2)
    assert Order.objects.count() == 2
    assert audit().violations == []

    done = work(resume_import(stopped, make_user("jingban")))
    assert (done.state, done.orders, done.created) == ("done", 5, 5)
    assert Order.objects.count() == 5
    assert audit().violations == []
    assert AuditEvent.objects.filter(action="import.resume").count() == 1


def test_what_was_written_before_the_cancellation_can_be_taken_back(
    shop: SalesPoint, tmp_path: Path
) -> None:
    stopped = stopped_after_one_chunk(shop, tmp_path)

    row = propose_withdrawal(order_import=stopped, reason="传错了店铺", actor=make_user("a"))
    with pytest.raises(AlreadyDecided):
        resume_import(stopped, None)
    approved = approve_withdrawal(row, make_user("b"))
    run_job(approved.job_id, run_withdrawal)

    stopped.refresh_from_db()
    assert stopped.state == "withdrawn"
    assert Order.objects.filter(is_withdrawn=True).count() == 2
    assert SalesEntry.objects.aggregate(net=Sum("amount_fen"))["net"] == 0
    assert audit().violations == []


def test_an_import_whose_job_was_stopped_by_an_administrator_can_go_on(shop: SalesPoint) -> None:
    one = confirm_import(previewed(shop, *SAMPLE), None)
    cancel_job(one.job_id)

    assert work(resume_import(one, None)).state == "done"


def test_an_import_that_failed_says_why_and_can_go_on(shop: SalesPoint) -> None:
    one = confirm_import(previewed(shop, *SAMPLE), None)
    SalesPoint.objects.filter(pk=shop.pk).update(shop_name="改名的店")

    failed = work(one)
    assert (failed.state, failed.refusal_code) == ("failed", "wrong_shop")
    assert nothing_was_written()
    SalesPoint.objects.filter(pk=shop.pk).update(shop_name=shop.shop_name)
    done = work(resume_import(failed, None))
    assert (done.state, done.refusal_message, done.orders) == ("done", "", 40)


def test_a_running_import_is_neither_confirmed_nor_resumed(shop: SalesPoint) -> None:
    one = confirm_import(previewed(shop, *SAMPLE), None)
    claim_job(job_id=one.job_id)

    for act in (confirm_import, resume_import):
        with pytest.raises(ImportCannotChange):
            act(one, None)


def test_a_done_import_is_not_cancelled(shop: SalesPoint) -> None:
    with pytest.raises(ImportCannotChange):
        cancel_import(imported(shop, *SAMPLE), None)


def test_a_stored_file_that_is_gone_refuses_the_preview(shop: SalesPoint) -> None:
    one = upload(shop, *SAMPLE)
    gone = Path(settings.MEDIA_ROOT) / one.parts.first().stored_as
    kept = gone.read_bytes()
    gone.unlink()

    assert (work(one).state, work(one).refusal_code) == ("refused", "file_not_found")
    gone.write_bytes(kept)


def test_a_preview_keeps_the_raw_rows_of_its_issues_until_the_run_keeps_all(
    shop: SalesPoint, tmp_path: Path
) -> None:
    rows = [order(FIRST + n) for n in range(1100)]
    rows[700]["总金额"] = "八十九"
    one = previewed(shop, write_list(tmp_path, rows))

    assert list(RawBlock.objects.values_list("first_row", flat=True)) == [501]
    assert ImportIssue.objects.count() == 1
    work(confirm_import(one, None))
    assert list(RawBlock.objects.values_list("first_row", flat=True)) == [1, 501, 1001]
    assert ImportIssue.objects.count() == 1
    assert audit().violations == []
