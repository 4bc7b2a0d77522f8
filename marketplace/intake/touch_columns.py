"""The words of a file of touches: headers, each at most once, and kinds, English or Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.models import Touchpoint
from orders.intake.generic.columns import plain_header

# English name: Chinese headers, the first of which messages use.
_HEADERS = {
    "event_id": ("事件编号",),
    "buyer": ("买家",),
    "visitor_id": ("访客标识", "访客"),
    "campaign": ("活动编码", "活动"),
    "code": ("推广码",),
    "kind": ("触点类型", "类型"),
    "occurred_at": ("发生时间", "时间"),
    "sales_point": ("销售点编码", "销售点"),
}
NAMES = tuple(_HEADERS)
KINDS = {kind: kind for kind in Touchpoint.Kind.values} | {
    "分享": "share",
    "到店": "visit",
    "点击": "click",
    "扫码": "scan",
}
_KNOWN = {
    plain_header(header): name for name, chinese in _HEADERS.items() for header in (name, *chinese)
}
# One of each is needed. Without the second a misspelt header would make every touch direct.
_NEEDS = (("occurred_at",), ("campaign", "code"), ("kind", "code"), ("buyer", "visitor_id"))
# So many known headers make a row the header.
_SURE_HEADERS = 3


@dataclass(frozen=True, slots=True)
class TouchColumns:
    """Where each column stands: one that is absent, after all others. `headers` are the file's.

    `named_by` is the column that says who was touched.
    """

    place: dict[str, int]
    headers: dict[str, str]
    named_by: str
    missing: tuple[str, ...]
    repeated: tuple[str, ...]


def is_touch_header(header: Sequence[str]) -> bool:
    """Say whether a row is the header of a file of touches."""
    found = {_KNOWN.get(plain_header(text), "") for text in header} - {""}
    return len(found) >= _SURE_HEADERS


def columns_of(header: Sequence[str]) -> TouchColumns:
    """Find the columns of a header; others are ignored."""
    place = dict.fromkeys(NAMES, len(header))
    headers = {name: chinese[0] for name, chinese in _HEADERS.items()}
    repeated = []
    for at, text in enumerate(header):
        name = _KNOWN.get(plain_header(text), "")
        if not name:
            continue
        if place[name] < len(header):
            repeated.append(text)
        place[name], headers[name] = at, text
    missing = [
        "/".join(_both(name) for name in needed)
        for needed in _NEEDS
        if all(place[name] == len(header) for name in needed)
    ]
    named_by = "buyer" if place["buyer"] < len(header) else "visitor_id"
    return TouchColumns(place, headers, named_by, tuple(missing), tuple(repeated))


def _both(name: str) -> str:
    return f"{_HEADERS[name][0]}（{name}）"
