"""Raw rows, kept as they came but for the people in them (docs/decisions/0010-privacy.md)."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Collection, Sequence

from orders.intake.cells import clean_code

ROWS_PER_BLOCK = 500
# Headers of order numbers, as the formats write them.
_ORDER_NUMBERS = frozenset({"订单编号", "订单号", "order_number"})
_LONG_NUMBER = re.compile(r"[0-9]{15,30}")  # no telephone number is that long

# Columns that name or describe a person, and free text in which people leave phone numbers.
CONTACT_COLUMNS = frozenset(
    {
        "买家会员名",
        "买家支付宝账号",
        "收货人姓名",
        "收货地址",
        "联系电话",
        "联系手机",
        "修改后的收货地址",
        "买家留言",
        "订单备注",
        "备注",
        "商家备忘",
        "发票抬头",
    }
)


class RawBlocks:
    """Collects the rows of one file into compressed blocks while they are read.

    Of a file that people make by hand any column may name a person: then `only` its known
    columns are kept. A platform's file keeps all but its contact columns.
    """

    def __init__(self, header: Sequence[str], only: Collection[str] | None = None) -> None:
        kept = [
            i
            for i, name in enumerate(header)
            if name not in CONTACT_COLUMNS and (only is None or name in only)
        ]
        self.blocks: list[tuple[int, int, bytes]] = []
        self._columns = [(_unique(header, i), i) for i in kept]
        self._first_header = header[0] if header else ""
        self._first_row = 1
        self._rows: list[dict[str, str]] = []

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the headers of the rows that are kept, in the order of the file."""
        return tuple(name for name, _i in self._columns)

    def add(self, cells: Sequence[str]) -> None:
        """Keep a sound row."""
        self._keep({name: cells[i] for name, i in self._columns if cells[i]})

    def add_damaged(self, cells: Sequence[str]) -> None:
        """Keep of a row with shifted cells only its order number: the rest may be a person."""
        is_number = self._first_header in _ORDER_NUMBERS and bool(cells)
        number = clean_code(cells[0]) if is_number else ""
        self._keep({self._first_header: number} if _LONG_NUMBER.fullmatch(number) else {})

    def close(self) -> None:
        """Compress what is left."""
        if self._rows:
            body = json.dumps(self._rows, ensure_ascii=False, separators=(",", ":"))
            packed = zlib.compress(body.encode(), 1)
            self.blocks.append((self._first_row, len(self._rows), packed))
            self._first_row += len(self._rows)
            self._rows = []

    def _keep(self, row: dict[str, str]) -> None:
        self._rows.append(row)
        if len(self._rows) == ROWS_PER_BLOCK:
            self.close()


def _unique(header: Sequence[str], position: int) -> str:
    """Return a header, numbered when it stands over an earlier column as well."""
    earlier = header[:position].count(header[position])
    return f"{header[position]}#{earlier + 1}" if earlier else header[position]
