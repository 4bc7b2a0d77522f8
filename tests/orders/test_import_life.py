"""The life of an import that came by upload: previewed, confirmed, written, stopped, gone on."""

from __future__ import annotations

from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Sum
from django.test import override_settings

from accounts.models import AuditEvent
from marketplace.services.audit import audit
from operations.models import Job
from operations.services.jobs import cancel as cancel_job
from operations.services.jobs import claim_job
from operations.services.running import run_job
from orders.errors import (
    AlreadyDecided,
    DatesNotConfirmed,
    FileRefused,
    ImportCannotChange,
    ImportNotFinished,
    PeriodNotValid,
)
from orders.intake.import_jobs import read_uploads, work_import
from orders.models import ImportIssue, Order, OrderImport, RawBlock, SalesEntry, SalesPoint
from orders.selectors.imports import summary_of_import
from orders.selectors.sales_points import find_sales_point
from orders.services.steering import cancel_import, confirm_import, resume_import
from orders.services.withdrawing import (
    approve_withdrawal,
    propose_withdrawal,
    run_withdrawal,
)
from tests.builders import make_user
from tests.killing import recorded
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


def test_an_upload_waits_sealed_until_it_is_read(shop: SalesPoint) -> None:
    one = upload(shop, *SAMPLE)

    assert one.state == "uploaded"
    assert one.job.state == "pending"
    assert [part.size_bytes for part in one.parts.all()] == [p.stat().st_size for p in SAMPLE]
    for part, path in zip(one.parts.all(), SAMPLE, strict=True):
        sealed = (Path(settings.MEDIA_ROOT) / part.stored_as).read_bytes()
        assert path.read_bytes()[:40] not in sealed
    assert nothing_was_written()
    assert AuditEvent.objects.filter(action="import.upload", object_key=one.pk).exists()


def test_a_preview_says_what_a_dry_run_says_and_writes_no_order(shop: SalesPoint) -> None:
    one = previewed(shop, *SAMPLE)

    found = one.findings
    assert one.state == "previewed"
    assert (found["orders"], found["lines"], found["created"]) == (40, 49, 40)
    assert (found["gross_fen"], found["refund_fen"]) == (437320, 89770)
    assert (found["freight_fen"], found["excluded_fen"]) == (1200, 1500)
    assert found["platform_net_fen"] == 350250
    assert found["difference_fen"] == 0
    assert found["consumer_paid_fen"] == 350250
    assert (found["first_paid_on"], found["last_paid_on"]) == ("2020-05-01", "2020-05-08")
    assert found["unmatched"] == len(found["titles"]) == found["unmatched_titles"] == 1
    assert found["undated_refunds"]["refund_fen"] == 89770
    assert (one.rows, one.orders, one.gross_fen) == (0, 0, 0)
    assert nothing_was_written()
    assert audit().violations == []


def test_a_confirmed_upload_ends_like_the_command(shop: SalesPoint) -> None:
    done = imported(shop, *SAMPLE)
    came = recorded()

    assert done.state == "done"
    assert summary_of_import(done)["difference_fen"] == 0
    assert [event.action for event in AuditEvent.objects.filter(object_key=done.pk)[::-1]] == [
        "import.upload",
        "import.confirm",
    ]
    assert audit().violations == []
    assert came["imports"][0][:2] == ("done", 89)
    assert came["net_fen"] == 437320 - 89770


def test_the_counts_are_those_of_the_run_not_of_the_preview(
    shop: SalesPoint, tmp_path: Path
) -> None:
    files = many_orders(tmp_path)
    waiting = previewed(shop, *files)
    imported(shop, *files)

    late = work(confirm_import(waiting, None))

    assert waiting.findings["created"] == 5
    assert (late.created, late.unchanged, late.orders) == (0, 5, 5)
    assert audit().violations == []


def test_a_zipped_pair_is_one_upload(shop: SalesPoint, tmp_path: Path) -> None:
    archive = tmp_path / "五月订单.zip"
    with ZipFile(archive, "w") as target:
        for path in SAMPLE:
            target.write(path, path.name)

    done = imported(shop, archive)

    assert [part.name for part in done.parts.all()] == [path.name for path in SAMPLE]
    assert done.orders == 40


def test_a_file_that_is_too_large_is_not_taken(shop: SalesPoint) -> None:
    with override_settings(IMPORT_MOST_MB=0), pytest.raises(FileRefused) as refused:
        upload(shop, *SAMPLE)
    assert refused.value.code == "upload_too_large"
    assert not OrderImport.objects.exists()


