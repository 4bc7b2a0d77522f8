"""The same orders end in the same ledger, whether they come in a file or over the interface."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.clock import SHANGHAI
from marketplace.selectors.attribution import state_digest
from orders.models import Order, OrderAdjustment, OrderLine, SalesEntry, VoucherRedemption
from orders.rules.seals import FROZEN_COLUMNS
from tests.builders import make_sales_point, make_sku, make_unit
from tests.marketplace.attribution_world import attribute
from tests.orders.channel_client import Integration, line, make_integration, order
from tests.orders.intake.generic_files import write
from tests.orders.ledger_reading import violations

POINT = "fenghuang-shangshan"
NUMBERS = ("NB-1", "NB-2", "NB-3")
# Who recorded, and when, differs between two ways.
_NOT_CONTENT = {"source", "recorded_at", "corrects_id"}


@st.composite
def lines(draw: st.DrawFn, number: int) -> dict[str, Any]:
    amount = draw(st.integers(0, 10**6))
    subsidy = draw(st.just(0) | st.integers(0, amount))
    consumer = amount - subsidy
    stated = line(
        str(number),
        amount,
        sku_code=draw(st.sampled_from(["QDN-LS-001", "QDN-HP-001", "UNKNOWN", ""])),
        title=draw(st.sampled_from(["雷山银球茶", "补差价", "手工蜡染 1 件"])),
        list_fen=amount + draw(st.just(0) | st.integers(0, 5000)),
        refunded_fen=draw(st.sampled_from([0, consumer]) | st.integers(0, consumer)),
        refunded_at=draw(st.none() | st.just("2020-05-09T10:00:00+08:00")),
        beneficiary_unit=draw(st.sampled_from(["", "UNIT-1", "没登记的单位"])),
        county_code=draw(st.sampled_from(["", "522632"])),
    )
    if draw(st.booleans()):
        del stated["quantity"]
        stated["weight_grams"] = draw(st.integers(1, 9000))
    else:
        stated["quantity"] = draw(st.integers(1, 5))
    if subsidy:
        funder = draw(st.sampled_from(["platform", "杭州市"]))
        stated["subsidies"] = [{"funder": funder, "amount_fen": subsidy}]
        if draw(st.booleans()):
            stated["vouchers"] = [
                {"voucher_code": "hz-1", "campaign_code": "mayday", "discount_fen": subsidy}
            ]
    return stated


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    stated = [draw(lines(number)) for number in range(1, draw(st.integers(1, 3)) + 1)]
    paid_at = datetime(2020, 5, 1, 10, tzinfo=SHANGHAI) + timedelta(
        seconds=draw(st.integers(0, 10**6))
    )
    more: dict[str, Any] = {
        "status": draw(st.sampled_from(["paid", "shipped", "succeeded", "closed"])),
        "paid_at": paid_at.isoformat(),
        "buyer": draw(st.sampled_from(["", "张三样例", "张*", "UNIT-1"])),
        "freight_fen": draw(st.sampled_from([0, 1200])),
        "compensation_fen": draw(st.sampled_from([..., 0, 500, 700])),
        "compensated_at": draw(st.sampled_from([None, "2020-05-10T09:00:00+08:00"])),
    }
    if draw(st.integers(0, 4)) == 0:
        more |= {"status": "unpaid", "paid_at": None}
        more["compensation_fen"] = 0
        stated = [one | {"refunded_fen": 0} for one in stated]
    if not any("vouchers" in one for one in stated):
        more["campaign_code"] = draw(st.sampled_from(["", "mayday"]))
    return order(*stated, **more)


def as_rows(number: str, stated: dict[str, Any]) -> list[dict[str, str]]:
    """Write an order of the interface as rows of a generic file."""
    return [_as_row(number, stated, one) for one in stated["lines"]]


def _as_row(number: str, stated: dict[str, Any], one: dict[str, Any]) -> dict[str, str]:
    subsidy = one.get("subsidies", [{"funder": "", "amount_fen": 0}])[0]
    voucher = one.get("vouchers", [{"voucher_code": "", "campaign_code": ""}])[0]
    return {
        "order_number": number,
        "line_number": one["line_number"],
        "buyer": stated["buyer"],
        "placed_at": _local(stated["placed_at"]),
        "paid_at": _local(stated["paid_at"]),
        "status": stated["status"],
        "sku_code": one["sku_code"],
        "title": one["title"],
        "quantity": str(one.get("quantity", "")) or f"{one['weight_grams']}g",
        "list_fen": str(one["list_fen"]),
        "amount_fen": str(one["amount_fen"]),
        "subsidy_fen": str(subsidy["amount_fen"]),
        "funder": subsidy["funder"],
        "refund_fen": str(one["refunded_fen"]),
        "refunded_at": _local(one["refunded_at"]),
        "voucher_code": voucher["voucher_code"],
        "campaign_code": voucher["campaign_code"] or stated.get("campaign_code", ""),
        "beneficiary_unit": one["beneficiary_unit"],
        "county_code": one["county_code"],
        "freight_fen": str(stated["freight_fen"]),
        "compensation_fen": str(stated.get("compensation_fen", "")),
        "compensated_at": _local(stated["compensated_at"]),
    }


def _local(text: str | None) -> str:
    return text[:19].replace("T", " ") if text else ""


@contextmanager
def a_house() -> Iterator[Integration]:
    """A centre that takes generic files and orders over the interface; gone afterwards."""
    with transaction.atomic():
        make_sku("QDN-LS-001")
        make_sku("QDN-HP-001", county="522622")
        make_unit("UNIT-1", district="330105")
        make_sales_point(POINT, platform="", channel_class="centre", district="330105")
        yield make_integration(POINT)
        transaction.set_rollback(True)


def by_file(reports: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Import reports as one file."""
    rows = [row for number, told in reports for row in as_rows(number, told)]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), rows, list(rows[0]))
        out = StringIO()
        call_command(
            *("import_orders", "--sales-point", POINT, "--json", str(path)),
            stdout=out,
            stderr=StringIO(),
        )
    return json.loads(out.getvalue())


