"""A month of a sales point adds up to the fen, from the platform's total to the ledger's."""

from __future__ import annotations

from datetime import date

import pytest

from operations.services.running import run_job
from orders.errors import EvidenceMissing, NothingToExplain, PeriodNotValid
from orders.intake.import_jobs import work_import
from orders.models import Order
from orders.rules.reconciliation import Difference, Money, Verdict
from orders.selectors.reconciliation import reconciled_month, reconciled_months
from orders.services.importing import stage_import
from orders.services.reconciling import enter_statement, explain_difference
from orders.services.recording import record_sale
from orders.services.refund_corrections import (
    approve_refund_correction,
    propose_refund_correction,
)
from tests.builders import (
    make_sales_point,
    make_sku,
    make_user,
    moment,
    reported_lines,
    reported_sale,
    stated_line,
    stated_sale,
)
from tests.orders.intake import exports
from tests.orders.ledger_reading import violations
from tests.orders.test_exclusions import exclude
from tests.orders.test_withdrawals import imported, withdraw

MAY = date(2020, 5, 1)
SUBSIDISED = (("platform", 1001),)


@pytest.fixture
def store(db):
    make_sku("QDN-LS-001")
    make_sku("QDN-RJ-003", county="522632")
    return make_sales_point()


def month(store, first=MAY):
    return reconciled_month(store, first)


def run_import(store, reading, *paths):
    """Import files as the command does."""
    row = stage_import(sales_point=store, reading=reading, paths=paths)
    assert run_job(row.job_id, work_import)
    row.refresh_from_db()
    return row


def taobao(store, folder, *rows):
    path = exports.write_list(folder, rows)
    return run_import(store, exports.read(path), path)


def lower(order, refunded_fen):
    row = propose_refund_correction(
        order=order, refunded_fen=refunded_fen, reason="平台已收回", actor=make_user("maker")
    )
    return approve_refund_correction(row, make_user("checker"))


def figures(money):
    return money.gross_fen, money.refund_fen


def enter(store, gross_fen, refund_fen, **fields):
    values = {"month": MAY, "source": "商家中心月账单", "actor": make_user("operator")} | fields
    return enter_statement(sales_point=store, gross_fen=gross_fen, refund_fen=refund_fen, **values)


def explain(store, which, amount_fen, text="线下退款两笔"):
    return explain_difference(
        sales_point=store,
        month=MAY,
        which=which,
        amount_fen=amount_fen,
        text=text,
        actor=make_user("operator"),
    )


def test_goods_freight_and_excluded_lines_make_up_what_the_files_say(store):
    lines = reported_lines([("QDN-LS-001", 10000, 1), ("", 5000, 1)])
    record_sale(
        store,
        reported_sale(lines=lines, freight_fen=800, subsidies=SUBSIDISED, refunded_fen=3000),
        source="test",
    )
    exclude(Order.objects.get(), lines[1].line_key)

    found = month(store)

    assert found.files.gross_fen == 15800
    assert figures(found.files) == figures(found.held)
    assert list(found.excluded) == ["brushing"]
    assert found.goods.gross_fen + found.excluded["brushing"].gross_fen == 15000
    assert found.verdict is Verdict.NO_STATEMENT


def test_months_are_shanghais(store):
    for number, paid_at in [("A", "2020-05-31 23:59:59"), ("B", "2020-06-01 00:00:00")]:
        record_sale(store, reported_sale(number, paid_at=moment(paid_at)), source="test")

    assert [(each.month.month, each.files.gross_fen) for each in reconciled_months(store)] == [
        (5, 16800),
        (6, 16800),
    ]


@pytest.mark.parametrize("is_stated", [False, True])
def test_a_corrected_refund_stands_between_the_files_and_the_ledger(store, is_stated):
    if is_stated:
        line = stated_line("QDN-LS-001", 16800, subsidies=SUBSIDISED, refunded_fen=7000)
        report = stated_sale("O-1", line)
    else:
        report = reported_sale("O-1", subsidies=SUBSIDISED, refunded_fen=7000)
    record_sale(store, report, source="test")
    before = figures(month(store).files)
    order = Order.objects.get()
    if is_stated:
        row = propose_refund_correction(
            order=order,
            line_key="L-QDN-LS-001",
            refunded_fen=3000,
            reason="平台已收回",
            actor=make_user("maker"),
        )
        approve_refund_correction(row, make_user("checker"))
    else:
        lower(order, 3000)

    found = month(store)
    assert figures(found.files) == before == figures(found.held)
    assert found.corrected_fen == before[1] - found.goods.refund_fen > 4000
    assert violations() == []


