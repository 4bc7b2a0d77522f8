"""What a sample shows of a format: its headers, a few values without the people, its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from orders.intake.cells import clean, shown
from orders.intake.raw_blocks import CONTACT_COLUMNS
from orders.intake.recognising import opened_tables
from orders.intake.taught.suggesting import looks_like_header
from orders.intake.text_files import TextTable

_ROWS_LOOKED_AT = 200
_EXAMPLES = 3
_MOST_WORDS = 40
_HIDDEN = "***"
# Headers under which people stand, and cells that are a telephone number wherever they stand.
_PERSONAL = re.compile(
    r"姓名|买家|收货|收件|收货人|地址|电话|手机|联系|昵称|会员|顾客|客户|用户|留言|备注|备忘|附言|身份证|微信|旺旺"
    r"|支付宝|帐号|账号|抬头|签收|开户|name|phone|mobile|tel|address|buyer|customer|note|remark",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"(商品|产品|货品|店铺|门店|活动|sku|product|item|goods|shop).{0,2}(名|name)", re.I
)
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


@dataclass(frozen=True, slots=True)
class Sample:
    """The headers of a sample and, under each, a few of its values, people hidden."""

    headers: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]


def read_sample(path: Path) -> Sample:
    """Read the head of a sample. Raises subclasses of FileRefused."""
    return _look(path, looks_like_header)


def look_again(path: Path, headers: Sequence[str]) -> Sample:
    """Read the head of a sample whose headers are known. Raises subclasses of FileRefused."""
    return _look(path, lambda head: head == list(headers))


def words_under(path: Path, headers: Sequence[str], header: str) -> list[str]:
    """Return the different words of one column, by first appearance, at most 40."""
    at = list(headers).index(header)
    words: dict[str, None] = {}
    with opened_tables([path], lambda head: head == list(headers)) as (table,):
        for _row, cells, defect in table.rows():
            word = clean(cells[at]) if defect is None else ""
            if word and len(words) < _MOST_WORDS:
                words[word] = None
    return list(words)


def _look(path: Path, is_header: Callable[[Sequence[str]], bool]) -> Sample:
    with opened_tables([path], is_header) as (table,):
        return Sample(tuple(table.header), tuple(_examples(table)))


def _examples(table: TextTable) -> list[tuple[str, ...]]:
    found: list[dict[str, None]] = [{} for _header in table.header]
    for _row, cells, defect in islice(table.rows(), _ROWS_LOOKED_AT):
        if defect is not None:
            continue
        for values, cell in zip(found, cells, strict=False):
            value = shown(clean(cell))
            if value and len(values) < _EXAMPLES:
                values[value] = None
    return [
        _hidden(header, tuple(values)) for header, values in zip(table.header, found, strict=True)
    ]


def _hidden(header: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Hide a personal column whole, and telephone numbers everywhere."""
    is_personal = header in CONTACT_COLUMNS or (
        _PERSONAL.search(header) and not _NO_PERSON.search(header)
    )
    if is_personal:
        return (_HIDDEN,) if values else ()
    return tuple(_PHONE.sub(_HIDDEN, value) for value in values)
