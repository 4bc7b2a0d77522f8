"""From Taobao's files to ledger rows, through the command that operators use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Sum

from orders.models import (
    ImportIssue,
    Order,
    OrderImport,
    OrderLine,
    RawBlock,
    SalesEntry,
    SalesPoint,
)
from orders.selectors.imports import summary_of_import
from orders.services.importing import stage_import
from tests.flows.conftest import Command
from tests.orders.intake.exports import (
    ORDER_DETAIL,
    ORDER_LIST,
    detail,
    order,
    read,
    write_detail,
    write_list,
)

pytestmark = pytest.mark.usefixtures("seeded")

STORE = ("--sales-point", "xunqianji")


def ledger_net_fen() -> int:
    return SalesEntry.objects.aggregate(net=Sum("amount_fen", default=0))["net"]


def nothing_was_written() -> bool:
    return not any(
        model.objects.exists() for model in (Order, OrderImport, SalesEntry, ImportIssue, RawBlock)
    )


def test_the_sample_of_40_orders_gives_the_platforms_own_totals(run: Command):
    answer = run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)

    expected = {
        "format": "taobao",
        "rows": 89,
        "orders": 40,
        "lines": 49,
        "created": 40,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "quarantined": 0,
        "duplicate": 0,
        "unmatched": 1,
        "gross_fen": 437320,
        "refund_fen": 89770,
        "net_fen": 347550,
        "platform_gross_fen": 440020,
        "platform_refund_fen": 89770,
        "platform_net_fen": 350250,
        "freight_fen": 1200,
        "excluded_fen": 1500,
        "difference_fen": 0,
        "errors": [],
    }
    assert {name: answer[name] for name in expected} == expected
    assert ledger_net_fen() == 347550


def test_the_same_pair_again_in_any_order_changes_nothing(run: Command):
    run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)
    entries = SalesEntry.objects.count()

    again = run("import_orders", *STORE, ORDER_DETAIL, ORDER_LIST)

    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 40)
    assert again["net_fen"] == 347550
    assert SalesEntry.objects.count() == entries
    second = OrderImport.objects.order_by("pk").last()
    assert all(part.same_as is not None for part in second.parts.all())
    assert not RawBlock.objects.filter(part__order_import=second).exists()


def test_a_dry_run_says_the_same_and_writes_nothing(run: Command):
    preview = run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL, "--dry-run")

    assert nothing_was_written()
    real = run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)
    assert preview.pop("import_id") is None
    real.pop("import_id")
    assert preview == real


def test_a_week_later_status_and_refunds_move_forward_and_never_back(run: Command, tmp_path: Path):
    early = [
        order(954000000000000001, 订单状态="卖家已发货，等待买家确认"),
        order(954000000000000002),
        order(954000000000000003, 订单状态="等待买家付款", 订单付款时间="", 买家实际支付金额="0"),
    ]
    late = [
        order(954000000000000001),
        order(954000000000000002, 买家实际支付金额="64.00", 退款金额="25.00"),
        order(954000000000000003, 订单付款时间="2020-05-09 10:00:00"),
    ]
    details = [detail(954000000000000001 + n) for n in range(3)]
    items = write_detail(tmp_path, details)
    first = write_list(tmp_path, early).rename(tmp_path / "first.csv")
    second = write_list(tmp_path, late)

    run("import_orders", *STORE, first, items)
    assert ledger_net_fen() == 17800

    moved = run("import_orders", *STORE, second, items)
    assert (moved["updated"], moved["refund_fen"]) == (3, 2500)
    assert ledger_net_fen() == 26700 - 2500

    same = run("import_orders", *STORE, second, items)
    assert same["unchanged"] == 3

    older = run("import_orders", *STORE, first, items)
    assert (older["updated"], older["unchanged"], older["stale"]) == (0, 3, 3)
    assert [flag["code"] for flag in older["flags"]] == ["stale"] * 3
    assert ledger_net_fen() == 26700 - 2500
    assert set(Order.objects.values_list("status", flat=True)) == {"succeeded"}


def test_orders_without_details_wait_as_placeholders_until_the_details_come(
    run: Command, tmp_path: Path
):
    heads = write_list(tmp_path, [order(1_000_000 + n) for n in range(2)])
    items = write_detail(tmp_path, [detail(1_000_000 + n, 商家编码="QDN-RJ-003") for n in range(2)])

    first = run("import_orders", *STORE, heads)
    assert (first["orders"], first["lines"], first["unmatched"]) == (2, 2, 2)

    second = run("import_orders", *STORE, items)
    assert (second["orders"], second["rows"], second["quarantined"]) == (0, 2, 0)
    assert set(OrderLine.objects.values_list("sku__code", flat=True)) == {"QDN-RJ-003"}
    assert ledger_net_fen() == 17800

    both = run("import_orders", *STORE, heads, items)
    assert (both["unchanged"], both["unmatched"]) == (2, 0)


def test_details_without_their_order_are_parked_outside_the_ledger(run: Command, tmp_path: Path):
    heads = write_list(tmp_path, [order(1_000_001)])
    items = write_detail(tmp_path, [detail(1_000_001), detail(1_000_002)])

    answer = run("import_orders", *STORE, heads, items)

    assert (answer["rows"], answer["quarantined"], answer["lines"]) == (3, 1, 1)
    assert [row["code"] for row in answer["errors"]] == ["detail_without_order"]
    assert ledger_net_fen() == 8900


def test_a_rejected_row_is_listed_and_the_rest_goes_in(run: Command, tmp_path: Path):
    heads = write_list(
        tmp_path,
        [order(1_000_001), order(1_000_002, 总金额="1e400"), order("9.54042E+17")],
    )
    items = write_detail(tmp_path, [detail(1_000_001), detail(1_000_002)])

    answer = run("import_orders", *STORE, heads, items)

    assert (answer["orders"], answer["rejected"], answer["quarantined"]) == (1, 2, 1)
    codes = [row["code"] for row in answer["errors"]]
    assert sorted(codes) == ["bad_amount", "order_number_damaged", "order_rejected"]
    assert answer["rows"] == 5


def test_platform_coupons_count_as_subsidy_of_the_platform(run: Command, tmp_path: Path):
    head = order(
        1_000_001, 总金额="89.00", 天猫卡券抵扣="9.00", 买家实际支付金额="60.00", 退款金额="20.00"
    )
    heads = write_list(tmp_path, [head])
    items = write_detail(tmp_path, [detail(1_000_001)])

    answer = run("import_orders", *STORE, heads, items)

    returned = 900 * 2000 // 8000
    assert answer["gross_fen"] == 8900
    assert answer["refund_fen"] == answer["platform_refund_fen"] == 2000 + returned
    assert answer["difference_fen"] == 0
    refund = SalesEntry.objects.get(side="refund")
    assert refund.subsidies == {"platform": -returned}


def test_no_contact_data_is_kept_in_raw_rows_or_issues(run: Command):
    run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)

    import zlib

    raw = "".join(zlib.decompress(bytes(block.body)).decode() for block in RawBlock.objects.all())
    assert "订单状态" in raw
    for secret in ("12025407706", "样乙", "滨江区", "tb48252449", "demo033"):
        assert secret not in raw


def test_a_simulated_export_gives_exactly_what_its_generator_expects(run: Command, tmp_path: Path):
    call_command("simulate_mayday", "--orders", "400", "--seed", "7", "--out", str(tmp_path))
    expected = json.loads((tmp_path / "expected.json").read_text(encoding="utf-8"))

    answer = run("import_orders", *STORE, *sorted(tmp_path.glob("Export*.csv")))

    assert {name: answer[name] for name in expected["import"]} == expected["import"]
    assert answer["simulated"] is True
    run("attribute", "--full")
    report = run("campaign_report", "mayday-2020", "--format", "json")
    for part in ("by_day", "by_county"):
        wanted = expected["campaign_report"][part]
        keys = wanted[0].keys()
        rows = [{key: row[key] for key in keys} for row in report[part]]
        assert rows == wanted
    assert report["simulated"] is True
    totals = expected["campaign_report"]["totals"]
    assert {name: report["totals"][name] for name in totals} == totals


def test_an_import_that_was_cut_off_is_finished_by_the_same_command(run: Command):
    point = SalesPoint.objects.get(code="xunqianji")
    files = [ORDER_LIST, ORDER_DETAIL]
    begun = stage_import(sales_point=point, reading=read(*files), paths=files)

    answer = run("import_orders", *STORE, ORDER_DETAIL, ORDER_LIST)

    assert (answer["import_id"], answer["created"]) == (begun.pk, 40)
    assert OrderImport.objects.get().state == "done"
    assert run("import_orders", *STORE, *files)["import_id"] != begun.pk


def test_the_summary_can_be_read_again_later(run: Command):
    answer = run("import_orders", *STORE, ORDER_LIST, ORDER_DETAIL)

    assert summary_of_import(OrderImport.objects.get(pk=answer["import_id"])) == answer