def test_a_statement_is_compared_with_the_files_and_a_newer_one_takes_its_place(store):
    record_sale(store, reported_sale(refunded_fen=800), source="test")
    first = enter(store, 20000, 800, orders=2)
    assert month(store).differences[Difference.STATEMENT_GROSS] == 3200
    assert month(store).verdict is Verdict.OPEN

    enter(store, 16800, 800, month=date(2020, 5, 31))

    assert month(store).verdict is Verdict.EVEN
    assert store.statements.count() == 2
    assert store.statements.get(pk=first.pk).gross_fen == 20000


def test_a_difference_is_explained_to_the_fen_or_stays_open(store):
    record_sale(store, reported_sale(), source="test")
    enter(store, 20000, 0)
    explain(store, "statement_gross", 3000)
    assert month(store).verdict is Verdict.OPEN
    explain(store, "statement_gross", 200, "补差价链接单")

    found = month(store)
    assert found.verdict is Verdict.EXPLAINED
    assert [note.amount_fen for note in found.notes] == [3000, 200]
    assert not found.has_moved(Difference.STATEMENT_GROSS)


def test_figures_that_move_after_their_explanation_are_told(store):
    record_sale(store, reported_sale("A"), source="test")
    enter(store, 20000, 0)
    explain(store, "statement_gross", 3200)
    record_sale(store, reported_sale("B", lines=reported_lines([("", 100, 1)])), source="test")

    found = month(store)
    assert found.verdict is Verdict.OPEN
    assert found.has_moved(Difference.STATEMENT_GROSS)


def test_a_wrong_explanation_is_taken_back_by_its_opposite(store):
    record_sale(store, reported_sale(), source="test")
    enter(store, 20000, 0)
    explain(store, "statement_gross", 3200)
    enter(store, 16800, 0)
    explain(store, "statement_gross", -3200, "账单已更正")

    found = month(store)
    assert (found.verdict, found.explained_fen(Difference.STATEMENT_GROSS)) == (Verdict.EVEN, 0)


def test_refusals_say_why(store):
    record_sale(store, reported_sale(), source="test")
    with pytest.raises(NothingToExplain):
        explain(store, "statement_gross", 100)
    with pytest.raises(NothingToExplain):
        explain(store, "ledger_gross", 100)
    with pytest.raises(EvidenceMissing):
        explain(store, "ledger_gross", 100, " ")
    with pytest.raises(EvidenceMissing):
        enter(store, 1, 0, source=" ")
    with pytest.raises(PeriodNotValid):
        enter(store, 1, 0, month=date(2099, 1, 1))


def test_a_row_lost_from_the_ledger_shows_as_a_difference(store):
    record_sale(store, reported_sale(), source="test")
    Order.objects.update(goods_fen=16900, consumer_paid_fen=16900)

    assert month(store).differences[Difference.LEDGER_GROSS] == 100


def test_compensation_and_withdrawn_orders_stand_beside(store):
    record_sale(store, reported_sale("A", compensation_fen=500), source="test")
    withdraw(imported(store, reported_sale("B", compensation_fen=700, refunded_fen=100)))

    found = month(store)
    assert (found.compensation_fen, found.withdrawn) == (500, Money(1, 16800, 100))
    assert figures(found.files) == (16800, 0) == figures(found.held)


def test_months_cost_few_statements_however_many(store, django_assert_max_num_queries):
    for number in range(30):
        paid_at = moment(f"20{18 + number // 12}-{number % 12 + 1:02d}-05 10:00:00")
        record_sale(store, reported_sale(f"O-{number}", paid_at=paid_at), source="test")
    with django_assert_max_num_queries(7):
        assert len(reconciled_months(store)) == 30
