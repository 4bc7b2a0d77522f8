"""Read the files of seeds: UTF-8 CSV with a header, one row of reference data per line."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from marketplace.errors import SeedsNotValid

SeedRow = dict[str, str]


def seed_rows(path: Path, columns: Collection[str]) -> Iterator[tuple[int, SeedRow]]:
    """Yield each row of a seed file with its line number (the header is line 1).

    Raises SeedsNotValid where the file is missing, is no UTF-8, has other columns than
    `columns`, or has a row of another length or without a source.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if set(reader.fieldnames or ()) != set(columns):
                raise SeedsNotValid(
                    _("种子文件 %(file)s 的列应为：%(columns)s。")
                    % {"file": path.name, "columns": "、".join(columns)}
                )
            for row in reader:
                if None in row or None in row.values() or not row["source"]:
                    raise unreadable(path, reader.line_num)
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError) as error:
        raise SeedsNotValid(_("种子文件 %(file)s 读不出来。") % {"file": path.name}) from error


def unreadable(path: Path, line: int) -> SeedsNotValid:
    """Return the refusal of one row."""
    return SeedsNotValid(
        _("种子文件 %(file)s 第 %(line)d 行读不懂，请检查各列与来源。")
        % {"file": path.name, "line": line}
    )


def day(cell: str) -> date:
    """Read a date. Raises ValueError for anything else than YYYY-MM-DD."""
    return date.fromisoformat(cell)


def day_or_none(cell: str) -> date | None:
    """Read a date; an empty cell is none. Raises ValueError."""
    return day(cell) if cell else None


def number_or_none(cell: str) -> int | None:
    """Read a whole number; an empty cell is none. Raises ValueError."""
    return int(cell) if cell else None


def yes_or_no(cell: str) -> bool:
    """Read 1 or 0. Raises ValueError for anything else."""
    if cell not in {"0", "1"}:
        raise ValueError(cell)
    return cell == "1"
