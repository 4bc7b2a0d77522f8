"""What a monthly ledger may not say: each bad row is said, and nothing is written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from orders.errors import LedgerRowsRefused
from orders.intake.monthly.reading import MOST_ROWS
from orders.intake.monthly.stating import hand_in_ledger
from orders.models import DeclaredSale
from orders.services.monthly_ledgers import HandedIn
from tests.orders.ledgers import HEADER, ROWS, code_of, issues, kept, one, text, workbook, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places() -> None:
    world()


@pytest.mark.parametrize(
    ("code", "at", "cell"),
    [
        ("county_missing", 1, ""),
        ("declared_code_unknown", 1, "贵阳市"),
        ("declared_code_unknown", 2, "手机"),
        ("declared_code_unknown", 3, "白送"),
        ("bad_quantity", 4, "1.5"),
        ("bad_quantity", 4, "-3"),
        ("declared_quantity_not_valid", 5, ""),
        ("bad_amount", 6, ""),
        ("bad_amount", 6, "-1"),
        ("bad_amount", 6, "1e400"),
        ("bad_amount", 6, "很多"),
        ("bad_amount", 6, "0.001"),
        ("bad_amount", 6, "99999999999999"),
    ],
)
def test_a_row_that_cannot_be_is_said_and_nothing_is_written(
    code: str, at: int, cell: object
) -> None:
    bad = [*ROWS[0]]
    bad[at] = cell
    assert issues(text([ROWS[2], bad])) == [(2, code)]


def test_a_month_that_has_not_ended_is_refused() -> None:
    tomorrow = clock.today() + timedelta(days=1)
    for month in (f"{tomorrow:%Y-%m}", "2099年1月"):
        assert issues(one((month, *ROWS[0][1:]))) == [(1, "declared_period_not_valid")]


def test_rows_that_state_the_same_sales_are_said() -> None:
    assert issues(workbook([ROWS[0], ROWS[1], ROWS[0]])) == [(3, "ledger_rows_meet")]
    whole = ("2020年6月", "全州", "", "", "", "", 5)
    assert issues(workbook([ROWS[0], whole])) == [(2, "ledger_rows_meet")]


def test_every_bad_row_is_said_at_once() -> None:
    rows = [("六月", *ROWS[0][1:]), (*ROWS[0][:-1], "x"), ("2020年6月", "无", *ROWS[0][2:])]
    assert issues(workbook(rows)) == [
        (1, "bad_month"),
        (2, "bad_amount"),
        (3, "declared_code_unknown"),
    ]


def test_a_declarer_that_is_unknown_missing_or_another_is_said() -> None:
    header = ("销售点编码", *HEADER)
    assert issues(workbook(), point="") == [(row, "declarer_missing") for row in (1, 2, 3)]
    assert issues(one(("no-such", *ROWS[0]), header)) == [(1, "ledger_unknown_declarer")]
    assert issues(one(("xiaoshan", *ROWS[0]), header)) == [(1, "ledger_other_declarer")]
    assert code_of(workbook(), point="no-such") == "ledger_unknown_declarer"


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("missing_columns", workbook(header=(*HEADER[:-1], "钱"))),
        ("missing_columns", workbook(header=("几月", *HEADER[1:]))),
        ("duplicate_headers", workbook(header=(*HEADER[:-2], "金额（万元）", "金额（元）"))),
        ("header_only", workbook([])),
        ("ledger_too_long", text([ROWS[0]] * (MOST_ROWS + 1))),
        ("empty_file", b""),
        ("not_a_table", b"%PDF-1.7"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_in_words(code: str, content: bytes) -> None:
    assert code_of(content) == code
    assert not DeclaredSale.objects.exists()


def test_a_row_that_breaks_a_rule_of_declaring_takes_all_with_it() -> None:
    with pytest.raises(LedgerRowsRefused):
        hand_in_ledger(kept(workbook()), HandedIn())
    assert not DeclaredSale.objects.exists()
