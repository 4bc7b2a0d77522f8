"""Random orders, written as each platform writes them and dressed at random, are read back exactly.

The writers were made from the descriptions of the formats, the readers are not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.intake.reading import read_files
from orders.rules.readings import Reading
from tests.orders.intake.exports import accounts_for_every_row
from tests.orders.intake.writers import alibaba, douyin, jd, pdd, youzan
from tests.orders.intake.writers.dress import Dress, dresses, save_workbook
from tests.orders.intake.writers.wanted import Order, assert_read_back

WRITERS = {"pdd": pdd, "youzan": youzan, "1688": alibaba, "jd": jd, "douyin": douyin}
each_platform = pytest.mark.parametrize("platform", WRITERS)
modestly = settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def some_orders(writer: ModuleType, **how: Any) -> st.SearchStrategy[list[Any]]:
    """Draw one to five orders of a platform with their rows."""
    return st.integers(1, 5).flatmap(
        lambda count: st.tuples(*(writer.orders(place, **how) for place in range(count)))
    )


def read(paths: Sequence[Path], platform: str, shop_name: str = "") -> Reading:
    return read_files(paths, sales_point_platform=platform, shop_id="", shop_name=shop_name)


def assert_only_the_total_row_is_odd(reading: Reading, *dressed: Dress) -> None:
    codes = [issue.code for issue in reading.issues]
    assert codes == ["total_row"] * sum(dress.has_total_row for dress in dressed), codes
    assert accounts_for_every_row(reading)


def written(writer: ModuleType, dress: Dress, rows: Sequence[Any], leave_out: str = "") -> Any:
    header = [name for name in writer.HEADER if name != leave_out]
    return dress.sheet(
        header, rows,
        numbers=writer.NUMBERS, amounts=writer.AMOUNTS, may_be_none=writer.MAY_BE_NONE,
    )  # fmt: skip


@each_platform
@modestly
@given(data=st.data(), dress=dresses())
def test_random_orders_are_read_back_exactly(
    tmp_path: Path, platform: str, data: st.DataObject, dress: Dress
) -> None:
    round_trip(tmp_path, platform, data, dress)


def round_trip(tmp_path: Path, platform: str, data: st.DataObject, dress: Dress) -> None:
    """Draw orders, write them in a dress and assert that they are read back."""
    writer = WRITERS[platform]
    how = {"repeats": data.draw(st.booleans())} if platform == "1688" else {}
    drawn = data.draw(some_orders(writer, **how))
    rows = [row for _order, rows, *_items in drawn for row in rows]
    path = dress.save(tmp_path / "orders.csv", written(writer, dress, rows))
    reading = read([path], platform)
    assert_only_the_total_row_is_odd(reading, dress)
    assert_read_back(reading, [order for order, *_rows in drawn])


@modestly
@given(drawn=some_orders(youzan, with_items=True), dress=dresses(), other=dresses())
def test_youzans_orders_and_items_are_read_back_together(
    tmp_path: Path, drawn: list[Any], dress: Dress, other: Dress
) -> None:
    heads = [row for _order, rows, _items in drawn for row in rows]
    items = [row for _order, _rows, items in drawn for row in items]
    paths = [
        dress.save(tmp_path / "orders.csv", written(youzan, dress, heads)),
        other.save(
            tmp_path / "items.csv",
            other.sheet(
                youzan.ITEM_HEADER, items,
                numbers=youzan.NUMBERS, amounts=youzan.ITEM_AMOUNTS, may_be_none=("商品留言",),
            ),
        ),
    ]  # fmt: skip
    reading = read(paths[:: 1 if dress.seed % 2 else -1], "youzan")
    assert_only_the_total_row_is_odd(reading, dress, other)
    assert_read_back(reading, [order for order, *_rows in drawn])


@modestly
@given(drawn=some_orders(youzan), dress=dresses())
def test_youzans_rows_of_another_shop_wait_outside(
    tmp_path: Path, drawn: list[Any], dress: Dress
) -> None:
    ours: list[Order] = [
        order for order, [row], _items in drawn if row["归属店铺"] == youzan.SHOPS[0]
    ]
    if not ours:
        return
    rows = [row for _order, rows, _items in drawn for row in rows]
    path = dress.save(tmp_path / "orders.csv", written(youzan, dress, rows))
    reading = read([path], "youzan", shop_name=youzan.SHOPS[0])
    parked = [issue for issue in reading.issues if issue.verdict == "quarantined"]
    assert {issue.code for issue in parked} <= {"other_shop"}
    assert len(parked) == len(rows) - len(ours)
    assert accounts_for_every_row(reading)
    assert_read_back(reading, ours)


@modestly
@given(drawn=some_orders(douyin), dress=dresses())
def test_douyins_joined_sub_orders_are_read_back(
    tmp_path: Path, drawn: list[Any], dress: Dress
) -> None:
    rows = [row for _order, rows in drawn for row in douyin.joined(rows)]
    dress = replace(dress, unit="")
    path = dress.save(tmp_path / "orders.csv", written(douyin, dress, rows))
    reading = read([path], "douyin")
    assert_only_the_total_row_is_odd(reading, dress)
    assert_read_back(reading, [order for order, *_rows in drawn])


@modestly
@given(drawn=some_orders(pdd), dress=dresses(), column=st.sampled_from(["用户实付", "商家实收"]))
def test_pinduoduo_needs_only_one_of_its_two_paid_columns(
    tmp_path: Path, drawn: list[Any], dress: Dress, column: str
) -> None:
    rows = [row for _order, rows in drawn for row in rows]
    sheet = written(pdd, dress, rows, leave_out=f"{column}金额(元)")
    reading = read([dress.save(tmp_path / "orders.csv", sheet)], "pdd")
    assert_only_the_total_row_is_odd(reading, dress)
    assert_read_back(reading, [order for order, *_rows in drawn])


@each_platform
@settings(modestly, max_examples=6)
@given(data=st.data(), dress=dresses())
def test_random_orders_are_read_back_from_a_workbook(
    tmp_path: Path, platform: str, data: st.DataObject, dress: Dress
) -> None:
    writer = WRITERS[platform]
    drawn = data.draw(some_orders(writer))
    rows = [row for _order, rows, *_items in drawn for row in rows]
    path = save_workbook(tmp_path / "orders.xlsx", written(writer, dress, rows), writer.AMOUNTS)
    reading = read([path], platform)
    assert_only_the_total_row_is_odd(reading, dress)
    assert_read_back(reading, [order for order, *_rows in drawn])
