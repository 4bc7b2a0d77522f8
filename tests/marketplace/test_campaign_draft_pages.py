"""Rules on screen: drawn up from choosers, previewed, handed in, checked, published."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from django.urls import reverse

from accounts.models import Duty, Role, ScopeKind
from marketplace.models import Campaign, CampaignDraft, CampaignVersion
from marketplace.services.attribution.previewing import work_preview
from marketplace.services.campaigns import publish_version
from operations.models import Job
from products.models import County
from tests.back_office import desk, list_page, page_of, said, steps_shown, take
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, day, moment, sales_point
from tests.workers import run_worker, use_broker, wait_until

pytestmark = pytest.mark.django_db
ADD = list_page(CampaignDraft) + "add/"


def form(**changes: object) -> dict[str, object]:
    return {
        "campaign_code": "tea",
        "base_number": "0",
        "name": "春茶节",
        "first_day": "2020-05-01",
        "last_day": "2020-05-07",
        "minimum_level": "1",
        "sales_points": ["shop"],
        "minimum_order": "0.00",
        "priority": "0",
        "lookback_days": "30",
        "reason": "新办活动",
        **changes,
    }


@pytest.fixture
def sold(db: None) -> None:
    sales_point("shop")
    County.objects.create(code="522634", name="雷山县", kind="县", source="test")
    Sale("N1", moment("2020-05-07 23:59:59"), [Line(amount_fen=12_345)])
    Sale("N2", moment("2020-05-08 00:00:00"), [Line(amount_fen=700)])
    attribute()


def drawn_up(**changes: object) -> CampaignDraft:
    answer = desk("jingban").post(ADD, form(**changes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return CampaignDraft.objects.latest("id")


def worked(row: CampaignDraft) -> None:
    assert row.preview_job is not None
    assert work_preview(row.preview_job.pk)


def test_rules_go_from_the_form_to_the_report(sold: None) -> None:
    maker, checker = desk("jingban"), desk("shenhe", duty=Duty.APPROVE)
    row = drawn_up()
    assert (row.state, row.scopes) == ("draft", {"sales_point": ["shop"]})
    assert (row.starts_at, row.ends_at) == (day("2020-05-01"), day("2020-05-08"))
    assert steps_shown(maker, row) == {"preview", "submit"}
    assert "请先试算" in said(take(maker, row, "submit"))[0]
    take(maker, row, "preview")
    assert "等待后台进程" in maker.get(page_of(row)).content.decode()
    worked(row)
    page = maker.get(page_of(row)).content.decode()
    for words in ("将归属 1 笔订单，净额 123.45 元", "2020年5月1日", "春茶节", "N1"):
        assert words in page
    assert "请重新试算" not in page
    assert "首次触点" in page
    city = desk("shi", Role.CITY, Duty.APPROVE).get(page_of(row)).content.decode()
    assert "首次触点" not in city
    assert "参与口径" in city
    take(maker, row, "submit")
    assert "approve" not in steps_shown(maker, row)
    take(checker, row, "approve")
    version = CampaignVersion.objects.get()
    assert (row.version, version.campaign.name, str(version.published_by)) == (
        version, "春茶节", "shenhe",
    )  # fmt: skip
    attribute()
    assert "123.45" in maker.get("/reports/campaigns/tea/").content.decode()


def test_a_revision_starts_from_the_rules_of_now_and_marks_what_it_changes(sold: None) -> None:
    publish_version(
        campaign_code="tea", name="春茶节", starts_at=day("2020-05-01"), ends_at=day("2020-05-08"),
        minimum_level=1, scopes={"sales_point": ["shop"]}, minimum_order_fen=1250,
    )  # fmt: skip
    maker = desk("jingban")
    campaign = maker.get(page_of(Campaign.objects.get())).content.decode()
    assert reverse("admin:marketplace_campaigndraft_add") + "?campaign=tea" in campaign
    asked = maker.get(ADD + "?campaign=tea").context["adminform"].form
    assert asked["last_day"].value().isoformat() == "2020-05-07"
    assert (asked["minimum_order"].value(), asked["base_number"].value()) == ("12.50", 1)
    row = drawn_up(base_number="1", last_day="2020-05-09", minimum_order="12.50")
    changes = {each.label: each for each in maker.get(page_of(row)).context["draft_changes"]}
    assert [label for label, each in changes.items() if each.is_changed] == ["活动时间"]
    assert changes["订单最低金额（元）"].current == "12.50"
    again = maker.get(f"{ADD}?draft={row.pk}").context["adminform"].form
    assert again["last_day"].value().isoformat() == "2020-05-09"


def test_a_preview_that_no_longer_holds_says_so(sold: None) -> None:
    maker, row = desk("jingban"), drawn_up()
    take(maker, row, "preview")
    worked(row)
    Sale("N3", moment("2020-05-03 12:00:00"), [Line()])
    assert "请重新试算" in maker.get(page_of(row)).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last_day": "2020-04-30"}, "末日不能早于首日"),
        ({"first_day": "1820-05-01"}, "年份须在"),
        ({"minimum_order": "十元"}, "金额不可用"),
        ({"minimum_order": "-1"}, "订单最低金额超出范围"),
        ({"lookback_days": "99999"}, "回溯天数须在"),
        ({"sales_points": ["nowhere"]}, "nowhere"),
        ({"base_number": "4"}, "请按现行规则重新拟定"),
        ({"reason": " "}, "必填"),
        ({"campaign_code": "春茶"}, "下划线或连字符号"),
        ({"minimum_level": "0"}, "归因依据"),
    ],
)
def test_the_form_says_why_rules_cannot_be(sold: None, changes: dict, words: str) -> None:
    answer = desk("jingban").post(ADD, form(**changes))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not CampaignDraft.objects.exists()


def test_who_may_not_draw_up_rules_is_refused(sold: None) -> None:
    row = drawn_up()
    reader = desk("kan", duty=Duty.READ)
    assert reader.post(ADD, form()).status_code == 403
    assert (
        reader.post(
            reverse("admin:marketplace_campaigndraft_step", args=[row.pk, "preview"])
        ).status_code
        == 403
    )
    keeper = desk("dianzhu", Role.STORE_OPERATOR, kind=ScopeKind.SALES_POINT, code="shop")
    assert keeper.get(page_of(row)).status_code in (302, 403)
    assert not Job.objects.filter(kind="preview-campaign").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.worker
def test_a_worker_previews_what_was_asked_for_on_the_page() -> None:
    sales_point("shop")
    Sale("N1", moment("2020-05-03 12:00:00"), [Line(amount_fen=12_345)])
    with ExitStack() as stack:
        stack.enter_context(use_broker(""))
        stack.enter_context(run_worker())
        row = drawn_up()
        take(desk("jingban"), row, "preview")
        wait_until(lambda: bool(CampaignDraft.objects.get().preview))
    assert CampaignDraft.objects.get().preview["sums"]["direct"]["after"] == 12_345
