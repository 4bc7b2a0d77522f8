"""Producers, and roster files of invented villages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from products.models import Producer
from tests.builders import make_county

COLUMNS = (
    *("county_code", "village", "household_number", "persons"),
    *("status", "status_from", "status_to", "producer", "mechanism", "link_from", "link_to"),
)
CHINESE = (
    *("县（市）代码", "村", "户编号", "人口"),
    *("身份", "身份起", "身份止", "供货主体", "联结机制", "联结起", "联结止"),
)
PARK = "park"


def make_producer(code: str = PARK, *, county: str = "522622", name: str = "") -> Producer:
    """Return a producer, made if missing."""
    make_county(county, county)
    return Producer.objects.get_or_create(
        code=code, defaults={"name": name or code, "county_id": county, "source": "test"}
    )[0]


def row(number: str = "0001", **cells: str) -> str:
    """Return one row: a household of four in 甲村 with a dividend link, unless told otherwise."""
    values = {
        **dict.fromkeys(COLUMNS, ""),
        "county_code": "522622",
        "village": "甲村",
        "household_number": number,
        "persons": "4",
        "producer": PARK,
        "mechanism": "dividend",
        "link_from": "2020-01-01",
        **cells,
    }
    return ",".join(values[name] for name in COLUMNS)


def bare(number: str = "0001", **cells: str) -> str:
    """Return a row without link."""
    return row(number, **{"producer": "", "mechanism": "", "link_from": "", **cells})


def write_roster(
    folder: Path, rows: Sequence[str], *, header: Sequence[str] = COLUMNS, encoding: str = "utf-8"
) -> Path:
    path = folder / "roster.csv"
    path.write_text("\n".join([",".join(header), *rows]) + "\n", encoding=encoding)
    return path


def import_roster(folder: Path, rows: Sequence[str], **how: Any) -> dict[str, Any]:
    """Write a roster file and import it through the command; return its JSON."""
    path = write_roster(folder, rows, **how)
    out = StringIO()
    with suppress(SystemExit):
        call_command("import_roster", str(path), "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer
