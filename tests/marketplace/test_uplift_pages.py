"""Controls, series and estimates on screen, and the estimate in printed reports."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.models import Duty, Role, ScopeKind
from marketplace.models import Campaign, ControlSeries, UpliftControl, UpliftEstimate
from marketplace.services.report_files import report_as, write_report
from marketplace.services.uplift.estimating import ESTIMATE_JOB
from operations.models import Job
from tests.back_office import desk, list_page, page_of, said, steps_shown, take
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, day
from tests.marketplace.report_stories import report
from tests.marketplace.uplift_world import (
    CODE,
    START,
    estimate,
    in_force,
    publish,
    usual_weeks,
    weekly,
)

pytestmark = pytest.mark.django_db

ADD = list_page(UpliftControl) + "add/"


def stated(**changes: object) -> dict[str, object]:
    return {
        "campaign": Campaign.objects.get(code=CODE).pk,
        "kind": "sales_points",
        "codes": "other",
        "series": "",
        "design": "places",
        "disturbances": "",
        "reason": "同城同类店铺",
        **changes,
    }


def test_a_control_is_declared_by_one_person_and_checked_by_another() -> None:
    publish()
    usual_weeks()
    maker, checker = desk("jingban"), desk("shenhe", duty=Duty.APPROVE)
    answer = maker.post(ADD, stated(disturbances="2020-06-03/2020-06-04 停电\n2020-03-16 盘点"))
    control = UpliftControl.objects.get()
    assert answer.status_code == 302
    assert control.codes == ["other"]
    assert control.disturbances[1] == {
        "first_day": "2020-03-16", "last_day": "2020-03-16", "reason": "盘点",
    }  # fmt: skip
    assert "approve" not in steps_shown(maker, control)
    take(checker, control, "approve")
    assert control.is_in_force
    page = maker.get(page_of(control)).content.decode()
    assert "停电" in page
    assert "other" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"codes": "nosuch"}, "对照编码不存在"),
        ({"design": "history"}, "只能是以下设计"),
        ({"disturbances": "昨天停电"}, "干扰时段读不懂"),
        ({"disturbances": "2020-02-30 停电"}, "干扰时段读不懂"),
        ({"disturbances": "2020-06-05/2020-06-01 停电"}, "首日不晚于末日"),
    ],
)
def test_the_form_says_why_a_control_cannot_be(changes: dict[str, object], words: str) -> None:
    publish()
    usual_weeks()
    answer = desk("jingban").post(ADD, stated(**changes))
    assert words in answer.content.decode()
    assert not UpliftControl.objects.exists()


def test_who_only_reads_declares_nothing() -> None:
    publish()
    usual_weeks()
    assert desk("kan", duty=Duty.READ).post(ADD, stated()).status_code == 403
    assert not UpliftControl.objects.exists()


def test_a_store_operator_sees_no_estimate() -> None:
    publish()
    usual_weeks()
    made = estimate()
    client = desk("dianzhu", Role.STORE_OPERATOR, kind=ScopeKind.SALES_POINT, code="shop")
    assert client.get(list_page(UpliftEstimate)).status_code == 403
    assert client.get(page_of(made)).status_code in (302, 403)


def test_a_series_is_imported_on_its_page_as_a_version() -> None:
    rows = [f"{day('2020-01-01').date() + timedelta(days=n)},{n + 1},公报,万元" for n in range(9)]
    text = "\n".join(["period,value,source,unit", *rows])
    client = desk("jingban")
    file = SimpleUploadedFile("宁波.csv", text.encode())
    add = list_page(ControlSeries) + "add/"
    answer = client.post(add, {"code": "ningbo", "name": "宁波同期", "upload": file})
    series = ControlSeries.objects.get()
    assert answer.status_code == 302
    assert (series.number, series.points_count, series.file_name) == (1, 9, "宁波.csv")
    assert "公报" in client.get(page_of(series)).content.decode()
    broken = SimpleUploadedFile("b.csv", b"period,value,source,unit\nx,1,s,u")
    answer = client.post(add, {"code": "ningbo", "name": "宁波", "upload": broken})
    assert "不是有效期间" in answer.content.decode()
    assert ControlSeries.objects.count() == 1


def test_an_estimate_is_asked_for_on_the_list_of_campaigns_and_looked_at() -> None:
    publish()
    usual_weeks(effect=60_000)
    in_force()
    client = desk("jingban2")
    chosen = {"action": "request_estimates", "_selected_action": Campaign.objects.get().pk}
    answer = client.post(list_page(Campaign), chosen)
    job = Job.objects.get(kind=ESTIMATE_JOB)
    assert f"任务 #{job.pk}" in said(answer)[0]
    made = estimate()
    page = client.get(page_of(made)).content.decode()
    assert "log_ratio_did_1" in page
    listed = client.get(list_page(UpliftEstimate)).content.decode()
    assert " / " in listed


def test_every_form_of_the_report_prints_the_estimate_with_grade_and_published_figures(
    tmp_path: Path,
) -> None:
    publish()
    usual_weeks(effect=60_000)
    in_force()
    attribute()
    for form in ("text", "html"):
        assert "尚未估计" in report_as(report(CODE), form)
    estimate()
    found = report(CODE)
    texts = [report_as(found, form) for form in ("text", "html")]
    write_report(found, "xlsx", tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    texts.append(
        " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    )
    for text in texts:
        flat = "".join(text.split())
        for words in (
            "新增销售估计",
            "证据等级B",
            "提前购买",
            "外溢",
            "3.4–5.8",
            "ManagementScience67(12)",
            "AEJ:Macroeconomics15(4)",
            "没有补贴，不计算",
            "归属不等于效果",
            "对照：other",
            "公共假日4期",
        ):
            assert words in flat, words


def test_a_report_of_a_new_store_prints_that_there_is_no_baseline() -> None:
    publish()
    weekly("shop", [100_000], weeks=range(2))
    attribute()
    estimate()
    text = "".join(report_as(report(CODE), "text").split())
    assert "无基线" in text
    assert "新开的店" in text
    assert report(CODE).as_json()["uplift"]["refusal"] == "no_history"


def test_the_report_says_what_each_yuan_of_subsidy_added_beside_the_gross_figure() -> None:
    publish()
    usual_weeks(effect=60_000)
    Sale("subsidised", START, [Line(amount_fen=10_000, subsidy_fen=5_000)])
    in_force()
    attribute()
    estimate()
    text = "".join(report_as(report(CODE), "text").split())
    assert "每元补贴的新增销售" in text
    assert "补贴净额为本报告合计" in text
    assert "90%预测区间" in text
    assert "请重新估计" not in text
    attribute("full")
    assert "请重新估计" in report_as(report(CODE), "text")
