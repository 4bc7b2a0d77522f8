"""The bulk edges write and read what the ORM would, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import isolate_apps

from common.clock import SHANGHAI
from operations.models import Job
from operations.services.bulk import (
    allocate_ids,
    fetch_columns,
    insert_or_add,
    insert_rows,
    update_rows,
)

pytestmark = pytest.mark.django_db(transaction=True)

PAID = datetime(2020, 5, 1, 0, 0, 1, 123456, tzinfo=SHANGHAI)
COLUMNS = [
    "id", "text", "note", "amount_fen", "small", "yes", "day", "moment", "data", "sealed",
    "number", "rate", "seconds", "mark", "job_id",
]  # fmt: skip
FULL = (
    7, '带"引号"\t制表\n换行\\反斜线', "", -(10**12), 3, True, date(2020, 5, 7), PAID,
    {"列": [1, None, "x"]}, b"\x00\xff\\sealed", Decimal("1.50"), 0.1, None,
    uuid.UUID(int=5), None,
)  # fmt: skip


@pytest.fixture
def every_field() -> Iterator[type[models.Model]]:
    with isolate_apps("operations"):

        class EveryField(models.Model):
            text = models.CharField(max_length=200, null=True)
            note = models.TextField(null=True)
            amount_fen = models.BigIntegerField(null=True)
            small = models.PositiveSmallIntegerField(null=True)
            yes = models.BooleanField(null=True)
            day = models.DateField(null=True)
            moment = models.DateTimeField(null=True)
            data = models.JSONField(null=True)
            sealed = models.BinaryField(null=True)
            number = models.DecimalField(max_digits=9, decimal_places=2, null=True)
            rate = models.FloatField(null=True)
            seconds = models.DurationField(null=True)
            mark = models.UUIDField(null=True)
            job = models.ForeignKey(Job, models.PROTECT, null=True)

            class Meta:
                app_label = "operations"

        yield from table_of(EveryField)


@pytest.fixture
def totals() -> Iterator[type[models.Model]]:
    with isolate_apps("operations"):

        class Totals(models.Model):
            day = models.DateField()
            code = models.CharField(max_length=20)
            orders = models.IntegerField()
            net_fen = models.BigIntegerField()

            class Meta:
                app_label = "operations"
                constraints = [models.UniqueConstraint(fields=["day", "code"], name="totals_once")]

        yield from table_of(Totals)


def table_of(model: type[models.Model]) -> Iterator[type[models.Model]]:
    with connection.schema_editor() as editor:
        editor.create_model(model)
    yield model
    with connection.schema_editor() as editor:
        editor.delete_model(model)


def stored(model: type[models.Model], pk: int) -> tuple:
    row = model.objects.values_list(*COLUMNS).get(pk=pk)
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def test_every_type_of_field_comes_back_as_it_went_in(every_field):
    empty = (8, *[None] * (len(COLUMNS) - 1))
    assert insert_rows(every_field, COLUMNS, iter([FULL, empty])) == 2
    assert stored(every_field, 7) == FULL
    assert stored(every_field, 8) == empty


def test_bulk_rows_are_stored_exactly_as_the_orm_stores_them(every_field):
    insert_rows(every_field, COLUMNS, [FULL])
    every_field.objects.create(**dict(zip(COLUMNS, (9, *FULL[1:]), strict=True)))
    bulk, plain = fetch_columns(f"SELECT * FROM {every_field._meta.db_table} ORDER BY id")
    assert bulk[1:] == plain[1:]


def test_update_rows_changes_the_rows_of_its_keys_only(every_field):
    insert_rows(every_field, ["id", "text"], [(1, "甲"), (2, "乙"), (3, "丙")])
    changed = update_rows(
        every_field,
        "id",
        ["text", "moment", "data"],
        [(1, "新", PAID, {"n": 1}), (9, "", None, None)],
    )
    assert changed == 1
    kept = list(every_field.objects.order_by("id").values_list("text", "moment", "data"))
    assert kept == [("新", PAID, {"n": 1}), ("乙", None, None), ("丙", None, None)]
    assert update_rows(every_field, "id", ["text"], []) == 0


def test_many_rows_are_updated_like_few(every_field):
    insert_rows(every_field, ["id", "text"], [(key, "旧") for key in range(1, 501)])
    fresh = [(key, f"新{key}", PAID, {"n": key}, b"\x00") for key in range(1, 401)]
    columns = ["text", "moment", "data", "sealed"]
    assert update_rows(every_field, "id", columns, fresh) == 400
    assert update_rows(every_field, "id", columns, fresh) == 400
    kept = dict(every_field.objects.values_list("id", "text"))
    assert (kept[1], kept[400], kept[401]) == ("新1", "新400", "旧")
    assert every_field.objects.filter(moment=PAID).count() == 400
    assert every_field.objects.get(id=7).data == {"n": 7}


def test_ids_are_reserved_once_and_stay_clear_of_the_orms(every_field):
    every_field.objects.create(text="before")
    with transaction.atomic():
        first, second = allocate_ids(every_field, 3), allocate_ids(every_field, 2)
        insert_rows(every_field, ["id", "text"], [(key, "bulk") for key in first + second])
    after = every_field.objects.create(text="after")
    assert len({*first, *second, after.pk}) == 6
    assert every_field.objects.count() == 7
    assert (first, second) == (sorted(first), sorted(second))


def test_ids_are_refused_outside_a_transaction(every_field):
    with pytest.raises(TransactionManagementError):
        allocate_ids(every_field, 1)


def test_totals_are_inserted_or_added_to(totals):
    columns = (totals, ["day", "code"], ["orders", "net_fen"])
    may1, may2 = date(2020, 5, 1), date(2020, 5, 2)
    assert (
        insert_or_add(*columns, [(may2, "b", 1, 100), (may1, "乙", 2, 50), (may2, "b", 1, 5)]) == 2
    )
    assert insert_or_add(*columns, [(may2, "b", -1, -100), (may1, "a", 1, 1)]) == 2
    kept = set(totals.objects.values_list("day", "code", "orders", "net_fen"))
    assert kept == {(may2, "b", 1, 5), (may1, "乙", 2, 50), (may1, "a", 1, 1)}


def test_reading_gives_aware_moments_in_utc(every_field):
    insert_rows(every_field, ["id", "moment", "day"], [(1, None, None), (2, PAID, PAID.date())])
    table = every_field._meta.db_table
    rows = fetch_columns(f"SELECT id, moment, day FROM {table} WHERE id > %s ORDER BY id", [0])
    assert rows == [(1, None, None), (2, PAID.astimezone(UTC), PAID.date())]
    assert rows[1][1].tzinfo is not None


def test_a_naive_moment_is_refused(every_field):
    with pytest.raises(ValueError, match="time zone"):
        insert_rows(every_field, ["moment"], [(PAID.replace(tzinfo=None),)])
    assert not every_field.objects.exists()


def test_a_broken_constraint_speaks_djangos_language(totals):
    row = (date(2020, 5, 1), "a", 1, 1)
    with pytest.raises(IntegrityError):
        insert_rows(totals, ["day", "code", "orders", "net_fen"], [row, row])
