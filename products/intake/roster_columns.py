"""The columns of a roster file, and those that it may not have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from products.errors import PersonalDataRefused, RosterColumnsRefused

COUNTY, VILLAGE, NUMBER, PERSONS = "county_code", "village", "household_number", "persons"
STATUS, STATUS_FROM, STATUS_TO = "status", "status_from", "status_to"
PRODUCER, MECHANISM, LINK_FROM, LINK_TO = "producer", "mechanism", "link_from", "link_to"

NEEDED = (COUNTY, VILLAGE, NUMBER, PERSONS)
_CHINESE = {
    COUNTY: ("县代码", "县(市)代码", "县市代码", "区划代码", "行政区划代码"),
    VILLAGE: ("村", "行政村", "村名"),
    NUMBER: ("户编号", "农户编号", "户号"),
    PERSONS: ("人口", "人数", "家庭人口"),
    STATUS: ("身份", "农户身份", "户类型"),
    STATUS_FROM: ("身份起", "身份起始", "身份起始日期"),
    STATUS_TO: ("身份止", "身份截止", "身份截止日期"),
    PRODUCER: ("供货主体", "供货主体编码", "供货主体名称"),
    MECHANISM: ("联结机制", "利益联结机制"),
    LINK_FROM: ("联结起", "联结起始", "联结起始日期"),
    LINK_TO: ("联结止", "联结截止", "联结截止日期"),
}
_BY_HEADER = {word: name for name, words in _CHINESE.items() for word in (name, *words)}
_PERSONAL = re.compile(
    "姓名|户主|名字|身份证|证件|电话|手机|联系|住址|地址|门牌|银行|账号|卡号|出生|生日|微信|邮箱"
    "|name|phone|mobile|tel|contact|address|bank|birth|wechat|mail|idcard|identity|passport"
    r"|(^|[^a-z])id([^a-z]|$)"
)


def columns_of(file: str, header: Sequence[str]) -> dict[str, int]:
    """Return the position of each column of a roster, whatever the order and the language.

    Raises PersonalDataRefused for a column that names people, RosterColumnsRefused for a
    column that is unknown, stands twice or is missing.
    """
    found: dict[str, int] = {}
    for position, cell in enumerate(header):
        word = _plain(cell)
        if not word:
            continue
        name = _BY_HEADER.get(word)
        if name is None and _PERSONAL.search(word):
            raise PersonalDataRefused(file, where=_("“%s”列") % cell.strip()[:20])
        if name is None:
            raise RosterColumnsRefused(file, columns=_("不认识“%s”列") % cell.strip()[:20])
        if name in found:
            raise RosterColumnsRefused(file, columns=_("“%s”列出现两次") % cell.strip())
        found[name] = position
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise RosterColumnsRefused(file, columns=_("缺少 %s") % "、".join(map(_in_both, missing)))
    return found


def _plain(header: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", header)).strip("\ufeff*").lower()


def _in_both(name: str) -> str:
    return f"{_CHINESE[name][0]}（{name}）"
