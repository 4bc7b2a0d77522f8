"""Stock: never more promised than is there, every pack accounted for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from common.clock import now, today
from products.errors import OutOfStock, StockNotMoved
from products.models import Product, Sku
from products.models.stock import StockItem, StockMovement, StockPlace, StockReservation
from products.selectors.stock import available_skus, packs_in, stock_differences
from products.services.stock import (
    count_stock,
    move_stock,
    release_stock,
    reserve_stock,
    ship_stock,
    transfer_stock,
)
from tests.back_office import desk, list_page, page_of
from tests.builders import make_bundle, make_sku
from tests.racing import at_once


def make_place(code: str = "warehouse", **fields: object) -> StockPlace:
    values = {"name": code, "serves_storefront": code == "warehouse"} | fields
    return StockPlace.objects.get_or_create(code=code, defaults=values)[0]


def stocked(code: str, packs: int, place: StockPlace | None = None) -> Sku:
    sku = Sku.objects.filter(code=code).first() or make_sku(code)
    move_stock(place or make_place(), sku, kind="receipt", quantity=packs, actor=None)
    return sku


def levels(sku: Sku, place: str = "warehouse") -> tuple[int, int]:
    item = StockItem.objects.get(sku=sku, place__code=place)
    return item.on_hand, item.reserved


def test_a_promise_holds_packs_until_they_ship_or_are_given_back(db: None) -> None:
    tea, place = stocked("A", 5), make_place()
    reserve_stock(place, {tea.pk: 3}, reference="O1")
    reserve_stock(place, {tea.pk: 2}, reference="O2")
    assert levels(tea) == (5, 5)
    assert release_stock("O2") == 2
    assert release_stock("O2") == 0
    assert ship_stock("O1", occurred_at=now()) == 3
    assert ship_stock("O1", occurred_at=now()) == 0
    assert release_stock("O1") == 0
    assert levels(tea) == (2, 0)
    assert stock_differences() == []


def test_an_order_gets_all_it_asks_for_or_nothing(db: None) -> None:
    tea, rice, place = stocked("A", 5), stocked("B", 1), make_place()
    unknown = make_sku("C")
    with pytest.raises(OutOfStock) as refusal:
        reserve_stock(place, {tea.pk: 1, rice.pk: 2, unknown.pk: 1}, reference="O1")
    assert refusal.value.details["sku_codes"] == ["B", "C"]
    assert levels(tea) == (5, 0)
    assert not StockReservation.objects.exists()


def test_what_is_promised_cannot_be_taken_off_the_shelf(db: None) -> None:
    tea, place, shop = stocked("A", 5), make_place(), make_place("shop")
    reserve_stock(place, {tea.pk: 3}, reference="O1")
    for act in (
        lambda: move_stock(place, tea, kind="loss", quantity=-3, actor=None, reason="破损"),
        lambda: count_stock(place, tea, counted=2, actor=None, reason="盘点"),
        lambda: transfer_stock(place, shop, tea, quantity=3, actor=None, reference="T1"),
        lambda: transfer_stock(place, place, tea, quantity=1, actor=None, reference="T1"),
        lambda: move_stock(place, tea, kind="receipt", quantity=0, actor=None),
    ):
        with pytest.raises(StockNotMoved):
            act()
    assert count_stock(place, tea, counted=3, actor=None, reason="盘点") == -2
    release_stock("O1")
    transfer_stock(place, shop, tea, quantity=3, actor=None, reference="T1")
    assert (levels(tea), levels(tea, "shop")) == ((0, 0), (3, 0))
    assert stock_differences() == []


def test_the_database_itself_refuses_to_promise_more_than_is_there(db: None) -> None:
    stocked("A", 5)
    for change in ({"reserved": 6}, {"on_hand": -1}, {"reserved": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StockItem.objects.update(**change)
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        StockMovement.objects.update(quantity=9)


def test_a_gift_box_is_as_available_as_its_parts(db: None) -> None:
    box = make_bundle("BOX", [("A", 2, 100), ("B", 1, 100)])
    stocked("A", 3), stocked("B", 1)
    assert packs_in({box.pk: 2, Sku.objects.get(code="A").pk: 1}, today()) == {
        Sku.objects.get(code="A").pk: 5,
        Sku.objects.get(code="B").pk: 2,
    }
    assert available_skus({box.pk: 1}, today()) == {box.pk}
    reserve_stock(make_place(), packs_in({box.pk: 1}, today()), reference="O1")
    assert available_skus({box.pk: 1}, today()) == set()


def test_the_catalogue_says_what_can_be_sold_now(db: None) -> None:
    tea = stocked("A", 1)
    make_sku("B")
    Product.objects.update(is_published=True)

    def shown() -> dict[str, bool]:
        rows = Client().get("/api/v1/products/").json()["results"]
        return {row["code"]: row["skus"][0]["is_available"] for row in rows}

    assert shown() == {"A": True, "B": False}
    reserve_stock(make_place(), {tea.pk: 1}, reference="O1")
    assert shown() == {"A": False, "B": False}


def test_an_office_enters_movements_and_is_told_what_cannot_be(db: None) -> None:
    tea, place = make_sku("A"), make_place()
    office = desk("cangku")
    page = list_page(StockMovement) + "add/"
    entry = {"place": place.pk, "sku": tea.pk, "kind": "receipt", "packs": 10, "reference": "R1"}
    assert office.post(page, {**entry, "reason": ""}).status_code == 302
    assert levels(tea) == (10, 0)
    refused = office.post(page, {**entry, "kind": "loss", "packs": 11, "reason": "受潮"})
    assert "未被占用的库存不足" in refused.content.decode()
    unexplained = office.post(page, {**entry, "kind": "loss", "packs": 1, "reason": ""})
    assert "请写明原因" in unexplained.content.decode()
    assert (
        office.post(page, {**entry, "kind": "loss", "packs": 1, "reason": "受潮"}).status_code
        == 302
    )
    [loss, receipt] = StockMovement.objects.order_by("-pk")
    assert (loss.quantity, loss.actor.username, receipt.quantity) == (-1, "cangku", 10)
    shown = office.get(page_of(loss))
    assert shown.status_code == 200
    assert "受潮" in shown.content.decode()
    assert office.post(page_of(loss), {"reason": "别的"}).status_code == 403
    assert stock_differences() == []


_machines = count()


class Warehouse(RuleBasedStateMachine):
    """Random promises, shipments, receipts, counts against a plain model."""

    def __init__(self) -> None:
        super().__init__()
        self.place = make_place()
        # Examples share one database: each has SKUs and references of its own.
        self.name = f"M{next(_machines)}"
        self.skus = [make_sku(f"{self.name}-{number}") for number in range(2)]
        self.shelf = dict.fromkeys((sku.pk for sku in self.skus), 0)
        self.open: dict[str, dict[int, int]] = {}
        self.number = 0

    def promised(self, sku: int) -> int:
        return sum(packs.get(sku, 0) for packs in self.open.values())

    @rule(which=st.integers(0, 1), packs=st.integers(1, 5))
    def receive(self, which: int, packs: int) -> None:
        move_stock(self.place, self.skus[which], kind="receipt", quantity=packs, actor=None)
        self.shelf[self.skus[which].pk] += packs

    @rule(which=st.integers(0, 1), packs=st.integers(1, 5))
    def lose(self, which: int, packs: int) -> None:
        sku = self.skus[which]
        allowed = self.shelf[sku.pk] - self.promised(sku.pk) >= packs
        try:
            move_stock(self.place, sku, kind="loss", quantity=-packs, actor=None, reason="x")
        except StockNotMoved:
            assert not allowed
        else:
            assert allowed
            self.shelf[sku.pk] -= packs

    @rule(first=st.integers(0, 3), second=st.integers(0, 3))
    def promise(self, first: int, second: int) -> None:
        packs = {
            sku.pk: number for sku, number in zip(self.skus, (first, second), strict=True) if number
        }
        allowed = all(self.shelf[sku] - self.promised(sku) >= packs[sku] for sku in packs)
        self.number += 1
        try:
            reserve_stock(self.place, packs, reference=f"{self.name}-{self.number}")
        except OutOfStock:
            assert not allowed
        else:
            assert allowed
            self.open[f"{self.name}-{self.number}"] = packs

    @rule(data=st.data(), ships=st.booleans())
    def end(self, data: st.DataObject, ships: bool) -> None:
        number = data.draw(st.integers(0, self.number + 1))
        reference = f"{self.name}-{number}"
        packs = self.open.pop(reference, {})
        act: Callable = ship_stock if ships else release_stock
        more = {"occurred_at": now()} if ships else {}
        assert act(reference, **more) == sum(packs.values())
        for sku, quantity in packs.items():
            self.shelf[sku] -= quantity if ships else 0

    @invariant()
    def every_pack_is_accounted_for(self) -> None:
        found = dict(StockItem.objects.filter(sku__in=self.skus).values_list("sku", "on_hand"))
        assert {sku: found.get(sku, 0) for sku in self.shelf} == self.shelf
        assert stock_differences() == []


class TestWarehouse(TestCase):
    def test_any_history_of_promises_adds_up(self) -> None:
        run_state_machine_as_test(
            Warehouse,
            settings=hypothesis_settings(max_examples=15, stateful_step_count=15, deadline=None),
        )


def race(act: Callable[[int], None], times: int) -> list[Any]:
    """Run an act many times at once; return what it raised."""
    found = at_once([partial(act, number) for number in range(times)])
    return [each for each in found if isinstance(each, Exception)]


@pytest.mark.postgresql
def test_the_last_packs_are_promised_once_however_many_ask(transactional_db: None) -> None:
    tea, rice, place = stocked("A", 10), stocked("B", 100), make_place()

    def buy(number: int) -> None:
        packs = {tea.pk: 1, rice.pk: 1} if number % 2 else {rice.pk: 1, tea.pk: 1}
        reserve_stock(place, packs, reference=f"O{number}")

    raised = race(buy, 40)
    assert [type(error) for error in raised] == [OutOfStock] * 30
    assert (levels(tea), levels(rice)) == ((10, 10), (100, 10))
    assert stock_differences() == []


@pytest.mark.postgresql
def test_a_promise_ends_once_however_many_end_it(transactional_db: None) -> None:
    tea, place = stocked("A", 10), make_place()
    reserve_stock(place, {tea.pk: 4}, reference="O1")

    def end(number: int) -> None:
        if number % 2:
            release_stock("O1")
        else:
            ship_stock("O1", occurred_at=now())

    assert race(end, 12) == []
    assert levels(tea) in {(10, 0), (6, 0)}
    assert stock_differences() == []


@pytest.mark.postgresql
def test_without_the_guard_the_race_is_lost(transactional_db: None, monkeypatch) -> None:
    """The mutant: a read before a write instead of one guarded UPDATE."""
    tea = stocked("A", 10)
    read = threading.Barrier(4)

    def unguarded(number: int) -> None:
        item = StockItem.objects.get(sku=tea)
        read.wait()
        if item.on_hand - item.reserved >= 4:
            StockItem.objects.filter(pk=item.pk).update(reserved=item.reserved + 4)
            StockReservation.objects.create(
                item=item, reference=f"O{number}", quantity=4, reserved_at=now()
            )

    race(unguarded, 4)
    assert stock_differences() != []
