"""What the jobs are measured against: the same rows, ready, written the shortest way.

Every function runs in a process of its own and returns the seconds of the measured part.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from django.db import connection, connections, transaction
from django.db.models import Model
from python_calamine import load_workbook

from marketplace.rules.attribution import LINES
from marketplace.rules.touches import TOUCHES
from operations.models import Job
from orders.models import (
    ChangedOrder,
    Contact,
    LineDiscount,
    Order,
    OrderImport,
    OrderLine,
    SalesEntry,
)


def write_ready_rows(tables: Sequence[str]) -> float:
    """Write the source's rows of `tables` in one transaction: COPY or executemany."""
    if connection.vendor == "postgresql":
        return _copy_in(tables)
    return _execute_many(tables)


def copy_through(tables: Sequence[str]) -> float:
    """COPY the columns that attribution needs out, and ready rows of `tables` in."""
    names = {field.column for field in SalesEntry._meta.concrete_fields}
    columns = ", ".join(["id", "paid_at", *(name for name in LINES if name in names)])
    wanted = (
        f"SELECT {columns} FROM orders_salesentry WHERE amount_fen <> 0",
        f"SELECT {', '.join([*list(TOUCHES)[:-1], 'occurred_at'])} FROM marketplace_touchpoint",
    )
    connection.ensure_connection()
    started = time.perf_counter()
    for select in wanted:
        with connection.connection.cursor().copy(f"COPY ({select}) TO STDOUT") as copy:
            for _ in copy:
                pass
    return time.perf_counter() - started + _copy_in(tables)


def bulk_create(orders: int) -> float:
    """Write ready model instances of the source's first `orders` orders by bulk_create."""
    instances = list(_instances(orders))
    connection.ensure_connection()
    started = time.perf_counter()
    with transaction.atomic():
        for model, rows in instances:
            model._base_manager.using("default").bulk_create(rows, batch_size=1000)
    return time.perf_counter() - started


def calamine_alone(file: str) -> float:
    """Read every cell of a workbook's first sheet into Python and do nothing with it."""
    started = time.perf_counter()
    with load_workbook(file) as book:
        rows = book.get_sheet_by_index(0).to_python()
    seconds = time.perf_counter() - started
    assert len(rows) > 1
    return seconds


def _instances(orders: int) -> Iterator[tuple[type[Model], list[Model]]]:
    heads = list(Order.objects.using("source").order_by("pk")[:orders])
    last = heads[-1].pk
    # The import that the orders name, and its job.
    for model in (Job, OrderImport):
        yield model, _fresh(model._base_manager.using("source").all())
    yield Order, _fresh(heads)
    for model, key in (
        (OrderLine, "order_id"),
        (LineDiscount, "line__order_id"),
        (Contact, "order_id"),
        (SalesEntry, "order_id"),
        (ChangedOrder, "order_id"),
    ):
        rows = model._base_manager.using("source").filter(**{f"{key}__lte": last})
        yield model, _fresh(rows)


def _fresh(rows: Any) -> list[Model]:
    """Make the instances new to the other database; they keep their keys."""
    instances = list(rows)
    for instance in instances:
        instance._state.db, instance._state.adding = None, True
    return instances


def _copy_in(tables: Sequence[str]) -> float:
    ready: list[tuple[str, list[bytes]]] = []
    with psycopg.connect(**_parameters("source")) as source:
        for table in tables:
            described = source.execute(f"SELECT * FROM {table} LIMIT 0").description or []
            columns = ", ".join(f'"{column.name}"' for column in described)
            with source.cursor().copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                ready.append((f"COPY {table} ({columns}) FROM STDIN", _blocks(copy)))
    with psycopg.connect(**_parameters("default")) as target:
        started = time.perf_counter()
        for statement, blocks in ready:
            with target.cursor().copy(statement) as copy:
                for block in blocks:
                    copy.write(block)
        target.commit()
        return time.perf_counter() - started


def _blocks(rows: Iterator[bytes]) -> list[bytes]:
    """Join rows into blocks of about a megabyte, so that sending costs next to nothing."""
    blocks: list[bytes] = []
    held: list[bytes] = []
    size = 0
    for row in rows:
        held.append(bytes(row))
        size += len(row)
        if size > 1 << 20:
            blocks.append(b"".join(held))
            held, size = [], 0
    return [*blocks, b"".join(held)]


def _execute_many(tables: Sequence[str]) -> float:
    ready: list[tuple[str, list[tuple[Any, ...]]]] = []
    with sqlite3.connect(connections["source"].settings_dict["NAME"]) as source:
        for table in tables:
            found = source.execute(f"SELECT * FROM {table}")
            columns = ", ".join(f'"{column[0]}"' for column in found.description)
            marks = ", ".join("?" * len(found.description))
            ready.append((f"INSERT INTO {table} ({columns}) VALUES ({marks})", found.fetchall()))
    connection.ensure_connection()  # with the pragmas that the job has
    started = time.perf_counter()
    with transaction.atomic():
        for statement, rows in ready:
            connection.connection.executemany(statement, rows)
    return time.perf_counter() - started


def _parameters(alias: str) -> dict[str, Any]:
    parameters = connections[alias].get_connection_params()
    return {name: parameters[name] for name in ("dbname", "user", "password", "host", "port")
            if parameters.get(name)}  # fmt: skip
