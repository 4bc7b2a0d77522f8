"""A generic file under other headers, taught once, is read back as exactly the same orders."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.intake.reading import read_files
from orders.intake.taught.reading import taught_format
from orders.rules.readings import Reading
from orders.rules.taught import OF_THE_ORDER, TaughtDefinition
from tests.orders.intake.exports import accounts_for_every_row
from tests.orders.intake.generic_files import CHINESE, read, write
from tests.orders.intake.test_generic_round_trip import MONEY, cells_of, orders

# Headers that nobody writes, and that no built-in format knows.
HEADERS = st.lists(
    st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=5), min_size=24, max_size=24, unique=True
)
WORDS = {"succeeded": "钱货两清", "closed": "黄了", "shipped": "在路上", "paid": "钱到了"}


def read_taught(definition: TaughtDefinition, *paths: Path, platform: str = "") -> Reading:
    return read_files(
        paths,
        sales_point_platform=platform,
        shop_id="",
        shop_name="",
        taught=[taught_format(definition)],
    )


def definition(**taught: Any) -> TaughtDefinition:
    """Teach five columns: 单 款 时 品 件."""
    columns = {
        "order_number": "单",
        "amount": "款",
        "paid_at": "时",
        "title": "品",
        "quantity": "件",
    }
    made = TaughtDefinition(code="pos", version=1, name="收银", platform="", columns=columns)
    return replace(made, **{**taught, "columns": columns | taught.get("columns", {})})


def sold(folder: Path, header: Sequence[str], *rows: Sequence[str]) -> Path:
    return write(folder, [dict(zip(header, row, strict=True)) for row in rows], header)


FIVE = ("单", "款", "时", "品", "件")
ROW = ("A1", "9.90", "2020-05-02 10:00:00", "米", "1")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    drawn=st.lists(orders(), min_size=1, max_size=5),
    headers=HEADERS,
    fills_down=st.booleans(),
    in_fen=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_renamed_and_shuffled_columns_read_back_the_same_orders(
    drawn: list[dict[str, Any]], headers: list[str], fills_down: bool, in_fen: bool, seed: int
) -> None:
    chance = random.Random(seed)
    names = dict(zip(CHINESE, headers, strict=False))
    plain, renamed = [], []
    for position, order in enumerate(drawn):
        for place in range(len(order["lines"])):
            cells = cells_of(f"NB/{position}", order, place)
            plain.append({f"{name}_fen" if name in MONEY else name: cell
                          for name, cell in cells.items()})  # fmt: skip
            other = dict(cells)
            word = WORDS.get(order["status"].value, "") if cells["status"] else ""
            other["status"] = word
            if fills_down and place:
                other |= dict.fromkeys(other.keys() & set(OF_THE_ORDER), "")
            if not in_fen:
                other |= {name: f"{int(other[name]) // 100}.{int(other[name]) % 100:02d}"
                          for name in MONEY if other[name]}  # fmt: skip
            row = {names[name]: cell for name, cell in other.items()}
            renamed.append(row | dict.fromkeys(headers[len(CHINESE) :], "别的"))
    order_of_columns = chance.sample(headers, len(headers))
    made = TaughtDefinition(
        code="pos",
        version=3,
        name="收银",
        platform="",
        columns=names,
        is_in_fen=in_fen,
        status_words={word: status for status, word in WORDS.items()},
        fills_down=fills_down,
    )
    with tempfile.TemporaryDirectory() as folder:
        expected = read(write(Path(folder), plain, name="plain.csv"))
        found = read_taught(made, write(Path(folder), renamed, order_of_columns))
    assert found.issues == []
    assert (found.format, found.format_version) == ("pos", 3)
    assert accounts_for_every_row(found)
    assert list(found.sales) == list(expected.sales)
    assert found.platform_gross_fen == expected.platform_gross_fen
    assert found.platform_refund_fen == expected.platform_refund_fen


def test_a_price_of_one_piece_is_taken_times_the_pieces(tmp_path: Path) -> None:
    path = sold(tmp_path, FIVE, (*ROW[:4], "3"), ("A2", *ROW[1:4], "2.5kg"))
    reading = read_taught(definition(per_piece=frozenset({"amount"})), path)
    (sale,) = reading.sales
    assert sale.goods_fen == 2970
    assert [(issue.code, issue.row) for issue in reading.issues] == [("price_of_weight", 2)]
    assert "款" in reading.issues[0].message


def test_the_first_row_of_an_order_may_say_what_was_compensated(tmp_path: Path) -> None:
    header = ("单", "款", "时", "品", "件", "赔", "赔于")
    path = sold(
        tmp_path,
        header,
        (*ROW, "2.00", "2020-05-03 09:00:00"),
        ("", "1.00", "", "茶", "1", "", ""),
    )
    columns = {"compensation": "赔", "compensated_at": "赔于"}
    (sale,) = read_taught(definition(columns=columns, fills_down=True), path).sales
    assert (sale.goods_fen, sale.compensation_fen) == (1090, 200)
    assert sale.compensated_at is not None


def test_what_no_file_says_is_fixed(tmp_path: Path) -> None:
    columns = {"subsidy": "补"}
    path = sold(tmp_path, ("单", "款", "时", "品", "补"), (*ROW[:4], "2.00"))
    made = definition(
        columns=columns, fixed={"quantity": "1", "funder": "杭州市", "status": "paid"}
    )
    made = replace(made, columns={k: v for k, v in made.columns.items() if k != "quantity"})
    (sale,) = read_taught(made, path).sales
    assert (sale.status.value, sale.quantity, sale.subsidies) == ("paid", 1, (("杭州市", 200),))


def test_a_row_of_totals_below_filled_orders_is_no_part_of_them(tmp_path: Path) -> None:
    rows = [ROW, ("", "5.00", "", "茶", "1"), ("", "14.90", "", "合计", "2")]
    header = ("品", "单", "款", "时", "件")
    path = sold(tmp_path, header, *[(r[3], r[0], r[1], r[2], r[4]) for r in rows])
    reading = read_taught(definition(fills_down=True), path)
    (sale,) = reading.sales
    assert (sale.goods_fen, len(sale.lines or ())) == (1490, 2)
    assert [issue.code for issue in reading.issues] == ["total_row"]


def test_a_bad_row_below_rejects_the_order_that_it_belongs_to(tmp_path: Path) -> None:
    rows = [ROW, ("", "viel", "", "茶", "1"), ("A2", *ROW[1:])]
    reading = read_taught(definition(fills_down=True), sold(tmp_path, FIVE, *rows))
    assert [sale.order_number for sale in reading.sales] == ["A2"]
    assert [(issue.row, issue.code) for issue in reading.issues] == [
        (1, "order_incomplete"),
        (2, "bad_amount"),
    ]
    assert accounts_for_every_row(reading)


def test_messages_name_the_headers_of_the_file(tmp_path: Path) -> None:
    reading = read_taught(definition(), sold(tmp_path, FIVE, ("A1", "x", *ROW[2:])))
    assert "“款”" in reading.issues[0].message


@pytest.mark.parametrize("rows_above", [1, 3])
def test_titles_may_stand_above_a_taught_header(tmp_path: Path, rows_above: int) -> None:
    path = sold(tmp_path, FIVE, ROW)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(["五月收银表,,,,"] * rows_above + lines), encoding="utf-8")
    assert [sale.goods_fen for sale in read_taught(definition(), path).sales] == [990]