def test_a_bomb_is_refused_before_it_is_kept(shop: SalesPoint, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with ZipFile(bomb, "w", ZIP_DEFLATED) as target:
        target.writestr("orders.csv", b"0" * 20_000_000)
    with pytest.raises(FileRefused) as refused:
        upload(shop, bomb)
    assert refused.value.code == "unpacked_too_large"
    assert not OrderImport.objects.exists()


def test_a_period_that_ends_before_it_starts_is_refused(shop: SalesPoint) -> None:
    with pytest.raises(PeriodNotValid):
        upload(
            shop,
            *SAMPLE,
            expected_first_day=date(2020, 5, 8),
            expected_last_day=date(2020, 5, 1),
        )


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (lambda folder: [write_list(folder, [order(店铺名称="别的店")])], "wrong_shop"),
        (lambda _folder: [ORDER_LIST, ORDER_LIST], "same_table_twice"),
        (lambda folder: [write_list(folder, [])], "header_only"),
    ],
)
def test_a_refused_file_ends_with_its_code_and_sentence(
    shop: SalesPoint, tmp_path: Path, files, code: str
) -> None:
    one = previewed(shop, *files(tmp_path))

    assert (one.state, one.refusal_code) == ("refused", code)
    assert "“" in one.refusal_message
    assert nothing_was_written()
    with pytest.raises(ImportCannotChange):
        confirm_import(one, None)
    with pytest.raises(ImportCannotChange):
        resume_import(one, None)


def test_payments_outside_the_expected_period_must_be_confirmed(
    shop: SalesPoint, tmp_path: Path
) -> None:
    rows = [order(), order(FIRST + 1, 订单付款时间="2019-05-02 09:00:40")]
    one = previewed(
        shop,
        write_list(tmp_path, rows),
        expected_first_day=date(2020, 5, 2),
        expected_last_day=date(2020, 5, 2),
    )

    assert one.findings["outside"] == {
        "orders": 1,
        "consumer_paid_fen": 8900,
        "first_on": "2019-05-02",
        "last_on": "2019-05-02",
        "numbers": [str(FIRST + 1)],
    }
    with pytest.raises(DatesNotConfirmed):
        confirm_import(one, None)
    done = work(confirm_import(one, None, dates_confirmed=True))
    assert done.orders == 2
    event = AuditEvent.objects.get(action="import.confirm")
    assert event.changes == {"outside_orders": [None, 1]}


def test_a_file_that_came_before_is_named(shop: SalesPoint) -> None:
    first = imported(shop, *SAMPLE)

    again = previewed(shop, *SAMPLE)

    assert [(seen["import"], seen["state"]) for seen in again.findings["seen_before"]] == [
        (first.pk, "done"),
        (first.pk, "done"),
    ]
    assert (again.findings["created"], again.findings["unchanged"]) == (0, 40)


def test_the_same_file_twice_changes_nothing(shop: SalesPoint) -> None:
    imported(shop, *SAMPLE)
    before = recorded()

    again = imported(shop, *SAMPLE)

    assert (again.created, again.updated, again.unchanged) == (0, 0, 40)
    assert recorded()["ledger"] == before["ledger"]
    assert recorded()["rows"] == before["rows"]
    assert all(part.same_as is not None for part in again.parts.all())
    assert audit().violations == []


def test_an_older_export_after_a_newer_one_moves_nothing_back(
    shop: SalesPoint, tmp_path: Path
) -> None:
    newer, older = tmp_path / "newer", tmp_path / "older"
    newer.mkdir(), older.mkdir()
    imported(shop, write_list(newer, [order()]))

    late = previewed(shop, write_list(older, [order(订单状态="买家已付款，等待卖家发货")]))
    assert (late.findings["unchanged"], late.findings["stale"]) == (1, 1)
    done = work(confirm_import(late, None))

    assert (done.stale, done.unchanged) == (1, 1)
    assert Order.objects.get().status == "succeeded"
    assert [issue.code for issue in done.issues.all()] == ["stale"]


def test_a_second_confirmation_is_refused(shop: SalesPoint) -> None:
    one = previewed(shop, *SAMPLE)
    confirm_import(one, None)

    with pytest.raises(ImportCannotChange):
        confirm_import(one, None)
    assert Job.objects.filter(kind="import").count() == 1


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
