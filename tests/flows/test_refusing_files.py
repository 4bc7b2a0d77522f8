"""Files that are refused whole: one clear sentence with a code, and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from orders.models import ImportIssue, Order, OrderImport, RawBlock, SalesEntry
from tests.flows.conftest import Command
from tests.orders.intake.exports import ORDER_DETAIL, ORDER_LIST, SAMPLES, order, write_list

pytestmark = pytest.mark.usefixtures("seeded")

STORE = ("--sales-point", "xunqianji")


def nothing_was_written() -> bool:
    return not any(
        model.objects.exists() for model in (Order, OrderImport, SalesEntry, ImportIssue, RawBlock)
    )


REFUSALS = {
    "another platform's workbook": (["1688_orders_20200508.xlsx"], "wrong_platform"),
    "another platform": (["pdd_orders_20200508.csv"], "wrong_platform"),
    "order numbers lost in a spreadsheet": (
        ["taobao_resaved_by_spreadsheet.csv"],
        "order_numbers_damaged",
    ),
    "the same table twice": ([ORDER_LIST.name, ORDER_LIST.name], "same_table_twice"),
    "no such file": (["missing.csv"], "file_not_found"),
}


@pytest.mark.parametrize("story", REFUSALS)
def test_a_file_is_refused_whole(story: str, run: Command):
    names, code = REFUSALS[story]

    answer = run("import_orders", *STORE, *(SAMPLES / name for name in names))

    assert answer["error"]["code"] == code
    assert answer["error"]["message"]
    assert nothing_was_written()


DAMAGE = {
    "cut inside a character": (
        lambda raw: raw[: len(raw) // 2 + 1],
        {"not_decodable", "truncated"},
    ),
    "binary": (lambda raw: bytes(range(256)) * 40, {"not_a_table", "not_decodable"}),
    "empty": (lambda raw: b"", {"empty_file"}),
    "header only": (lambda raw: raw.split(b"\r\n")[0] + b"\r\n", {"header_only"}),
}


@pytest.mark.parametrize("story", DAMAGE)
def test_a_damaged_file_is_refused_whole(story: str, run: Command, tmp_path: Path):
    damage, codes = DAMAGE[story]
    broken = tmp_path / "broken.csv"
    broken.write_bytes(damage(ORDER_LIST.read_bytes()))

    answer = run("import_orders", *STORE, broken, ORDER_DETAIL)

    assert answer["error"]["code"] in codes
    assert nothing_was_written()


def test_an_unknown_sales_point_is_refused(run: Command):
    answer = run("import_orders", "--sales-point", "nowhere", ORDER_LIST)

    assert answer["error"]["code"] == "unknown_sales_point"
    assert nothing_was_written()


def test_a_file_of_another_shop_is_refused(run: Command, tmp_path: Path):
    heads = write_list(tmp_path, [order(店铺名称="别家店")])

    answer = run("import_orders", *STORE, heads)

    assert answer["error"]["code"] == "wrong_shop"
    assert nothing_was_written()


def test_a_refusal_for_people_is_one_sentence_with_its_code(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        call_command("import_orders", *STORE, str(SAMPLES / "pdd_orders_20200508.csv"))

    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0
    assert "wrong_platform" in said
