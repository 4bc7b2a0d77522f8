"""Triggers that refuse UPDATE, DELETE and TRUNCATE on append-only tables, on both databases.

Declared once per model (`operations.models.append_only`), installed idempotently after
every migrate: SQLite drops a table's triggers when a migration remakes the table, so a
migration cannot carry them (docs/decisions/0009). A database check and `audit` fail when one is
missing. Only a flush or a test that plants a corruption may lift them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from operations.models.append_only import append_only_tables

DEFAULT = "default"
_FUNCTION = "refuse_change_of_append_only"

# What each database refuses, by trigger suffix. PostgreSQL's row triggers do not see TRUNCATE.
_POSTGRESQL = {
    "append_only": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW",
    "append_only_truncate": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
}
_SQLITE = {"append_only_update": "BEFORE UPDATE", "append_only_delete": "BEFORE DELETE"}


def install_triggers(using: str = DEFAULT) -> None:
    """Install every trigger that is missing; a table not yet migrated is passed over."""
    connection = connections[using]
    missing = set(_missing(connection))
    if not missing:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for table in _existing_tables(connection):
            for suffix in _suffixes(connection):
                if f"{table}.{suffix}" in missing:
                    cursor.execute(_create_statement(connection, table, suffix))


def missing_triggers(using: str = DEFAULT) -> list[str]:
    """Return "table.trigger" for every trigger that should be there and is not (or is disabled)."""
    return _missing(connections[using])


@contextmanager
def lifted_triggers(using: str = DEFAULT) -> Iterator[None]:
    """Take the triggers away for the block and put them back. For flush and for tests only."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in _existing_tables(connection):
            for suffix in _suffixes(connection):
                cursor.execute(_drop_statement(connection, table, suffix))
    try:
        yield
    finally:
        install_triggers(using)


def drop_trigger(table: str, suffix: str, using: str = DEFAULT) -> None:
    """Drop one trigger, as an intruder would. For tests of the check and of `audit` only."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_drop_statement(connection, table, suffix))


def _missing(connection: BaseDatabaseWrapper) -> list[str]:
    wanted = {
        f"{table}.{suffix}"
        for table in _existing_tables(connection)
        for suffix in _suffixes(connection)
    }
    return sorted(wanted - _installed(connection)) if wanted else []


def _installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Return "table.suffix" of the triggers that are there and enabled."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
            "AND pg_table_is_visible(c.oid)"
        )
    else:
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {f"{table}.{name.removeprefix(table + '_')}" for table, name in cursor.fetchall()}


def _existing_tables(connection: BaseDatabaseWrapper) -> list[str]:
    there = set(connection.introspection.table_names())
    return [table for table in append_only_tables() if table in there]


def _suffixes(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    return tuple(_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def _create_statement(connection: BaseDatabaseWrapper, table: str, suffix: str) -> str:
    quote = connection.ops.quote_name
    name = quote(f"{table}_{suffix}")
    if connection.vendor == "postgresql":
        when = _POSTGRESQL[suffix].format(table=quote(table))
        # A disabled trigger counts as missing, so one of that name may still be there.
        return f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {_FUNCTION}()"
    return (
        f"CREATE TRIGGER {name} {_SQLITE[suffix]} ON {quote(table)} "
        f"BEGIN SELECT RAISE(ABORT, 'append_only: {table}'); END"
    )


def _drop_statement(connection: BaseDatabaseWrapper, table: str, suffix: str) -> str:
    quote = connection.ops.quote_name
    name = quote(f"{table}_{suffix}")
    on_table = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{on_table}"
