"""Another system reports orders one by one: signed, repeatable, by the writer of files."""

from __future__ import annotations

import zlib

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.services.append_only import lifted_triggers
from orders.models import ChannelReport, Contact, Order, SalesEntry, SalesPoint
from tests.back_office import page_of
from tests.builders import make_sales_point, make_sku, make_unit, stated_line, stated_sale
from tests.orders.channel_client import line, make_integration, order, refusal
from tests.orders.ledger_reading import net_by, violations
from tests.orders.test_withdrawals import imported, withdraw


@pytest.fixture
def erp(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    make_sales_point()
    return make_integration()


def test_a_reported_order_is_recorded_once_and_repeating_it_changes_nothing(erp):
    first = erp.put("O-1", order())
    again = erp.put("O-1", order())

    assert (first.status_code, again.status_code) == (201, 200)
    assert [first.json()["result"], again.json()["result"]] == ["created", "unchanged"]
    assert first.json()["order"] == again.json()["order"] == erp.get("O-1").json()["order"]
    assert first.json()["order"] == {
        "number": "O-1",
        "status": "succeeded",
        "paid_at": "2020-05-01T10:00:40+08:00",
        "gross_fen": 16800,
        "refund_fen": 0,
        "net_fen": 16800,
        "freight_fen": 0,
        "excluded_fen": 0,
        "compensation_fen": 0,
        "unmatched": [],
        "flags": [],
        "is_withdrawn": False,
    }
    assert net_by("order_number") == {"O-1": 16800}
    assert violations() == []


def refund(fen: int, at: str | None = "2020-05-06T09:00:00+08:00") -> dict:
    return order(line(refunded_fen=fen, refunded_at=at))


def test_what_changed_is_updated_and_what_lies_behind_changes_nothing(erp):
    erp.put("O-1", order(status="paid"))
    updated = erp.put("O-1", refund(800))
    stale = [erp.put("O-1", told) for told in (refund(300), order(status="shipped"))]

    assert (updated.status_code, updated.json()["result"]) == (200, "updated")
    assert {answer.json()["result"] for answer in stale} == {"stale"}
    assert {answer.json()["order"]["net_fen"] for answer in stale} == {16000}
    assert updated.json()["order"]["refund_fen"] == 800
    entry = SalesEntry.objects.get(side="refund")
    assert (str(entry.event_date), entry.is_event_date_assumed) == ("2020-05-06", False)
    assert violations() == []


def test_an_undated_refund_is_dated_by_today_and_flagged(erp):
    answer = erp.put("O-1", refund(800, None))
    assert answer.json()["order"]["flags"] == ["refund_date_assumed"]


def test_doubts_are_flags_and_unknown_goods_are_named_by_line(erp):
    told = order(
        line("1", 100, sku_code="NOT-OURS"),
        line("2", 200, sku_code="", title="补差价"),
        line("3", 300, beneficiary_unit="没登记的单位", county_code="522632"),
        status="unpaid",
        freight_fen=50,
    )
    answer = erp.put("O-1", told)
    assert answer.status_code == 201
    found = answer.json()["order"]
    assert found["unmatched"] == ["1"]
    assert found["flags"] == ["payment_without_status", "unknown_unit", "county_differs"]
    assert (found["gross_fen"], found["excluded_fen"], found["freight_fen"]) == (400, 200, 50)
    assert violations() == []


def test_several_funders_and_vouchers_of_a_line_keep_their_shares(erp):
    told = order(
        line(
            list_fen=20000,
            amount_fen=18000,
            subsidies=[
                {"funder": "杭州市", "amount_fen": 3000},
                {"funder": "平台", "amount_fen": 1000},
            ],
            refunded_fen=7000,
            refunded_at="2020-05-06T09:00:00+08:00",
            vouchers=[
                {"voucher_code": "hz-1", "campaign_code": "mayday-2020", "discount_fen": 3000},
                {"voucher_code": "hz-2"},
            ],
        )
    )
    answer = erp.put("O-1", told)

    assert answer.json()["order"]["refund_fen"] == 7000 + 1500 + 500
    sold = SalesEntry.objects.get(side="gross")
    assert (sold.subsidies, sold.consumer_paid_fen) == ({"platform": 1000, "杭州市": 3000}, 14000)
    gone = SalesEntry.objects.get(side="refund")
    assert gone.subsidies == {"platform": -500, "杭州市": -1500}
    assert list(
        Order.objects.get().redemptions.values_list("voucher_code", "campaign_code", "discount_fen")
    ) == [("HZ-1", "mayday-2020", 3000), ("HZ-2", "", 0)]
    assert violations() == []


def test_a_closed_line_gives_everything_back_and_the_others_stand(erp):
    told = order(
        line("1", 5000, closed=True, subsidies=[{"funder": "platform", "amount_fen": 1000}]),
        line("2", 7000),
    )
    assert erp.put("O-1", told).json()["order"]["net_fen"] == 7000
    assert erp.put("O-1", {**told, "status": "closed"}).json()["order"]["net_fen"] == 0
    assert violations() == []


def test_goods_by_weight_state_grams_and_a_unit_may_pay(erp):
    make_unit("UNIT-1", district="330105")
    by_weight = line(weight_grams=2500)
    del by_weight["quantity"]
    erp.put("O-1", order(by_weight, payer_unit="UNIT-1", buyer="食堂采购员"))
    entry = SalesEntry.objects.get()
    assert (entry.quantity, entry.weight_grams) == (1, 2500)
    assert (entry.payer_unit_code, entry.purchase_mode) == ("UNIT-1", "direct_purchase")


def test_buyer_and_contact_are_nowhere_in_plain_text(erp):
    told = order(
        buyer="独一无二的买家",
        contact={"name": "样甲乙", "phone": "12012345678", "address": "浙江省杭州市拱墅区某街1号"},
    )
    answer = erp.put("O-1", told)

    kept = zlib.decompress(ChannelReport.objects.get().body).decode()
    for text in ("独一无二的买家", "样甲乙", "12012345678", "某街"):
        assert text not in kept
        assert text not in answer.text
        assert text not in erp.get("O-1").text
    assert "雷山银球茶" in kept
    found = Order.objects.get()
    assert len(found.buyer_key) == 32
    assert Contact.objects.get(order=found).phone_last4 == "5678"
    assert erp.put("O-1", told).json()["result"] == "unchanged"


def test_every_report_is_kept_and_a_repeated_body_only_once(erp):
    erp.put("O-1", order(status="paid"))
    erp.put("O-1", order(status="paid"))
    erp.put("O-1", order())
    erp.put("O-1", order(status="paid"))

    rows = list(ChannelReport.objects.order_by("id"))
    assert [row.result for row in rows] == ["created", "unchanged", "updated", "stale"]
    assert [row.same_as for row in rows] == [None, rows[0], None, rows[0]]
    assert [row.body is None for row in rows] == [False, True, False, True]
    assert {row.key for row in rows} == {erp.key}
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelReport.objects.filter(pk=rows[0].pk).update(result="updated")


def test_a_ledger_row_leads_to_the_report_and_the_report_to_what_was_said(erp, admin_client):
    erp.put("O-1", order())
    report, entry = ChannelReport.objects.get(), SalesEntry.objects.get()
    assert entry.source == f"channel:{report.pk}:1:1"
    for row in (entry, Order.objects.get(), Order.objects.get().lines.get()):
        assert f'href="{page_of(report)}"' in admin_client.get(page_of(row)).text
    shown = admin_client.get(page_of(report)).text
    assert "雷山银球茶" in shown
    assert "16800" in shown


def test_a_withdrawn_file_leaves_what_the_interface_said_since(erp):
    store = SalesPoint.objects.get()
    first = imported(store, stated_sale("O-1", stated_line("1", 16800, seller_code="QDN-LS-001")))
    assert erp.put("O-1", refund(800)).json()["result"] == "updated"
    older = imported(store, stated_sale("O-1", stated_line("1", 16800, seller_code="QDN-LS-001")))
    assert older.unchanged == 1

    for row in (first, older):
        withdraw(row)
        assert net_by("order_number") == {"O-1": 16000}
    assert erp.get("O-1").json()["order"]["is_withdrawn"] is False
    assert violations() == []


def test_a_withdrawn_order_that_is_reported_anew_counts_again(erp):
    store = SalesPoint.objects.get()
    withdraw(imported(store, stated_sale("O-1", stated_line("1", 16800))))
    assert erp.get("O-1").json()["order"]["is_withdrawn"] is True
    assert erp.put("O-1", order()).json()["result"] == "created"
    assert net_by("order_number") == {"O-1": 16800}
    assert violations() == []


def test_an_order_that_nobody_reported_is_not_found(erp):
    assert refusal(erp.get("O-9")) == (404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_the_audit_misses_a_report_that_is_gone_or_cannot_be_read():
    make_sku("QDN-LS-001")
    make_sales_point()
    erp = make_integration()
    for number in ("O-1", "O-2", "O-2", "O-3"):
        erp.put(number, order())
    assert violations() == []
    gone, damaged, repeated, _whole = ChannelReport.objects.order_by("id")
    with lifted_triggers():
        ChannelReport.objects.filter(pk=gone.pk).delete()
        ChannelReport.objects.filter(pk=damaged.pk).update(body=b"x")

    assert violations() == [
        f"channel_report_lost channel:{gone.pk}",
        f"channel_report_damaged channel:{damaged.pk}",
        f"channel_report_damaged channel:{repeated.pk}",
    ]


STATES = st.tuples(
    st.sampled_from(["O-1", "O-2"]),
    st.sampled_from(["paid", "shipped", "succeeded", "closed"]),
    st.sampled_from([0, 300, 800]),
    st.sampled_from([16800, 9000]),
)
RANK = {"paid": 1, "shipped": 2, "succeeded": 3, "closed": 4}


@pytest.mark.django_db
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(reports=st.lists(STATES, min_size=1, max_size=10), data=st.data())
def test_whatever_the_order_of_reports_each_order_ends_as_the_freshest_says(reports, data):
    with transaction.atomic():
        make_sku("QDN-LS-001")
        make_sales_point()
        erp, stands = make_integration(), {}
        repeats = data.draw(st.lists(st.sampled_from(reports), max_size=6))
        for number, status, refunded, amount in data.draw(st.permutations([*reports, *repeats])):
            # Closed gives everything back, whatever was refunded before.
            gone = amount if status == "closed" else refunded
            told = order(line(amount_fen=amount, list_fen=amount, refunded_fen=refunded))
            answer = erp.put(number, {**told, "status": status}).json()
            now, before = (RANK[status], gone, amount), stands.get(number)
            is_behind = before is not None and (now[0] < before[0] or now[1] < before[1])
            if before is None:
                expected = "created"
            elif now == before:
                expected = "unchanged"
            else:
                expected = "stale" if is_behind else "updated"
            assert answer["result"] == expected
            if not is_behind:
                stands[number] = now
            assert answer["order"]["net_fen"] == stands[number][2] - stands[number][1]
        expected_net = {
            n: amount - gone for n, (_, gone, amount) in stands.items() if amount > gone
        }
        assert net_by("order_number") == expected_net
        assert violations() == []
        transaction.set_rollback(True)
