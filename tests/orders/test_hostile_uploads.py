"""Uploads under strange names, workers that were replaced, files given in another order."""

from __future__ import annotations

import os
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from operations.errors import LeaseLost
from operations.services.jobs import claim_job
from orders.intake.import_jobs import work_import
from orders.models import Order, OrderImport, SalesPoint, TaughtFormat
from orders.selectors.sales_points import find_sales_point
from orders.services.steering import cancel_import, confirm_import, resume_import
from tests.back_office import desk, list_page, page_of
from tests.builders import make_sales_point
from tests.orders.intake.exports import ORDER_DETAIL, ORDER_LIST, order, write_list
from tests.orders.teaching import begin, table, taught, uploaded
from tests.uploading import UPLOAD_PAGE, post_files, previewed, shop_desk, upload, work

LONG_NAMES = ["订单" * 120 + ".csv", "🍊" * 120 + ".csv", "a" * 250 + ".csv"]


@pytest.fixture
def shop(db: None) -> SalesPoint:
    call_command("load_seeds", stdout=StringIO())
    return find_sales_point("xunqianji")


@pytest.mark.parametrize("name", LONG_NAMES)
def test_a_name_longer_than_a_file_may_bear_is_shortened_at_its_front(
    shop: SalesPoint, name: str
) -> None:
    answer = shop_desk().post(
        reverse(UPLOAD_PAGE),
        {"sales_point": shop.pk, "uploads": SimpleUploadedFile(name, ORDER_LIST.read_bytes())},
    )
    assert answer.status_code == 302
    one = work(OrderImport.objects.get())
    assert one.state == "previewed"
    kept = one.parts.get().name
    assert name.endswith(kept)
    assert kept.endswith(".csv")


@pytest.mark.django_db
@pytest.mark.parametrize("name", LONG_NAMES)
def test_a_sample_and_a_ledger_may_bear_long_names_too(name: str) -> None:
    make_sales_point("wechat", name="微信小店", platform="wechat", shop_name="")
    client = desk("zhou")
    answer = begin(client, sample=uploaded(table(), name))
    assert answer.status_code == 302
    page = reverse("admin:orders_declaredsale_monthly_ledger")
    answer = client.post(page, {"ledger": SimpleUploadedFile(name, table())})
    assert "缺少必需的列" in answer.content.decode()


def test_a_name_with_markup_is_shown_as_text(shop: SalesPoint, tmp_path: Path) -> None:
    made = write_list(tmp_path, [order(总金额="八十九")])
    evil = made.rename(tmp_path / '"><img src=x onerror=alert(1)>.csv')
    one = previewed(shop, evil)
    client = shop_desk()
    assert "<img src=x" not in client.get(page_of(one)).content.decode()
    answer = client.get(reverse("admin:orders_orderimport_errors", args=[one.pk, 1]))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "<" not in answer["Content-Disposition"]


def test_the_refusal_of_a_replaced_worker_does_not_stop_the_one_at_work(shop: SalesPoint) -> None:
    one = confirm_import(previewed(shop, ORDER_LIST, ORDER_DETAIL), None)
    before = claim_job(job_id=one.job_id)
    assert before is not None
    resume_import(cancel_import(one, None), None)
    assert claim_job(job_id=one.job_id) is not None
    (Path(settings.MEDIA_ROOT) / one.parts.all()[0].stored_as).unlink()

    with pytest.raises(LeaseLost):
        work_import(before)

    one.refresh_from_db()
    assert (one.state, one.refusal_code) == ("running", "")


def test_the_command_goes_on_with_an_upload_whatever_the_order_of_its_files(
    shop: SalesPoint,
) -> None:
    one = confirm_import(previewed(shop, ORDER_LIST, ORDER_DETAIL), None)

    files = [str(ORDER_DETAIL), str(ORDER_LIST)]
    call_command("import_orders", *files, "--sales-point", "xunqianji", stdout=StringIO())

    one.refresh_from_db()
    assert (one.state, OrderImport.objects.count()) == ("done", 1)
    assert one.created == Order.objects.count() > 0
    tables = {part.name: part.table for part in one.parts.all()}
    assert tables == {ORDER_LIST.name: "orders", ORDER_DETAIL.name: "details"}


def test_what_a_killed_worker_left_readable_goes_after_a_day(
    shop: SalesPoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, fresh = tmp_path / "shanhai-import-old", tmp_path / "shanhai-import-fresh"
    others = tmp_path / "somebody-old"
    for folder in (old, fresh, others):
        folder.mkdir()
        (folder / "buyers.csv").write_text("张小山")
    for folder in (old, others):
        os.utime(folder, (0, 0))

    previewed(shop, ORDER_LIST)

    assert not old.exists()
    assert fresh.exists()
    assert others.exists()


def test_a_refused_file_leads_back_to_the_upload_page(shop: SalesPoint, tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("a,b\n1,2\n", encoding="utf-8")
    one = work(upload(shop, strange))

    page = shop_desk().get(page_of(one)).content.decode()
    assert one.state == "refused"
    assert "再重新上传" in page
    assert page.count(f'href="{reverse(UPLOAD_PAGE)}"') >= 1


def test_the_same_file_again_says_that_nothing_would_change(shop: SalesPoint) -> None:
    first = previewed(shop, ORDER_LIST, ORDER_DETAIL)
    work(confirm_import(first, None))
    again = previewed(shop, ORDER_LIST, ORDER_DETAIL)

    page = shop_desk().get(page_of(again)).content.decode()
    assert "不会新增或更新任何订单" in page
    assert page_of(first) in page


def test_a_taught_format_is_offered_on_the_upload_page(shop: SalesPoint) -> None:
    make_sales_point("wechat", name="微信小店", platform="wechat", shop_name="")
    row = taught(desk("zhou"))
    client = desk("zhou")
    assert row.state == TaughtFormat.State.PUBLISHED
    assert "微信小店（wechat-shop）" in client.get(reverse(UPLOAD_PAGE)).content.decode()


@pytest.mark.parametrize("count", [11, 30])
def test_too_many_files_are_refused_at_their_field(
    shop: SalesPoint, tmp_path: Path, count: int
) -> None:
    paths = [tmp_path / f"{n}.csv" for n in range(count)]
    for path in paths:
        path.write_text("a,b\n")
    answer = post_files(shop_desk(), shop, *paths)
    assert list(answer.context["form"].errors) == ["uploads"]
    assert not OrderImport.objects.exists()


def test_an_empty_file_is_refused_at_its_field_in_words(shop: SalesPoint, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    answer = post_files(shop_desk(), shop, empty)
    assert "empty" not in str(answer.context["form"].errors["uploads"])
    assert list_page(OrderImport) in answer.content.decode()


def test_a_previewed_file_says_what_it_is_and_how_many_rows_it_has(shop: SalesPoint) -> None:
    one = previewed(shop, ORDER_LIST, ORDER_DETAIL)
    files = {(part.table, part.rows) for part in one.parts.all()}
    assert files == {(file["table"], file["rows"]) for file in one.findings["files"]}
    assert {table for table, _rows in files} == {"orders", "details"}
