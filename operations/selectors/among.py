"""One SQL condition for "one of these values", however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection


def among(column: str, values: Iterable[int | str]) -> tuple[str, list[Any]]:
    """Return a condition on `column` and its one parameter, for any number of values.

    `column` is a literal of the caller, never user input. PostgreSQL gets an array, SQLite a
    JSON list, so neither meets its limit of parameters.
    """
    wanted = list(values)
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [wanted]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(wanted)]
