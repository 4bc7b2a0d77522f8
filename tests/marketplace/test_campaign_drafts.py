"""Rules are drawn up, previewed, checked by another and published; nothing else moves a figure."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent
from marketplace.errors import (
    CampaignNotValid,
    DraftNotValid,
    DraftOutdated,
    DraftStands,
    PreviewMissing,
    UnknownScopeCode,
)
from marketplace.models import AttributionRun, Campaign, CampaignDraft, CampaignVersion
from marketplace.rules.campaigns import VersionRules
from marketplace.selectors.attribution import state_digest
from marketplace.services.attribution.previewing import (
    is_preview_current,
    request_preview,
    work_preview,
)
from marketplace.services.campaign_drafts import approve_draft, draft_version, submit_draft
from marketplace.services.campaigns import publish_version
from operations.errors import MakerMayNotCheck, ReasonMissing, ReviewRefused
from operations.services.reviewing import give_back
from tests.marketplace.attribution_world import attribute
from tests.marketplace.ledger_builders import Line, Sale, day, moment, person, sales_point

pytestmark = pytest.mark.django_db
START, END = day("2020-05-01"), day("2020-05-08")


def stated(**changes: object) -> VersionRules:
    values: dict = {"starts_at": START, "ends_at": END, "minimum_level": 1, "scopes": {}, **changes}
    return VersionRules(**values)


def draft(code: str = "a", base_number: int = 0, **changes: object) -> CampaignDraft:
    return draft_version(
        campaign_code=code,
        name=f"活动 {code}",
        base_number=base_number,
        stated=stated(**changes),
        reason="延长一周",
        actor=person("jingban"),
    )


def previewed(row: CampaignDraft) -> CampaignDraft:
    assert work_preview(request_preview(row).pk)
    row.refresh_from_db()
    return row


def published(row: CampaignDraft) -> CampaignVersion:
    submit_draft(previewed(row), person("jingban"))
    version = approve_draft(row, person("shenhe")).version
    assert version is not None
    return version


def test_a_checked_draft_becomes_the_next_version_with_its_rules() -> None:
    first = published(draft())
    assert (first.number, first.campaign.name) == (1, "活动 a")
    sales_point("shop")
    later = published(
        draft(
            base_number=1,
            ends_at=END + timedelta(days=7),
            scopes={"sales_point": ["shop"], "county": []},
            priority=3,
        )
    )
    assert (later.number, later.priority, later.published_by) == (2, 3, person("shenhe"))
    assert list(later.scopes.values_list("kind", "code")) == [("sales_point", "shop")]
    assert later.rule_hash == later.draft.rule_hash
    said = AuditEvent.objects.filter(action="campaign.published").latest("id")
    assert said.changes["version"] == [1, 2]


def test_a_draft_moves_nothing_until_it_is_published() -> None:
    published(draft())
    Sale("N1", moment("2020-05-09 12:00:00"), [Line()])
    attribute()
    before = state_digest()
    waiting = submit_draft(
        previewed(draft(base_number=1, ends_at=END + timedelta(days=7))), person("jingban")
    )
    attribute("full")
    assert state_digest() == before
    approve_draft(waiting, person("shenhe"))
    run = attribute()
    assert state_digest() != before
    assert (run.orders, run.versions) == (1, {"a": 2})


def test_a_preview_says_what_publishing_moves_and_from_whom() -> None:
    published(draft("a"))
    Sale("N1", moment("2020-05-02 12:00:00"), [Line(amount_fen=300)])
    Sale("N2", moment("2020-05-09 12:00:00"), [Line(amount_fen=500)]).refund("line", 200)
    attribute()
    found = previewed(draft("b", starts_at=day("2020-05-02"), ends_at=day("2020-05-10"))).preview
    assert found["orders"] == {"before": 0, "after": 2}
    assert found["sums"]["direct"] == {"before": 0, "after": 600}
    assert found["sums"]["participation"] == {"before": 0, "after": 600}
    assert found["orders_changed"] == 2
    assert found["campaigns"] == [
        {"code": "", "before_fen": 300, "after_fen": 0},
        {"code": "a", "before_fen": 300, "after_fen": 0},
        {"code": "b", "before_fen": 0, "after_fen": 600},
    ]
    assert found["sales_points"] == [{"code": "shop", "before_fen": 0, "after_fen": 600}]
    moved = [
        (row["order_number"], row["from"], row["to"], row["moved_fen"]) for row in found["lines"]
    ]
    assert moved == [("N1", "a", "b", 300), ("N2", "", "b", 300)]
    assert state_digest() == AttributionRun.objects.latest("id").digest


def test_a_preview_is_current_until_something_is_recorded_computed_or_published() -> None:
    row = previewed(draft())
    assert is_preview_current(row)
    sale = Sale("N1", moment("2020-05-02 12:00:00"), [Line()])
    assert not is_preview_current(row)
    assert is_preview_current(previewed(row))
    attribute()
    assert not is_preview_current(row)
    assert is_preview_current(previewed(row))
    sale.refund("line", 5)
    assert not is_preview_current(row)
    row = previewed(row)
    published(draft("b"))
    assert not is_preview_current(row)


def test_publishing_looks_again_at_an_order_decided_for_the_campaign_wherever_it_lies() -> None:
    published(draft("a"))
    published(draft("b", priority=1))
    sale = Sale("N1", moment("2020-07-01 12:00:00"), [Line()])
    for code in ("a", "b"):
        sale.decide(code, "credit")
    attribute()
    row = previewed(draft("a", base_number=1, priority=2))
    assert row.preview["orders_changed"] == 1
    submit_draft(row, person("jingban"))
    approve_draft(row, person("shenhe"))
    attribute()
    changed = state_digest()
    attribute("full")
    assert state_digest() == changed
    assert row.preview["orders"] == {"before": 0, "after": 1}


def test_two_drafts_of_one_campaign_do_not_wait_at_once_and_the_later_one_is_outdated() -> None:
    first, second = previewed(draft()), previewed(draft(priority=1))
    submit_draft(first, person("jingban"))
    with pytest.raises(DraftStands):
        submit_draft(second, person("jingban"))
    approve_draft(first, person("shenhe"))
    with pytest.raises(DraftOutdated):
        submit_draft(second, person("jingban"))
    assert CampaignVersion.objects.count() == 1


def test_a_draft_is_not_published_over_a_version_that_came_meanwhile() -> None:
    row = submit_draft(previewed(draft()), person("jingban"))
    publish_version(campaign_code="a", starts_at=START, ends_at=END, minimum_level=2, scopes={})
    with pytest.raises(DraftOutdated):
        approve_draft(row, person("shenhe"))
    row.refresh_from_db()
    assert (row.state, row.version, row.checked_by) == ("submitted", None, None)
    assert [version.minimum_level for version in CampaignVersion.objects.all()] == [2]


def test_nobody_hands_in_what_was_not_previewed_nor_checks_their_own() -> None:
    row = draft()
    with pytest.raises(PreviewMissing):
        submit_draft(row, person("jingban"))
    submit_draft(previewed(row), person("jingban"))
    with pytest.raises(MakerMayNotCheck):
        approve_draft(row, person("jingban"))
    assert not Campaign.objects.exists()


def test_a_draft_that_was_decided_on_keeps_the_preview_that_its_checker_saw() -> None:
    row = submit_draft(previewed(draft()), person("jingban"))
    give_back(row, person("shenhe"), "日期不对")
    with pytest.raises(ReviewRefused):
        request_preview(row)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"base_number": 1}, DraftOutdated),
        ({"ends_at": START}, CampaignNotValid),
        ({"minimum_level": 9}, CampaignNotValid),
        ({"scopes": {"product": ["NOTHING"]}}, UnknownScopeCode),
        ({"code": "坏 码"}, CampaignNotValid),
    ],
)
def test_impossible_rules_are_refused_and_nothing_is_kept(changes: dict, refusal: type) -> None:
    with pytest.raises(refusal):
        draft(**changes)
    assert not CampaignDraft.objects.exists()


def test_rules_that_change_nothing_and_drafts_without_a_reason_are_refused() -> None:
    published(draft())
    with pytest.raises(DraftNotValid):
        draft(base_number=1)
    with pytest.raises(ReasonMissing):
        draft_version(
            campaign_code="b", name="b", base_number=0, stated=stated(), reason=" ", actor=None
        )


def test_the_command_prints_what_a_draft_would_move() -> None:
    Sale("N1", moment("2020-05-02 12:00:00"), [Line(amount_fen=300)])
    attribute()
    row, out = draft(), StringIO()
    call_command("preview_campaign", str(row.pk), stdout=out)
    assert "将归属 1 笔订单，净额 3.00 元" in out.getvalue()
    row.refresh_from_db()
    assert row.preview["sums"]["direct"] == {"before": 0, "after": 300}
    with pytest.raises(SystemExit):
        call_command("preview_campaign", "999", stdout=out, stderr=StringIO())
