"""A decision and an import of the same sales point meet: no line is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from common.errors import DomainError
from orders.models import GoodsMatch, OrderLine, SalesPoint
from orders.selectors.matching import waiting_lines
from orders.services.matching import match_goods
from orders.services.recording import open_context, record_sales
from products.models import SellerCode, Sku
from tests.builders import make_sales_point, make_sku, make_user, reported_lines
from tests.orders.ledger_reading import net_by, violations
from tests.orders.matching_world import TEA, decide, match_again, put_instead, skus, tea_sale
from tests.orders.test_withdrawals import sale

# Long enough for a decision that nothing holds back to be made.
PATIENCE_SECONDS = 1.5
CODED = reported_lines([("NEW", 16800, 1)])


@pytest.fixture
def store(request) -> SalesPoint:
    make_sku("QDN-LS-001")
    make_sku("QDN-HP-001", county="522622")
    return make_sales_point()


@pytest.mark.django_db
def test_an_import_that_runs_learns_of_a_decision_at_its_next_chunk(store) -> None:
    context = open_context(store, source="import:1")
    record_sales(context, [tea_sale("O-1")])
    row = decide(store, "QDN-LS-001")
    record_sales(context, [tea_sale("O-2")])
    put_instead(row, "QDN-HP-001")
    record_sales(context, [tea_sale("O-3")])

    assert set(skus().values()) == {"QDN-HP-001"}
    assert net_by("county_code") == {"522622": 3 * 16800}
    assert violations() == []


@pytest.mark.django_db
def test_a_sku_that_comes_while_an_import_loads_the_catalogue_is_learned_at_its_chunk(
    store,
) -> None:
    record_sales(open_context(store, source="import:1"), [tea_sale("O-1")])
    store.refresh_from_db()
    decided: list[GoodsMatch] = []

    def somebody_decides(execute, sql, parameters, many, context):
        if "orders_goodsmatch" in sql and not decided:
            decided.append(None)
            make_sku("QDN-NEW")
            decided[:] = [decide(store, "QDN-NEW")]
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(somebody_decides):
        context = open_context(store, source="import:2")
    record_sales(context, [tea_sale("O-2")])

    assert skus() == {"O-1": "QDN-NEW", "O-2": "QDN-NEW"}
    assert violations() == []


@pytest.mark.django_db
def test_an_import_that_runs_learns_of_codes_that_were_matched_again(store) -> None:
    context = open_context(store, source="import:1")
    record_sales(context, [sale("O-1", lines=CODED)])
    SellerCode.objects.create(code="NEW", sku=Sku.objects.get(code="QDN-LS-001"))
    match_again(store)
    record_sales(context, [sale("O-2", lines=CODED)])

    assert set(skus().values()) == {"QDN-LS-001"}


@contextmanager
def beside(act: Callable[[], object]):
    """Start `act` on a connection of its own; it must still wait when the block is left."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        yield other
        assert other.is_alive()
    other.join()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_the_chunk_that_is_being_written_and_finds_its_lines(store) -> None:
    record_sales(open_context(store, source="import:0"), [tea_sale("O-0")])
    context = open_context(store, source="import:1")
    with beside(lambda: decide(store, "QDN-LS-001")) as decision:
        record_sales(context, [tea_sale("O-1")])
        decision.start()
        # By now a decision that nothing holds back has looked for its lines.
        decision.join(PATIENCE_SECONDS)
    record_sales(context, [tea_sale("O-2")])

    assert set(skus().values()) == {"QDN-LS-001"}
    assert not waiting_lines([store.pk]).exists()
    assert violations() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_chunk_waits_for_the_decision_that_is_being_made(store) -> None:
    record_sales(open_context(store, source="import:0"), [tea_sale("O-0")])
    context = open_context(store, source="import:1")
    with beside(lambda: record_sales(context, [tea_sale("O-1")])) as chunk:
        decide(store, "QDN-LS-001")
        chunk.start()
        chunk.join(PATIENCE_SECONDS)

    assert set(skus().values()) == {"QDN-LS-001"}
    assert violations() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_the_second_is_told_of_the_first(store) -> None:
    record_sales(open_context(store, source="import:0"), [tea_sale("O-0")])
    answers: list[str] = []

    def second() -> None:
        sku = Sku.objects.get(code="QDN-HP-001")
        try:
            match_goods(sales_point=store, goods=TEA, sku=sku, actor=make_user("second"))
        except DomainError as refusal:
            answers.append(refusal.code)

    with beside(second) as other:
        decide(store, "QDN-LS-001", name="first")
        other.start()
        other.join(PATIENCE_SECONDS)

    assert answers == ["already_decided"]
    assert GoodsMatch.objects.get().decided_by.username == "first"
    assert OrderLine.objects.get().sku.code == "QDN-LS-001"
