"""Two people, or a person and a worker, at one import on two connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from django.db import connection, transaction
from django.test import override_settings

from common.errors import DomainError
from marketplace.services.audit import audit
from operations.models import Job
from orders.errors import ImportCannotChange
from orders.models import Order, OrderImport, RawBlock, SalesPoint
from orders.services.steering import cancel_import, confirm_import, resume_import
from tests.builders import make_sales_point, make_sku
from tests.orders.intake.exports import detail, order, write_detail, write_list
from tests.uploading import previewed, work

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
# Long enough for an act that nothing holds back to be done.
PATIENCE_SECONDS = 1.0
FIRST = 954000000000000001
ORDERS = 40


@pytest.fixture
def shop() -> SalesPoint:
    make_sku("QDN-RJ-003")
    return make_sales_point()


def export(folder: Path) -> tuple[Path, Path]:
    numbers = range(FIRST, FIRST + ORDERS)
    return (
        write_list(folder, [order(number) for number in numbers]),
        write_detail(folder, [detail(number) for number in numbers]),
    )


def beside(act: Callable[[], object], answers: list[str]) -> threading.Thread:
    """Start an act on a connection of its own."""

    def run() -> None:
        try:
            act()
            answers.append("done")
        except DomainError as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("first", [confirm_import, cancel_import])
def test_of_two_acts_at_once_the_second_waits_and_is_refused(
    shop: SalesPoint, tmp_path: Path, first: Callable[..., OrderImport]
) -> None:
    one = previewed(shop, *export(tmp_path))
    answers: list[str] = []

    with transaction.atomic():
        first(one, None)
        other = beside(lambda: confirm_import(one, None), answers)
        other.join(PATIENCE_SECONDS)
        assert answers == []
    other.join()

    assert answers == ["import_cannot_change"]
    assert Job.objects.filter(kind="import").count() == (1 if first is confirm_import else 0)


def test_a_cancellation_before_the_chunk_is_written_leaves_nothing_of_it(
    shop: SalesPoint, tmp_path: Path
) -> None:
    one = confirm_import(previewed(shop, *export(tmp_path)), None)
    answers: list[str] = []

    with transaction.atomic():
        # The worker waits here before it keeps the raw rows.
        SalesPoint.objects.select_for_update().get(pk=shop.pk)
        other = beside(lambda: work(one), answers)
        other.join(PATIENCE_SECONDS)
        assert answers == []
        cancel_import(one, None)
    other.join()

    one.refresh_from_db()
    assert (one.state, one.started_at, Order.objects.count()) == ("cancelled", None, 0)
    assert audit().violations == []


@pytest.mark.parametrize("seed", range(6))
def test_wherever_a_cancellation_hits_whole_chunks_stay_and_the_rest_follows(
    shop: SalesPoint, tmp_path: Path, seed: int
) -> None:
    one = confirm_import(previewed(shop, *export(tmp_path)), None)
    answers: list[str] = []

    with override_settings(IMPORT_CHUNK_ORDERS=1):
        other = beside(lambda: work(one), answers)
        other.join(Random(seed).uniform(0, 0.8))
        # Refused where the worker was faster.
        with suppress(ImportCannotChange):
            cancel_import(one, None)
        other.join()

    assert answers == ["done"]
    one = OrderImport.objects.get(pk=one.pk)
    assert Order.objects.count() == one.done_orders == one.created
    assert audit().violations == []
    if one.state != "done":
        assert one.state == "cancelled"
        one = work(resume_import(one, None))
    assert (one.state, one.created, Order.objects.count()) == ("done", ORDERS, ORDERS)
    assert audit().violations == []


def test_the_same_file_confirmed_twice_at_once_is_written_once(
    shop: SalesPoint, tmp_path: Path
) -> None:
    files = export(tmp_path)
    both = [confirm_import(previewed(shop, *files), None) for _ in range(2)]
    answers: list[str] = []

    with override_settings(IMPORT_CHUNK_ORDERS=3):
        threads = [beside(lambda one=one: work(one), answers) for one in both]
        for thread in threads:
            thread.join()

    assert answers == ["done", "done"]
    done = list(OrderImport.objects.all())
    assert [one.state for one in done] == ["done", "done"]
    assert sum(one.created for one in done) == Order.objects.count() == ORDERS
    assert sum(one.unchanged for one in done) == ORDERS
    assert RawBlock.objects.count() == len(files)
    assert audit().violations == []
