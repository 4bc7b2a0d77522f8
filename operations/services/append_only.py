"""Triggers that refuse UPDATE, DELETE and TRUNCATE on append-only tables, on both databases.

Declared once per model (`operations.models.append_only`), installed idempotently after
every migrate: SQLite drops a table's triggers when a migration remakes the table, so a
migration cannot carry them (docs/decisions/0009). A database check and `audit` fail when one is
missing or says something else. Only a flush or a test that plants a corruption may lift them.
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
_BODY = (
    " BEGIN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END "
)
# pg_trigger.tgtype of each: row (1), before (2), delete (8), update (16), truncate (32).
_POSTGRESQL_TYPES = {"append_only": 1 + 2 + 8 + 16, "append_only_truncate": 2 + 32}


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
                f"$${_BODY}$$"
            )
        for table in _existing_tables(connection):
            for suffix in _suffixes(connection):
                if f"{table}.{suffix}" in missing:
                    # One of that name may stand there disabled, or with another body.
                    cursor.execute(_drop_statement(connection, table, suffix))
                    cursor.execute(_create_statement(connection, table, suffix))


def missing_triggers(using: str = DEFAULT) -> list[str]:
    """Return "table.trigger" for every trigger that should be there and does not guard.

    A disabled one counts as missing, and so does one of that name that does something else.
    """
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
    """Return "table.suffix" of the triggers that are there, enabled, and as we write them."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
            return {
                f"{table}.{suffix}"
                for table, name, sql in cursor.fetchall()
                if (suffix := name.removeprefix(f"{table}_")) in _SQLITE
                and sql == _create_statement(connection, table, suffix)
            }
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgtype FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL "
            "AND t.tgattr::text = '' AND p.proname = %s AND p.prosrc = %s "
            "AND pg_table_is_visible(c.oid)",
            [_FUNCTION, _BODY],
        )
        return {
            f"{table}.{suffix}"
            for table, name, kind in cursor.fetchall()
            if kind == _POSTGRESQL_TYPES.get(suffix := name.removeprefix(f"{table}_"))
        }


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
        return f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {_FUNCTION}()"
    return (
        f"CREATE TRIGGER {name} {_SQLITE[suffix]} ON {quote(table)} "
        f"BEGIN SELECT RAISE(ABORT, 'append_only: {table}'); END"
    )


def _drop_statement(connection: BaseDatabaseWrapper, table: str, suffix: str) -> str:
    quote = connection.ops.quote_name
    name = quote(f"{table}_{suffix}")
    on_table = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{on_table}"
