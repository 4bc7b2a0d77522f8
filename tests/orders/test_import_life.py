"""The life of an import that came by upload: previewed, confirmed, written, stopped, gone on."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from accounts.models import AuditEvent
from marketplace.services.audit import audit
from operations.models import Job
from orders.errors import (
    DatesNotConfirmed,
    FileRefused,
    ImportCannotChange,
    PeriodNotValid,
)
from orders.models import Order, OrderImport, SalesEntry, SalesPoint
from orders.selectors.imports import summary_of_import
from orders.selectors.sales_points import find_sales_point
from orders.services.steering import confirm_import, resume_import
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


def test_what_users_paid_stands_apart_from_what_the_shop_received(
    shop: SalesPoint, tmp_path: Path
) -> None:
    with_coupon = order(买家实际支付金额="60.00", 天猫卡券抵扣="9.00", 退款金额="20.00")
    one = previewed(shop, write_list(tmp_path, [with_coupon]))
    done = work(confirm_import(one, None))

    for told in (one.findings, summary_of_import(done)):
        assert told["consumer_paid_fen"] == 6000
        assert told["platform_net_fen"] - told["consumer_paid_fen"] == 900 - 225
        assert told["difference_fen"] == 0


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
