"""Turn Python values into what each database's driver takes, column by column.

The converter of a column is chosen once. Columns of plain text, numbers and booleans have
none, so a row of them costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = tuple[Any, ...]
Convert = Callable[[Any], Any]

_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def converted(
    fields: Sequence[models.Field], rows: Iterable[Row], connection: BaseDatabaseWrapper
) -> Iterator[Row]:
    """Yield rows whose values the driver of `connection` takes as they are."""
    chosen = [(place, _converter(field, connection)) for place, field in enumerate(fields)]
    needed = [(place, convert) for place, convert in chosen if convert is not None]
    if not needed:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for place, convert in needed:
            if values[place] is not None:
                values[place] = convert(values[place])
        yield tuple(values)


def utc_datetimes(rows: list[Row]) -> list[Row]:
    """Give the naive UTC datetimes that SQLite returns their zone."""
    places = {
        place
        for place in range(len(rows[0]) if rows else 0)
        if isinstance(next((row[place] for row in rows if row[place] is not None), None), datetime)
    }
    if not places:
        return rows
    return [
        tuple(
            value.replace(tzinfo=UTC) if place in places and value is not None else value
            for place, value in enumerate(row)
        )
        for row in rows
    ]


def _converter(field: models.Field, connection: BaseDatabaseWrapper) -> Convert | None:
    """Choose the converter of one column; None when values go in as they are."""
    if field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    if isinstance(field, models.JSONField):
        return partial(_json_text, partial(json.dumps, cls=field.encoder))
    if isinstance(field, _PLAIN):
        return None
    if isinstance(field, models.DateTimeField):
        return _zoned_text if connection.vendor == "postgresql" else _naive_text
    if isinstance(field, models.DateField):
        return _date_text
    if isinstance(field, models.BinaryField):
        return bytes
    return partial(_as_django_saves, field, connection)


def _json_text(dumps: Callable[[Any], str], value: Any) -> str:
    """Write JSON; most JSON columns are empty in most rows, which needs no encoder."""
    if not value and isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return dumps(value)


def _as_django_saves(field: models.Field, connection: BaseDatabaseWrapper, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


# Moments and days repeat from column to column and from line to line; writing one as text costs
# several times as much as finding it again.
@lru_cache(maxsize=8192)
def _naive_text(value: datetime) -> str:
    """Write an aware datetime as Django does on SQLite: naive UTC text."""
    return str(_in_utc(value).replace(tzinfo=None))


@lru_cache(maxsize=8192)
def _zoned_text(value: datetime) -> str:
    """Write an aware datetime with its zone, as PostgreSQL reads it whatever the session's is."""
    return str(_in_utc(value))


@lru_cache(maxsize=1024)
def _date_text(value: date) -> str:
    return value.isoformat()


def _in_utc(value: datetime) -> datetime:
    """Return the same moment in UTC. Raises ValueError for a naive datetime."""
    if value.tzinfo is None:
        raise ValueError(f"a datetime without a time zone: {value!r}")
    return value.astimezone(UTC)
