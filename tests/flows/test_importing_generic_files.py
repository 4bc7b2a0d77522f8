"""Generic files through the command that operators use: counts, ledger, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from orders.models import Order, OrderImport, RawBlock, SalesEntry
from tests.flows.conftest import Command
from tests.orders.intake.exports import ORDER_LIST
from tests.orders.intake.generic_files import row, write

pytestmark = pytest.mark.usefixtures("seeded")

CENTRE = ("--sales-point", "fenghuang-shangshan")
STORE = ("--sales-point", "xunqianji")


def net_fen(**entries: Any) -> int:
    return SalesEntry.objects.filter(**entries).aggregate(net=Sum("amount_fen", default=0))["net"]


def counts(answer: dict[str, Any], *names: str) -> list[int]:
    return [answer[name] for name in names]


def test_a_centres_file_becomes_ledger_rows(run: Command, tmp_path: Path):
    path = write(
        tmp_path,
        [
            row("NB-001", sku_code="QDN-LS-001", amount_fen="16800", freight_fen="1000"),
            row("NB-002", sku_code="QDN-LS-001", amount_fen="16800", refund_fen="16800"),
            row("NB-003", sku_code="", title="手工蜡染", amount_fen="5000"),
            row("NB-004", quantity="一盒"),
        ],
    )

    answer = run("import_orders", *CENTRE, path)

    expected = {
        "format": "generic",
        "rows": 4,
        "orders": 3,
        "lines": 3,
        "created": 3,
        "rejected": 1,
        "quarantined": 0,
        "duplicate": 0,
        "unmatched": 1,
        "gross_fen": 38600,
        "refund_fen": 16800,
        "net_fen": 21800,
        "platform_gross_fen": 39600,
        "platform_refund_fen": 16800,
        "platform_net_fen": 22800,
        "freight_fen": 1000,
        "excluded_fen": 0,
        "difference_fen": 0,
    }
    assert {name: answer[name] for name in expected} == expected
    assert [(each["row"], each["code"]) for each in answer["errors"]] == [(4, "bad_quantity")]
    assert net_fen() == 21800
    entry = SalesEntry.objects.get(order_number="NB-001", line_key__startswith="榕江")
    assert (entry.sku_code, entry.county_code) == ("QDN-LS-001", "522634")
    assert entry.channel_class == "centre"


def test_the_same_file_again_changes_nothing(run: Command, tmp_path: Path):
    path = write(tmp_path, [row("NB-001"), row("NB-002", buyer="样例食堂")])
    run("import_orders", *CENTRE, path)
    before = SalesEntry.objects.count()

    answer = run("import_orders", *CENTRE, path)

    assert counts(answer, "created", "updated", "unchanged") == [0, 0, 2]
    assert SalesEntry.objects.count() == before


def test_a_newer_file_in_other_words_only_adds_its_refund(run: Command, tmp_path: Path):
    run("import_orders", *CENTRE, write(tmp_path, [row("NB-001"), row("NB-002")]))
    chinese = ["订单号", "支付时间", "成交额", "数量", "标题", "商家编码", "退款", "退款时间"]
    cells = ["2020-05-02 09:00:40", "89", "1", "榕江锡利贡米 5kg", "QDN-RJ-003"]
    rows = [["NB-002", *cells, "20.00", "2020-05-09 10:00:00"], ["NB-001", *cells, "", ""]]
    newer = write(
        tmp_path, [dict(zip(chinese, each, strict=True)) for each in rows], chinese,
        encoding="gb18030",
    )  # fmt: skip

    answer = run("import_orders", *CENTRE, newer)

    assert counts(answer, "created", "updated", "unchanged", "refund_fen") == [0, 1, 1, 2000]
    assert (net_fen(side="gross"), net_fen(side="refund")) == (17800, -2000)
    (refund,) = SalesEntry.objects.filter(side="refund")
    assert (refund.order_number, refund.occurred_at.isoformat()) == (
        "NB-002",
        "2020-05-09T02:00:00+00:00",
    )
    older = run("import_orders", *CENTRE, write(tmp_path, [row("NB-002")]))
    assert counts(older, "updated", "unchanged", "stale") == [0, 1, 1]


def test_an_unpaid_order_has_no_ledger_rows_until_it_is_paid(run: Command, tmp_path: Path):
    placed = {"placed_at": "2020-05-02 09:00:00"}
    unpaid = row("NB-001", paid_at="", status="待付款", **placed)
    assert counts(run("import_orders", *CENTRE, write(tmp_path, [unpaid])), "orders", "lines") == [
        1,
        1,
    ]
    assert not SalesEntry.objects.exists()

    run("import_orders", *CENTRE, write(tmp_path, [row("NB-001", **placed)]))

    assert net_fen() == 8900


def test_a_cancelled_order_is_refunded_whole(run: Command, tmp_path: Path):
    run("import_orders", *CENTRE, write(tmp_path, [row("NB-001", freight_fen=600)]))

    answer = run(
        "import_orders", *CENTRE, write(tmp_path, [row("NB-001", freight_fen=600, status="已取消")])
    )

    assert counts(answer, "updated", "net_fen", "freight_fen", "difference_fen") == [1, 0, 0, 0]
    assert net_fen() == 0


def test_a_reference_and_a_buyer_travel_to_the_order(run: Command, tmp_path: Path):
    path = write(tmp_path, [row("NB-001", buyer="样例食堂", campaign_code="mayday-2020")])
    run("import_orders", *CENTRE, path)

    order = Order.objects.get()
    assert order.reference_code == "mayday-2020"
    assert order.buyer_key
    assert "样例" not in order.buyer_key


def test_a_generic_file_enters_a_platforms_sales_point_only_when_asked(
    run: Command, tmp_path: Path
):
    path = write(tmp_path, [row("NB-001")])
    assert run("import_orders", *STORE, path)["error"]["code"] == "wrong_platform"
    assert not OrderImport.objects.exists()
    assert not RawBlock.objects.exists()

    answer = run("import_orders", *STORE, path, "--format", "generic")

    assert counts(answer, "orders", "net_fen") == [1, 8900]


def test_taobaos_file_is_refused_at_a_centre(run: Command):
    assert run("import_orders", *CENTRE, ORDER_LIST)["error"]["code"] == "wrong_platform"


def test_a_preview_says_the_same_and_writes_nothing(run: Command, tmp_path: Path):
    path = write(tmp_path, [row("NB-001"), row("NB-002", refund_fen=900)])

    preview = run("import_orders", *CENTRE, path, "--dry-run")

    assert not Order.objects.exists()
    answer = run("import_orders", *CENTRE, path)
    names = ("rows", "orders", "lines", "created", "gross_fen", "refund_fen", "platform_net_fen")
    assert counts(preview, *names) == counts(answer, *names)
