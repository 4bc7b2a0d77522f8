"""Read a file of weighted paths for the tool `attribute_paths`: every row is checked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from marketplace.errors import PathFileRefused
from marketplace.rules.paths.path_sets import AGES, PathSet, path_set
from orders.errors import DuplicateHeaders, MissingColumns
from orders.intake.cells import shown
from orders.intake.text_files import TextTable

PATH, CONVERSIONS, VALUE, NULLS = "path", "conversions", "value", "nulls"
BETWEEN_TOUCHES = ">"
_NUMBERS = (CONVERSIONS, VALUE, NULLS)
# Rows that are checked together; equal paths of them are added up.
_BATCH_ROWS = 100_000
_MOST = 1e15


def read_paths(path: Path, *, with_ages: bool) -> PathSet:
    """Read and check a whole file: columns PATH and CONVERSIONS, and VALUE and NULLS where it
    has them; AGES too `with_ages`.

    Other columns are not read. An empty VALUE or NULLS is 0; only a path without conversions may
    lack its ages. The first bad row refuses the file: raises PathFileRefused, or a subclass of
    `orders.errors.FileRefused` where the file is none.
    """
    table = TextTable(1, path)
    needed = [PATH, CONVERSIONS, *([AGES] if with_ages else [])]
    missing = [name for name in needed if name not in table.header]
    if missing:
        raise MissingColumns(table.name, columns="、".join(missing))
    read = [name for name in (*needed, VALUE, NULLS) if name in table.header]
    repeated = [name for name in read if table.header.count(name) > 1]
    if repeated:
        raise DuplicateHeaders(table.name, columns="、".join(repeated))
    alike = [PATH, *([AGES] if with_ages else [])]
    batches = [_added(batch, alike) for batch in _checked(table, read)]
    rows = _added(pl.concat(batches), alike)
    return path_set(rows.with_columns(touches=_split(PATH), **_ages(alike)))


def _checked(table: TextTable, read: list[str]) -> Iterator[pl.DataFrame]:
    """Yield the rows in batches: `read` as texts and numbers. Raises PathFileRefused."""
    table.keep_raw(())
    places = [table.header.index(name) for name in read]
    sound = _sound(table)
    while rows := list(islice(sound, _BATCH_ROWS)):
        columns = list(zip(*rows, strict=True))
        cells = pl.DataFrame(
            {name: columns[place] for name, place in zip(read, places, strict=True)},
            schema=dict.fromkeys(read, pl.String),
        ).with_columns(pl.col(pl.String).str.strip_chars(), row=pl.Series(columns[-1]))
        yield _read_batch(cells)


def _sound(table: TextTable) -> Iterator[tuple[str | int, ...]]:
    """Yield the cells of each row and its number. Raises PathFileRefused."""
    for row, cells, defect in table.rows():
        if defect is not None:
            raise _refusal(row, defect.code, defect.message)
        yield (*cells, row)


def _read_batch(cells: pl.DataFrame) -> pl.DataFrame:
    """Check the cells and read the numbers. Raises PathFileRefused for the first bad row."""
    has_no_touch = _split(PATH).list.eval(pl.element() == "").list.any()
    for row, text in cells.filter(has_no_touch).select("row", PATH).head(1).iter_rows():
        message = _("路径为空或含有空的触点：“%s”。没有活动的触点请写作 direct。")
        raise _refusal(row, "empty_path", message % shown(text))
    numbers = {
        name: pl.col(name).replace("", "0") if name != CONVERSIONS else pl.col(name)
        for name in _NUMBERS
        if name in cells.columns
    }
    read = cells.with_columns(
        text.cast(pl.Float64, strict=False).alias(name) for name, text in numbers.items()
    )
    for name in numbers:
        is_good = pl.col(name).is_between(0, _MOST).fill_null(value=False)
        for (row,) in read.filter(~is_good).select("row").head(1).iter_rows():
            cell = cells.filter(pl.col("row") == row)[name].item()
            message = _("“%(column)s”不是 0 至 10 的 15 次方之间的数字：“%(cell)s”。")
            raise _refusal(row, "bad_number", message % {"column": name, "cell": shown(cell)})
    absent = [pl.lit(0.0).alias(name) for name in _NUMBERS if name not in numbers]
    read = read.with_columns(absent)
    worthless = read.filter((pl.col(CONVERSIONS) == 0) & (pl.col(VALUE) > 0))
    for (row,) in worthless.select("row").head(1).iter_rows():
        raise _refusal(row, "value_without_conversion", _("没有转化，却有转化金额。"))
    if AGES in read.columns:
        _check_ages(read)
    return read


def _check_ages(read: pl.DataFrame) -> None:
    """Raise PathFileRefused where the ages of a row are not one number per touch."""
    ages = _split(AGES).list.eval(pl.element().cast(pl.Float64, strict=False))
    is_number = ages.list.eval(pl.element().is_between(0, _MOST).fill_null(value=False)).list.all()
    fits = is_number & (ages.list.len() == _split(PATH).list.len())
    may_lack = (pl.col(CONVERSIONS) == 0) & (pl.col(AGES) == "")
    for row, text in read.filter(~(fits | may_lack)).select("row", AGES).head(1).iter_rows():
        message = _("“%(column)s”须与路径一一对应，每个触点一个不为负的天数：“%(cell)s”。")
        raise _refusal(row, "bad_ages", message % {"column": AGES, "cell": shown(text)})


def _added(rows: pl.DataFrame, alike: list[str]) -> pl.DataFrame:
    """Add up equal paths, in the order in which they first came."""
    return rows.group_by(alike, maintain_order=True).agg(pl.col(_NUMBERS).sum())


def _split(column: str) -> pl.Expr:
    return pl.col(column).str.split(BETWEEN_TOUCHES).list.eval(pl.element().str.strip_chars())


def _ages(read: list[str]) -> dict[str, pl.Expr]:
    """Return the expression of the ages where they were read; a path without any has 0."""
    if AGES not in read:
        return {}
    nothing = pl.lit(0.0).repeat_by(_split(PATH).list.len())
    ages = _split(AGES).list.eval(pl.element().cast(pl.Float64, strict=False))
    return {AGES: pl.when(pl.col(AGES) == "").then(nothing).otherwise(ages)}


def _refusal(row: int, code: str, message: str) -> PathFileRefused:
    return PathFileRefused(
        _("第 %(row)s 行：%(message)s") % {"row": row, "message": message}, code=code, row=row
    )
