"""Papers lie encrypted; who sees what rests on them opens them, and each time is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEvent, Duty, Role, ScopeKind
from orders.models import DeclaredSale, EvidenceFile, SalesPoint
from tests.back_office import XIAOSHAN, desk, district_desk, list_page, page_of, said, take
from tests.builders import make_county, make_district, make_sales_point
from tests.orders.test_review_pages import declared

pytestmark = pytest.mark.django_db

CONTENT = "六月销售台账：样例".encode()


@pytest.fixture
def paper() -> EvidenceFile:
    make_county("522622", "黄平县")
    make_district("330105")
    point = make_sales_point("fenghuang", channel_class="centre", district="330105")
    return declared_with(point, SimpleUploadedFile("台账 六月.csv", CONTENT)).papers.get()


def declared_with(point: SalesPoint, *papers: SimpleUploadedFile) -> DeclaredSale:
    return declared(point, uploads=list(papers))


def test_a_colleague_downloads_what_was_uploaded_and_it_is_recorded(paper: EvidenceFile) -> None:
    stored = (Path(settings.MEDIA_ROOT) / paper.stored_as).read_bytes()
    assert CONTENT not in stored
    checker = district_desk("审核乙", Duty.APPROVE)
    answer = take(checker, paper, "download")
    assert answer.content == CONTENT
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    event = AuditEvent.objects.get(action="paper.read")
    assert (event.actor.username, event.object_key) == ("审核乙", str(paper.pk))


def test_who_sees_no_row_that_rests_on_it_sees_no_paper(paper: EvidenceFile) -> None:
    foreign = district_desk("萧山审核", Duty.APPROVE, XIAOSHAN)
    leishan = desk("雷山", Role.COUNTY, Duty.PREPARE, ScopeKind.COUNTY, "522634")
    for client in (foreign, leishan):
        assert client.get(list_page(EvidenceFile)).context["cl"].result_count == 0
        assert client.get(page_of(paper)).status_code == 302
        assert take(client, paper, "download").status_code == 404
    huangping = desk("黄平", Role.COUNTY, Duty.PREPARE, ScopeKind.COUNTY, "522622")
    assert take(huangping, paper, "download").content == CONTENT
    assert AuditEvent.objects.filter(action="paper.read").count() == 1


def test_looking_at_a_paper_s_page_opens_nothing(paper: EvidenceFile) -> None:
    client = district_desk("审核乙", Duty.APPROVE)
    assert client.get(page_of(paper)).status_code == 200
    assert client.get(page_of(paper).replace("/change/", "/step/download/")).status_code == 405
    assert not AuditEvent.objects.filter(action="paper.read").exists()


def test_a_stored_file_that_is_gone_or_was_changed_is_refused_in_words(paper: EvidenceFile) -> None:
    client = district_desk("审核乙", Duty.APPROVE)
    stored = Path(settings.MEDIA_ROOT) / paper.stored_as
    sealed = stored.read_bytes()
    stored.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert "无法读取" in said(take(client, paper, "download"))[-1]
    stored.unlink()
    assert "无法读取" in said(take(client, paper, "download"))[-1]
    assert not AuditEvent.objects.filter(action="paper.read").exists()


def test_several_papers_are_kept_and_an_empty_one_is_refused(paper: EvidenceFile) -> None:
    point = SalesPoint.objects.get()
    DeclaredSale.objects.all().delete()
    two = [SimpleUploadedFile("甲.txt", b"1"), SimpleUploadedFile("乙.txt", b"2")]
    assert {one.name for one in declared_with(point, *two).papers.all()} == {"甲.txt", "乙.txt"}
    before = EvidenceFile.objects.count()
    with pytest.raises(AssertionError, match="空"):
        declared(point, period_end="2020-07-31", uploads=[SimpleUploadedFile("空.txt", b"")])
    assert EvidenceFile.objects.count() == before


def stored_files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_a_refused_statement_leaves_no_file_behind(paper: EvidenceFile) -> None:
    before = stored_files()
    new = SimpleUploadedFile("七月.csv", b"never stored")
    with pytest.raises(AssertionError, match="数量"):
        declared(SalesPoint.objects.get(), quantity="5", uploads=[new])
    assert stored_files() == before
    assert EvidenceFile.objects.count() == 1


def test_too_many_or_too_large_papers_are_refused_in_words(paper: EvidenceFile) -> None:
    before, point = stored_files(), SalesPoint.objects.get()
    many = [SimpleUploadedFile(f"{number}.txt", b"1") for number in range(21)]
    with pytest.raises(AssertionError, match="最多上传 20 个文件"):
        declared(point, period_end="2020-07-31", uploads=many)
    large = SimpleUploadedFile("扫描件.pdf", b"1" * (20 * 1024 * 1024 + 1))
    with pytest.raises(AssertionError, match="超过 20 MB"):
        declared(point, period_end="2020-07-31", uploads=[large])
    assert stored_files() == before


def test_a_flood_of_files_is_answered_with_a_sentence(db) -> None:
    flood = [SimpleUploadedFile(f"{number}.txt", b"1") for number in range(101)]
    answer = district_desk("经办甲").post(list_page(DeclaredSale) + "add/", {"uploads": flood})
    assert answer.status_code == 400
    assert "一次最多上传 20 个文件" in answer.content.decode()
