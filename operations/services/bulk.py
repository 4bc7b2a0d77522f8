"""The database edge of the two hot paths, import and attribution.

Rows travel as plain tuples: no model instances, no per-row SQL. PostgreSQL takes COPY,
SQLite executemany. Nothing here decides anything; constraints and triggers still hold.
Errors of the database arrive as Django's (IntegrityError ...).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import add, itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, transaction
from django.db.models import Field, Model
from django.db.transaction import TransactionManagementError

from operations.services.bulk_values import converted, utc_datetimes

Row = tuple[Any, ...]

# From this many rows on, an update on PostgreSQL goes through a temporary table.
_WORTH_A_TABLE = 200


def allocate_ids(model: type[Model], count: int) -> list[int]:
    """Reserve `count` primary keys of a model, ascending, before its rows are written.

    Call it inside the transaction that writes them; raises TransactionManagementError
    outside one.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("allocate_ids must run inside transaction.atomic()")
    if count <= 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quote(table), _key_column(model), count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        return _allocate_on_sqlite(cursor, table, _key_column(model), count)


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows given as tuples in the order of `columns`; return how many.

    `columns` are field attnames ("order_id", not "order"); values are Python values of the
    fields (aware datetimes, dates, dicts for JSON, bytes). Columns left out take the
    database's default, not Django's.
    """
    fields = _fields(model, columns)
    names = ", ".join(_quote(str(field.column)) for field in fields)
    table = _quote(model._meta.db_table)
    values = converted(fields, rows, connection)
    if connection.vendor == "postgresql":
        return _copy(f"COPY {table} ({names}) FROM STDIN", values)
    marks = ", ".join(["%s"] * len(fields))
    return _execute_many(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


def update_rows(
    model: type[Model], key_column: str, columns: Sequence[str], rows: Iterable[Row]
) -> int:
    """Set `columns` of the rows found by `key_column`; return how many rows changed.

    Each row is `(key, *values of columns)`; names are attnames. A caller that must hit
    every row compares the result with the number of rows it gave.
    """
    fields = _fields(model, [key_column, *columns])
    values = list(converted(fields, rows, connection))
    table = _quote(model._meta.db_table)
    key, *changing = [_quote(str(field.column)) for field in fields]
    if connection.vendor == "postgresql" and len(values) >= _WORTH_A_TABLE:
        return _update_from_copy(table, key, changing, values)
    if not values:
        return 0
    new_values = ", ".join(f"{name} = %s" for name in changing)
    statement = f"UPDATE {table} SET {new_values} WHERE {key} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(*row[1:], row[0]) for row in values])
        return int(cursor.rowcount)


def insert_or_add(
    model: type[Model],
    key_columns: Sequence[str],
    add_columns: Sequence[str],
    rows: Iterable[Row],
) -> int:
    """Add amounts to the totals row of each key, inserting it where there is none.

    Each row is `(*key, *amounts)`; rows of the same key are summed first. Written in
    ascending key order, so that two writers lock in the same order. Keys are never null;
    the model has a unique constraint over `key_columns`. Returns the number of keys.
    """
    fields = _fields(model, [*key_columns, *add_columns])
    width = len(key_columns)
    totals: dict[Row, Row] = {}
    for row in rows:
        key, amounts = row[:width], row[width:]
        before = totals.get(key)
        totals[key] = amounts if before is None else tuple(map(add, before, amounts))
    ordered = [(*key, *totals[key]) for key in sorted(totals)]
    table = _quote(model._meta.db_table)
    quoted = [_quote(str(field.column)) for field in fields]
    added = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in quoted[width:])
    marks = ", ".join(["%s"] * len(fields))
    statement = (
        f"INSERT INTO {table} ({', '.join(quoted)}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(quoted[:width])}) DO UPDATE SET {added}"
    )
    return _execute_many(statement, converted(fields, ordered, connection))


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run one statement with %s placeholders that returns no rows; return how many it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return int(cursor.rowcount)


def fetch_columns(sql: str, params: Sequence[Any] = ()) -> list[Row]:
    """Run a SELECT with %s placeholders and return its rows as plain tuples.

    Datetimes come back aware in UTC on both databases; JSON comes back as text.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        rows: list[Row] = cursor.fetchall()
    return rows if connection.vendor == "postgresql" else utc_datetimes(rows)


def _copy(statement: str, values: Iterator[Row]) -> int:
    count = 0
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in values:
            copy.write_row(row)
            count += 1
    return count


def _update_from_copy(table: str, key: str, changing: list[str], values: list[Row]) -> int:
    """Update from a temporary table filled by COPY: one statement instead of one per row."""
    names = ", ".join([key, *changing])
    new_values = ", ".join(f"{name} = fresh.{name}" for name in changing)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS "
            f"SELECT {names} FROM {table} WITH NO DATA"
        )
        _copy(f"COPY fresh ({names}) FROM STDIN", iter(values))
        cursor.execute("ANALYZE fresh")
        cursor.execute(
            f"UPDATE {table} SET {new_values} FROM fresh WHERE {table}.{key} = fresh.{key}"
        )
        changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE fresh")
    return changed


def _execute_many(statement: str, values: Iterable[Row]) -> int:
    rows = list(values)
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
    return len(rows)


def _allocate_on_sqlite(cursor: Any, table: str, key: str, count: int) -> list[int]:
    """Reserve keys in sqlite_sequence; the write lock makes the read and the write one step."""
    cursor.execute(
        f"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0), "
        f"coalesce((SELECT max({_quote(key)}) FROM {_quote(table)}), 0))",
        [table],
    )
    last = int(cursor.fetchone()[0])
    cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
    if cursor.rowcount == 0:
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last + count]
        )
    return list(range(last + 1, last + count + 1))


def _fields(model: type[Model], columns: Sequence[str]) -> list[Field]:
    """Return the concrete fields with the given attnames, in the given order."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    unknown = [name for name in columns if name not in by_name]
    if unknown:
        raise FieldDoesNotExist(f"{model._meta.label} has no columns {unknown}")
    found = itemgetter(*columns)(by_name)
    return list(found) if len(columns) > 1 else [found]


def _key_column(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