def by_interface(erp: Integration, reports: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Send reports one by one and return what became of them."""
    answers = [erp.put(number, told, sales_point=POINT) for number, told in reports]
    assert {answer.status_code for answer in answers} <= {200, 201}, answers[0].content
    return [answer.json()["result"] for answer in answers]


def content() -> dict[str, Any]:
    """Return all that is recorded, without who recorded it and when."""
    attribute("full")
    columns = [name for name in FROZEN_COLUMNS if name not in _NOT_CONTENT]
    ledger = []
    for entry in SalesEntry.objects.select_related("corrects").order_by("id"):
        values = {name: getattr(entry, name) for name in columns}
        if entry.is_event_date_assumed:
            del values["occurred_at"]
        corrected = entry.corrects and (entry.corrects.line_key, entry.corrects.sequence)
        ledger.append(repr((values, corrected)))
    heads = Order.objects.order_by("number").values_list(
        *("number", "status", "placed_at", "paid_at", "goods_fen", "freight_fen"),
        *("consumer_paid_fen", "subsidy_fen", "refunded_fen", "subsidy_returned_fen"),
        *("buyer_key", "payer_unit_code", "reference_code", "fingerprint", "flags"),
        "compensation_fen",
    )
    paid_beside = OrderAdjustment.objects.order_by("id").values_list(
        *("order__number", "amount_fen", "is_date_assumed")
    )
    kept = OrderLine.objects.order_by("order__number", "line_key").values_list(
        *("order__number", "line_key", "title", "attributes", "seller_code", "unit_price_fen"),
        *("quantity", "weight_grams", "list_fen", "amount_fen", "subsidy_fen", "refunded_fen"),
        *("excluded_reason", "beneficiary_unit_code", "stated_county_code", "is_closed"),
    )
    vouchers = VoucherRedemption.objects.order_by("order__number", "line_key").values_list(
        "order__number", "line_key", "voucher_code", "campaign_code", "discount_fen"
    )
    return {
        "ledger": sorted(ledger),
        "heads": list(heads),
        "lines": list(kept),
        "vouchers": list(vouchers),
        "paid_beside": sorted(paid_beside),
        "digest": state_digest(),
    }


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.dictionaries(st.sampled_from(NUMBERS), states(), min_size=1),
    second=st.dictionaries(st.sampled_from(NUMBERS), states(), min_size=1),
)
def test_orders_by_file_and_by_interface_are_the_same_ledger(first, second):
    rounds = [sorted(first.items()), sorted(second.items())]
    with a_house():
        for reports in rounds:
            answer = by_file(reports)
            assert answer["rejected"] == 0, answer["errors"]
        filed = content()
        assert violations() == []
    with a_house() as erp:
        for reports in rounds:
            by_interface(erp, reports)
        assert content() == filed
        # The last file brings nothing new, and neither does sending it all again.
        again = by_file(rounds[1])
        assert (again["created"], again["updated"]) == (0, 0)
        assert {"created", "updated"}.isdisjoint(by_interface(erp, rounds[1]))
        assert content() == filed
        assert violations() == []
