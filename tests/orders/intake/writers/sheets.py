"""Tables as plain cells, and how they become files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Sheet:
    """One table: its header and its rows, all cells as text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Sheet:
        """Lay rows out under a header; cells are found by stripped header, absent ones empty."""
        named = [{name.strip(): cell for name, cell in row.items()} for row in rows]
        return cls(
            tuple(header),
            tuple(tuple(row.get(name.strip(), "") for name in header) for row in named),
        )

    def with_cell(self, row: int, column: int, cell: str) -> Sheet:
        """Return a copy with one cell replaced."""
        cells = list(self.rows[row])
        cells[column] = cell
        return self.with_rows(*self.rows[:row], tuple(cells), *self.rows[row + 1 :])

    def with_rows(self, *rows: tuple[str, ...]) -> Sheet:
        """Return a copy with other rows."""
        return replace(self, rows=rows)

    def in_order(self, places: Sequence[int]) -> Sheet:
        """Return a copy with its columns in another order."""
        return Sheet(
            tuple(self.header[place] for place in places),
            tuple(tuple(row[place] for place in places) for row in self.rows),
        )

    def text(self, delimiter: str = ",") -> str:
        """Return the table as csv text."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return out.getvalue()

    def save(self, path: Path, encoding: str = "utf-8") -> Path:
        """Write the table as a csv file and return its path."""
        path.write_bytes(self.text().encode(encoding))
        return path
