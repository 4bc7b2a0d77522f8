"""Publishing a campaign's rules: versions, refusals, and which orders are looked at again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent
from common.errors import DomainError
from marketplace.models import Campaign, CampaignVersion
from marketplace.rules.evidence import Level
from marketplace.selectors.campaigns import current_versions, find_campaign
from marketplace.services.campaigns import publish_version
from orders.models import ChangedOrder, SalesPoint
from orders.services.recording import record_sale
from products.models import Sku
from tests.builders import make_sales_point, make_sku, moment, reported_sale

START = moment("2020-05-01 00:00:00")
END = moment("2020-05-08 00:00:00")


def publish(code: str = "mayday-2020", **rules: object) -> CampaignVersion:
    values: dict[str, object] = {
        "starts_at": START,
        "ends_at": END,
        "minimum_level": Level.PLACE,
        "scopes": {"sales_point": ["xunqianji"]},
    }
    return publish_version(campaign_code=code, **(values | rules))


def sell(point: SalesPoint, number: str, paid_at: str) -> None:
    paid = moment(paid_at)
    record_sale(
        point,
        reported_sale(number, placed_at=paid - timedelta(minutes=1), paid_at=paid),
        source="test",
    )


def marked() -> list[tuple[str, str]]:
    """Read and empty the feed, as a run does."""
    rows = sorted(set(ChangedOrder.objects.values_list("order__number", "reason")))
    ChangedOrder.objects.all().delete()
    return rows


@pytest.fixture
def shop(db) -> SalesPoint:
    make_sku("QDN-LS-001")
    return make_sales_point("xunqianji")


def test_the_first_publication_makes_campaign_version_scope_and_audit_row(shop) -> None:
    version = publish(name="五一")
    assert (version.number, version.campaign.name) == (1, "五一")
    assert list(version.scopes.values_list("kind", "code")) == [("sales_point", "xunqianji")]
    event = AuditEvent.objects.get(action="campaign.published")
    assert event.object_key == "mayday-2020"
    assert event.changes["version"] == [None, 1]


def test_the_same_rules_again_publish_nothing(shop) -> None:
    first = publish()
    marked()
    assert publish(scopes={"sales_point": ["xunqianji", "xunqianji"], "county": []}) == first
    assert CampaignVersion.objects.count() == 1
    assert marked() == []


def test_other_rules_are_the_next_number_and_the_old_version_stays(shop) -> None:
    first = publish()
    second = publish(priority=1)
    assert (first.number, second.number) == (1, 2)
    assert first.rule_hash != second.rule_hash
    first.refresh_from_db()
    assert first.priority == 0
    assert [(one.number, one.priority) for one in current_versions()] == [(2, 1)]


def test_a_published_version_cannot_be_edited(shop) -> None:
    version = publish()
    with pytest.raises(DatabaseError), transaction.atomic():
        CampaignVersion.objects.filter(pk=version.pk).update(priority=9)


def test_orders_in_the_old_or_the_new_window_are_looked_at_again(shop) -> None:
    other = make_sales_point("other-platform", platform="generic", shop_name="")
    for number, paid_at in (
        ("before", "2020-04-30 23:59:59"),
        ("first", "2020-05-01 00:00:00"),
        ("last", "2020-05-07 23:59:59"),
        ("after", "2020-05-08 00:00:00"),
        ("june", "2020-06-01 10:00:00"),
    ):
        sell(shop, number, paid_at)
    sell(other, "elsewhere", "2020-05-02 10:00:00")
    marked()

    publish()
    assert marked() == [("first", "campaign"), ("last", "campaign")]

    publish(starts_at=moment("2020-06-01 00:00:00"), ends_at=moment("2020-06-02 00:00:00"))
    assert marked() == [("first", "campaign"), ("june", "campaign"), ("last", "campaign")]


def test_a_channel_scope_marks_by_what_the_ledger_froze(shop) -> None:
    fair = make_sales_point("fair-nongbohui", channel_class="fair", platform="", shop_name="")
    sell(shop, "online", "2020-05-02 10:00:00")
    sell(fair, "stall", "2020-05-02 10:00:00")
    SalesPoint.objects.filter(code="fair-nongbohui").update(channel_class="other")
    marked()
    publish(scopes={"channel_class": ["fair"]})
    assert marked() == [("stall", "campaign")]


def test_current_rules_name_the_skus_of_a_product_scope(shop) -> None:
    sku = Sku.objects.get(code="QDN-LS-001")
    Sku.objects.create(code="QDN-LS-001-B", product=sku.product, name="大", unit="盒", price_fen=1)
    make_sku("QDN-DZ-001", county="522636")
    publish("tea", scopes={"product": ["QDN-LS-001"]}, minimum_level=Level.REFERENCE)
    publish("all", scopes={})
    everything, tea = current_versions()
    assert tea.sku_codes == {"QDN-LS-001", "QDN-LS-001-B"}
    assert (tea.has_product_scope, tea.needs_matched_line, tea.minimum_level) == (True, True, 3)
    assert (everything.has_product_scope, everything.needs_matched_line) == (False, False)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"ends_at": START}, "campaign_not_valid"),
        ({"starts_at": START.replace(tzinfo=None)}, "campaign_not_valid"),
        ({"ends_at": END.replace(year=2150)}, "campaign_not_valid"),
        ({"minimum_level": 0}, "campaign_not_valid"),
        ({"minimum_level": 6}, "campaign_not_valid"),
        ({"lookback_days": -1}, "campaign_not_valid"),
        ({"minimum_order_fen": -1}, "campaign_not_valid"),
        ({"scopes": {"sales_point": ["nowhere"]}}, "unknown_scope_code"),
        ({"scopes": {"product": ["nothing"]}}, "unknown_scope_code"),
        ({"scopes": {"county": ["330105"]}}, "unknown_scope_code"),
        ({"scopes": {"channel_class": ["moon"]}}, "unknown_scope_code"),
        ({"scopes": {"buyer_kind": ["ghost"]}}, "unknown_scope_code"),
        ({"scopes": {"weather": ["rain"]}}, "unknown_scope_code"),
        ({"code": "has space"}, "campaign_not_valid"),
        ({"code": "x" * 61}, "campaign_not_valid"),
    ],
)
def test_impossible_rules_are_refused_and_leave_nothing(shop, rules, code) -> None:
    with pytest.raises(DomainError) as refused:
        publish(**rules)
    assert refused.value.code == code
    assert not Campaign.objects.exists()


def test_an_unknown_campaign_is_refused_by_name(db) -> None:
    with pytest.raises(DomainError) as refused:
        find_campaign("nowhere")
    assert refused.value.code == "unknown_campaign"
    assert "nowhere" in refused.value.message
