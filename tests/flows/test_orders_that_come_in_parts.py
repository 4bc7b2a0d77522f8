"""Orders whose lines change, vanish or come alone: nothing moves back, nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from orders.models import Order, OrderLine, SalesEntry
from tests.flows.conftest import Command
from tests.orders.intake.exports import (
    DETAIL_10,
    LIST_54,
    detail,
    order,
    text_of,
    write_detail,
    write_list,
)

pytestmark = pytest.mark.usefixtures("seeded")

STORE = ("--sales-point", "xunqianji")
RICE = {"标题": "米", "价格": "40.00", "商家编码": "QDN-RJ-003"}
TEA = {"标题": "茶", "价格": "49.00", "商家编码": "QDN-LS-001"}
CLOSED = {"订单状态": "交易关闭"}
TEA_WAS_REFUNDED = order(买家实际支付金额="40.00", 退款金额="49.00")


def net_by_sku() -> dict[str, int]:
    """Return the ledger's net of every SKU, in fen."""
    rows = SalesEntry.objects.values_list("sku_code").annotate(net=Sum("amount_fen"))
    return {code: net for code, net in rows if net}


def is_clean(run: Command) -> bool:
    return run("audit")["violations"] == []


def import_pair(
    run: Command, folder: Path, head: dict[str, str], *items: dict[str, str]
) -> dict[str, Any]:
    rows = [detail() | item for item in items]
    return run("import_orders", *STORE, write_list(folder, [head]), write_detail(folder, rows))


def test_a_line_that_disappears_is_counted_as_it_stays_recorded(run: Command, tmp_path: Path):
    top_up = {"标题": "补差价", "价格": "0.10", "商家编码": ""}
    head = order(总金额="89.10", 买家实际支付金额="89.10")
    first = import_pair(run, tmp_path, head, RICE, TEA, top_up)

    without = import_pair(run, tmp_path, head, RICE, TEA)
    again = import_pair(run, tmp_path, head, RICE, TEA)

    assert (without["updated"], again["unchanged"]) == (1, 1)
    for name in ("lines", "gross_fen", "net_fen", "excluded_fen"):
        assert first[name] == without[name] == again[name]
    assert "line_missing" in Order.objects.get().flags
    assert is_clean(run)


def test_a_detail_that_lacks_a_line_removes_nothing(run: Command, tmp_path: Path):
    import_pair(run, tmp_path, order(), RICE, TEA)

    run("import_orders", *STORE, write_detail(tmp_path, [detail() | RICE]))

    assert net_by_sku() == {"QDN-RJ-003": 4000, "QDN-LS-001": 4900}
    assert list(OrderLine.objects.filter(is_missing=True).values_list("title", flat=True)) == ["茶"]
    assert is_clean(run)


def test_an_older_pair_does_not_open_a_closed_line_again(run: Command, tmp_path: Path):
    import_pair(run, tmp_path, TEA_WAS_REFUNDED, RICE, TEA)
    closed = import_pair(run, tmp_path, TEA_WAS_REFUNDED, RICE, TEA | CLOSED)
    assert closed["updated"] == 1
    assert net_by_sku() == {"QDN-RJ-003": 4000}

    older = import_pair(run, tmp_path, TEA_WAS_REFUNDED, RICE, TEA)

    assert (older["updated"], older["unchanged"], older["stale"]) == (0, 1, 1)
    assert [flag["code"] for flag in older["flags"]] == ["stale"]
    assert net_by_sku() == {"QDN-RJ-003": 4000}


def test_an_older_detail_alone_does_not_open_a_closed_line_again(run: Command, tmp_path: Path):
    import_pair(run, tmp_path, TEA_WAS_REFUNDED, RICE, TEA | CLOSED)

    run("import_orders", *STORE, write_detail(tmp_path, [detail() | RICE, detail() | TEA]))

    assert net_by_sku() == {"QDN-RJ-003": 4000}
    assert is_clean(run)


@pytest.mark.parametrize("goods", ["89.00", "1.00", "0.00"])
def test_details_complete_an_order_whose_coupon_also_paid_freight(
    run: Command, tmp_path: Path, goods: str
):
    total = f"{float(goods) + 10:.2f}"
    head = order(总金额=total, 买家应付邮费="10.00", 天猫卡券抵扣=total, 买家实际支付金额="0")
    run("import_orders", *STORE, write_list(tmp_path, [head]))

    answer = run("import_orders", *STORE, write_detail(tmp_path, [detail() | RICE]))

    assert (answer["rows"], answer["accepted"]) == (1, 1)
    assert [line.title for line in OrderLine.objects.all()] == ["米"]
    assert is_clean(run)


@pytest.mark.parametrize("damage", ["空\0字符", "少一格"])
def test_a_damaged_detail_row_leaves_no_other_line_to_bear_its_money(
    run: Command, tmp_path: Path, damage: str
):
    rows = text_of([detail() | RICE, detail() | TEA | {"备注": "此处"}], DETAIL_10)
    rows = rows.replace("此处", damage) if "\0" in damage else rows.replace("此处,", "")
    items = tmp_path / "detail.csv"
    items.write_bytes(rows.encode("gb18030"))

    answer = run("import_orders", *STORE, write_list(tmp_path, [order()]), items)

    assert (answer["rejected"], answer["quarantined"], answer["unmatched"]) == (1, 1, 1)
    assert net_by_sku() == {"": 8900}


def test_order_numbers_guarded_by_quotes_or_backquotes_are_the_same_order(
    run: Command, tmp_path: Path
):
    spellings = ("954000000000000001", "`954000000000000001", "'954000000000000001'")
    heads = write_list(tmp_path, [order(number) for number in spellings])
    items = write_detail(tmp_path, [detail("`954000000000000001`")])

    answer = run("import_orders", *STORE, heads, items)

    assert (answer["orders"], answer["duplicate"], answer["rejected"]) == (1, 2, 0)


def test_a_blank_line_under_the_header_does_not_hide_the_comma_that_ends_rows(
    run: Command, tmp_path: Path
):
    header, *rows = text_of([order(1_000_001), order(1_000_002)], LIST_54).splitlines()
    text = "\r\n".join([header, "", *(f"{row}," for row in rows), ""])
    heads = tmp_path / "list.csv"
    heads.write_bytes(text.encode("gb18030"))

    answer = run("import_orders", *STORE, heads)

    assert (answer["orders"], answer["rejected"]) == (2, 0)
