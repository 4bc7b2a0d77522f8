"""The explanation as people meet it: on the page, by the command, before a check."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given, settings

from accounts.models import Duty, Role, ScopeKind
from marketplace.models import AttributionDecision, AttributionEntry, Campaign
from marketplace.selectors.ledger_frames import orders_listed, read_credits
from marketplace.services.attribution.explaining import explain_order, foresee_decision
from marketplace.services.attribution_decisions import approve_decision, decide_attribution
from operations.services.reviewing import ask_revocation
from orders.models import OrderLine, SalesEntry
from tests.back_office import desk, page_of
from tests.builders import make_sku
from tests.marketplace.attribution_world import Step, World, attribute, steps, undone
from tests.marketplace.ledger_builders import (
    Line,
    Sale,
    campaign,
    day,
    moment,
    person,
    touch,
)

pytestmark = pytest.mark.django_db
PAID = moment("2020-05-02 12:00:00")


def page(sale: Sale, **asked: str) -> str:
    name = "admin:marketplace_attributionentry_explain"
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return reverse(name, args=[sale.order.pk]) + (f"?{query}" if query else "")


def fair() -> Sale:
    """Return a sale with a winner, a loser, and campaigns that are no candidates."""
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    campaign("spring", day("2020-04-01"), day("2020-06-01"))
    campaign("later", day("2020-06-01"), day("2020-07-01"))
    campaign("elsewhere", day("2020-05-01"), day("2020-05-08"), scopes={"county": ["522625"]})
    campaign("strict", day("2020-05-01"), day("2020-05-08"), minimum_level=4)
    campaign("large", day("2020-05-01"), day("2020-05-08"), minimum_order_fen=20_000)
    touch("buyer", PAID - timedelta(days=7), "spring")
    touch("buyer", PAID - timedelta(hours=3), "mayday", kind="scan")
    return Sale("A1", PAID, [Line()], buyer_key="buyer")


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("explain_attribution", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@settings(max_examples=25, deadline=None)
@given(played=steps)
def test_the_verdict_of_every_row_and_campaign_is_the_stored_state(played: list[Step]) -> None:
    with undone():
        world = World()
        for step in played:
            world.play(step)
        attribute("full")
        for sale in world.sales:
            told = explain_order(sale.order.pk)
            assert told.is_stored
            state = read_credits(orders_listed([sale.order.pk]))
            stored = {
                (entry, code): (level, reason)
                for entry, code, level, reason in state.select(
                    "entry_id", "campaign_code", "level", "reason"
                ).iter_rows()
                if code
            }
            said = {
                (row.entry_id, each.campaign_code): (each.level, each.reason)
                for row in told.rows
                for each in row.verdicts
                if each.is_candidate
            }
            assert said == stored


def test_the_page_gives_each_campaign_a_sentence_and_the_path_a_table() -> None:
    sale = fair()
    attribute("full")
    text = desk("office").get(page(sale)).content.decode()
    for words in (
        "计入，因为它在 2 个符合条件的活动中排在最前，归因依据为“触点”。",
        "不重复口径未计入，因为活动开始较早，由“mayday（mayday）”计入",
        "未计入，因为付款时间 2020-05-02 12:00:00 在活动开始（2020-06-01 00:00:00）之前",
        "不在活动范围内",
        "归因依据只到“范围与时间”，活动要求至少“消费券核销”",
        "订单成交额 100.00 元，未达到活动要求的 200.00 元",
        "付款前 7 天 0 小时",
        "扫码 2020-05-02 09:00:00，付款前 3 小时 0 分",
        "触点路径",
    ):
        assert words in text
    assert "not-stored" not in text
    one = desk("office").get(page(sale, campaign="later")).content.decode()
    assert "2020-06-01" in one
    assert "排在最前" not in one


def test_a_change_that_waits_is_said_on_the_page() -> None:
    sale = fair()
    attribute("full")
    campaign("newer", day("2020-05-01"), day("2020-05-08"), priority=3)
    assert "not-stored" in desk("office").get(page(sale)).content.decode()
    attribute("full")
    assert "not-stored" not in desk("office").get(page(sale)).content.decode()


def test_voucher_codes_are_masked_and_people_named() -> None:
    sale = fair()
    sale.redeem("line", "strict", 500, voucher="20200501004711")
    sale.decide("later")
    attribute("full")
    text = desk("office").get(page(sale)).content.decode()
    assert "消费券 **********4711 抵扣 5.00 元" in text
    assert "20200501004711" not in text
    assert "认定归属，经办 jingban，审核 shenhe" in text
    assert "20200501004711" not in command("A1", "--sales-point", "shop", "--json")


def test_the_page_shows_only_orders_and_rows_in_reach() -> None:
    sale = Sale("A1", PAID, [Line("here"), Line("there", county="522625")])
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    other = desk("other", Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, "elsewhere")
    assert other.get(page(sale)).status_code == 404
    own = desk("own", Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, "shop")
    text = own.get(page(sale)).content.decode()
    assert ("here" in text, "there" in text) == (True, True)
    assert desk("office").get(page(sale).replace(str(sale.order.pk), "999999")).status_code == 404


def test_a_county_sees_the_rows_of_its_own_goods_alone() -> None:
    campaign("mayday", day("2020-05-01"), day("2020-05-08"))
    sale = Sale("A1", PAID, [Line("ours"), Line("foreign", county="522625")])
    sku = make_sku("SKU-1", county="522631")
    OrderLine.objects.create(
        order=sale.order, line_key="ours", sku=sku, unit_price_fen=1, quantity=1,
        list_fen=1, amount_fen=1, consumer_paid_fen=1,
    )  # fmt: skip
    county = desk("county", Role.COUNTY, Duty.PREPARE, ScopeKind.COUNTY, "522631")
    answer = county.get(page(sale))
    assert [told.row.line_key for told in answer.context["rows"]] == ["ours"]
    decision = propose(sale, "mayday", "exclude")
    seen = county.get(page_of(decision))
    assert {line for line, *_rest in seen.context["foreseen"]} == {"ours"}
    assert "foreign" not in seen.content.decode()
    stranger = desk("stranger", Role.COUNTY, Duty.PREPARE, ScopeKind.COUNTY, "522634")
    assert stranger.get(page(sale)).status_code == 404


def test_pages_about_the_order_lead_to_it() -> None:
    sale = fair()
    attribute("full")
    office = desk("office")
    entry = SalesEntry.objects.get()
    credit = AttributionEntry.objects.filter(campaign_code="mayday").get()
    decision = sale.decide("later")
    for row in (sale.order, entry, credit, decision):
        assert page(sale) in office.get(page_of(row)).content.decode()


def test_the_command_says_the_same_in_words_and_as_json() -> None:
    sale = fair()
    sale.refund("line", 3_333)
    attribute("full")
    text = command("A1", "--sales-point", "shop")
    assert "mayday（mayday）：计入，因为它在 2 个" in text
    told = json.loads(command("A1", "--sales-point", "shop", "--json"))
    first, refund = told["rows"]
    outcomes = {each["campaign"]: each["outcome"] for each in first["campaigns"]}
    assert outcomes == {
        "mayday": "won",
        "spring": "lost",
        "later": "outside_window",
        "elsewhere": "not_in_scope",
        "strict": "below_minimum_level",
        "large": "not_in_scope",
    }
    linear = {s["campaign"]: s["fen"] for s in refund["shares"] if s["model"] == "linear"}
    stored = AttributionEntry.objects.filter(entry__kind="refund").exclude(linear_fen=0)
    assert linear == dict(stored.values_list("campaign_code", "linear_fen"))
    assert sum(linear.values()) == -3_333
    some = json.loads(command("A1", "--sales-point", "shop", "--campaign", "later", "--json"))
    assert [each["campaign"] for each in some["rows"][0]["campaigns"]] == ["later"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("A1", "--sales-point", "nowhere"), "unknown_sales_point"),
        (("A2", "--sales-point", "shop"), "order_not_in_ledger"),
        (("A1", "--sales-point", "shop", "--line", "x"), "unknown_order_line"),
        (("A1", "--sales-point", "shop", "--campaign", "x"), "unknown_campaign"),
    ],
)
def test_the_command_refuses_in_words(arguments: tuple[str, ...], code: str) -> None:
    Sale("A1", PAID, [Line()])
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("explain_attribution", *arguments, "--json", stdout=out)
    assert json.loads(out.getvalue())["error"]["code"] == code


def propose(sale: Sale, code: str, verdict: str) -> AttributionDecision:
    return decide_attribution(
        order=sale.order,
        line_key="",
        campaign=Campaign.objects.get(code=code),
        verdict=verdict,
        reason="现场核对",
        actor=person("jingban"),
    )


def test_the_checker_sees_what_would_move_before_and_at_the_revocation() -> None:
    sale = fair()
    attribute("full")
    decision = propose(sale, "mayday", "exclude")
    moves = [(m.campaign_code, m.before_fen, m.after_fen) for m in foresee_decision(decision)]
    assert moves == [("mayday", 10_000, 0), ("spring", 0, 10_000)]
    text = desk("checker", duty=Duty.APPROVE).get(page_of(decision)).content.decode()
    assert "审核通过后的变动" in text
    assert text.index("mayday（mayday）") < text.index("-100.00")
    assert "排在最前" in text
    approve_decision(decision, person("shenhe"))
    decision.refresh_from_db()
    assert "审核通过后的变动" not in desk("office").get(page_of(decision)).content.decode()
    attribute("changed")
    ask_revocation(decision, person("jingban"), "误判")
    decision.refresh_from_db()
    back = [(m.campaign_code, m.before_fen, m.after_fen) for m in foresee_decision(decision)]
    assert back == [("mayday", 0, 10_000), ("spring", 10_000, 0)]
    assert AttributionEntry.objects.filter(campaign_code="spring").exists()


def test_a_decision_that_moves_nothing_says_so_and_writes_nothing() -> None:
    sale = fair()
    attribute("full")
    written = AttributionEntry.objects.count()
    decision = propose(sale, "later", "exclude")
    assert foresee_decision(decision) == []
    text = desk("checker", duty=Duty.APPROVE).get(page_of(decision)).content.decode()
    assert "不重复口径的归属不变" in text
    assert AttributionEntry.objects.count() == written
