"""A large file is read like a small one, without being held in memory."""

from __future__ import annotations

import gc
import random
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest

from common.spool import Spool
from orders.rules.readings import Reading
from tests.orders.intake import exports, generic_files
from tests.orders.intake.exports import accounts_for_every_row, detail, order
from tests.orders.intake.generic_files import row, write


@pytest.fixture
def is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every file as one that is too large to hold."""
    monkeypatch.setattr("orders.intake.grouping.HELD_BYTES", 0)
    monkeypatch.setattr("common.spool.HELD_ITEMS", 3)
    monkeypatch.setattr("common.spool._BLOCK_ITEMS", 2)


def shuffled(chance: random.Random) -> list[dict[str, str]]:
    """Rows of orders that stand apart, some of them bad, repeated or without a number."""
    rows = [
        row(f"A-{number}", line_number=line, amount_fen=100 * line)
        for number in range(40)
        for line in range(1, 1 + number % 4)
    ]
    rows += chance.sample(rows, 5)
    rows += [row("A-7", quantity="many"), row("", quantity="2"), row("合计")]
    rows += [row(f'="A-{number}"', line_number=9) for number in (11, 12)]
    chance.shuffle(rows)
    return rows


def content(reading: Reading) -> tuple[object, ...]:
    by_number = sorted(reading.sales, key=lambda sale: sale.order_number)
    return by_number, reading.issues, reading.accepted_rows, reading.platform_gross_fen


@pytest.mark.parametrize("seed", range(5))
def test_orders_come_out_the_same_in_whatever_way_they_are_collected(
    tmp_path: Path, seed: int, request: pytest.FixtureRequest
) -> None:
    path = write(tmp_path, shuffled(random.Random(seed)))
    held = generic_files.read(path)
    request.getfixturevalue("is_large")
    counted = generic_files.read(path)
    assert content(counted) == content(held)
    assert counted.files == held.files
    assert accounts_for_every_row(counted)


@pytest.mark.usefixtures("is_large")
def test_a_large_reading_is_walked_as_often_as_needed() -> None:
    reading = exports.read(exports.ORDER_LIST, exports.ORDER_DETAIL)
    sales = reading.sales
    assert len(sales) == 40
    first, second = list(sales), list(sales)
    assert first == second == list(islice(sales, 0, None))
    assert list(islice(sales, 17, None)) == first[17:]
    assert (sales[0], sales[-1], sales[5:9]) == (first[0], first[39], first[5:9])
    assert sales == first
    with pytest.raises(IndexError):
        sales[40]


@pytest.mark.usefixtures("is_large")
def test_a_sale_on_disk_keeps_all_that_it_says(tmp_path: Path) -> None:
    orders = [order(954000000000000001 + number) for number in range(9)]
    details = [detail(954000000000000001 + number) for number in range(9)]
    paths = exports.write_list(tmp_path, orders), exports.write_detail(tmp_path, details)
    *_others, last = exports.read(*paths).sales
    assert last.paid_at is not None
    assert last.paid_at.tzinfo is next(iter(exports.read(*paths).sales)).placed_at.tzinfo
    assert last.contact is not None
    assert last.lines is not None
    assert (last.contact.name, last.lines[0].seller_code) == ("样乙", "QDN-RJ-003")


def test_memory_does_not_grow_with_what_was_appended() -> None:
    def peak(items: int) -> int:
        gc.collect()
        tracemalloc.start()
        spool: Spool[str] = Spool()
        for number in range(items):
            spool.append(f"item {number:050}")
        assert sum(map(len, spool)) == items * 55
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(200_000) < 1.2 * peak(55_000)
