"""One row of a file of touches becomes a touch that can be recorded, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from common import clock
from marketplace.intake.touch_columns import KINDS, TouchColumns
from marketplace.models import Campaign, CampaignLink
from marketplace.rules.links import as_code
from marketplace.services.stitching import visitor_key
from marketplace.services.touch_imports import TouchIssue
from marketplace.services.touchpoints import NewTouch
from orders.intake.cells import BadCell, Remembered, clean, clean_code, is_hidden, moment
from orders.models import SalesPoint
from orders.services.buyers import buyer_key_at

SOURCE = "import"
# Ids of visitors are random; shorter ones can be guessed.
_SHORTEST_VISITOR, _LONGEST_VISITOR = 8, 80
_LONGEST_BUYER = 200
_WITH_OFFSET = re.compile(r".+(Z|[+-][0-9]{2}:?[0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Link:
    campaign: str
    kind: str
    sales_point: str


class TouchRows:
    """Reads rows under the columns of a file, knowing every campaign, link and sales point.

    Rows that name no sales point belong to `sales_point`. Messages never repeat a cell: it may
    hold a person where columns are mixed up.
    """

    def __init__(self, columns: TouchColumns, sales_point: SalesPoint | None) -> None:
        self._columns, self._default = columns, sales_point
        self._latest = clock.now() + clock.CLOCKS_DIFFER
        self._campaigns = frozenset(Campaign.objects.values_list("code", flat=True))
        self._points = {point.code: point for point in SalesPoint.objects.all()}
        self._links = {
            code: _Link(campaign, kind, point or "")
            for code, campaign, kind, point in CampaignLink.objects.values_list(
                "code", "campaign__code", "kind", "sales_point__code"
            )
        }
        self._moments = Remembered(self._moment)

    def read(self, row: int, cells: Sequence[str]) -> NewTouch | TouchIssue:
        """Return what a row states, or why it is rejected. `cells` has one cell to spare."""
        cell = {name: cells[at] for name, at in self._columns.place.items()}
        try:
            return self._touch(cell)
        except _Bad as bad:
            column = self._columns.headers[bad.name]
            return TouchIssue(row, column, bad.code, bad.message)

    def _touch(self, cell: dict[str, str]) -> NewTouch:
        link_code, link = self._link(cell["code"])
        campaign = self._campaign(cell["campaign"], link)
        kind = self._kind(cell["kind"], link)
        occurred_at = self._moments[cell["occurred_at"]]
        point = self._point(cell["sales_point"], link)
        buyer_key = self._buyer_key(cell, point)
        point_code = point.code if point else ""
        event = clean(cell["event_id"])
        if event:
            name = _digest("event", point_code, event)
        else:
            at_us = str(int(occurred_at.timestamp() * 10**6))
            name = _digest("touch", point_code, buyer_key, campaign, link_code, kind, at_us)
        return NewTouch(
            source=SOURCE,
            source_id=name,
            buyer_key=buyer_key,
            campaign_code=campaign,
            kind=kind,
            occurred_at=occurred_at,
            sales_point_code=point_code,
            link_code=link_code,
        )

    def _link(self, cell: str) -> tuple[str, _Link | None]:
        """Return the link of a code; a retired one too: it was open when it was touched."""
        text = clean_code(cell)
        if not text:
            return "", None
        code = as_code(text)
        if code not in self._links:
            raise _Bad("code", "unknown_link", _("没有这个推广码。"))
        return code, self._links[code]

    def _campaign(self, cell: str, link: _Link | None) -> str:
        """Return the campaign's code, '' for a direct touch."""
        code = clean_code(cell)
        if code and code not in self._campaigns:
            raise _Bad("campaign", "unknown_campaign", _("没有这个编码的活动。"))
        if link is None:
            return code
        if code and code != link.campaign:
            raise _Bad("campaign", "campaign_differs", _("推广码属于另一个活动。"))
        return link.campaign

    def _kind(self, cell: str, link: _Link | None) -> str:
        text = clean(cell).lower()
        if not text and link is not None:
            return link.kind
        if text not in KINDS:
            raise _Bad("kind", "unknown_kind", _("触点类型应为点击、扫码、分享或到店。"))
        return KINDS[text]

    def _moment(self, cell: str) -> datetime:
        text = clean(cell)
        try:
            if _WITH_OFFSET.fullmatch(text):
                found: datetime | None = datetime.fromisoformat(text)
            else:
                found, _exact = moment(text, "")
        except (BadCell, ValueError):
            found = None
        if found is None or found.tzinfo is None or not clock.is_plausible(found):
            raise _Bad(
                "occurred_at",
                "bad_time",
                _("发生时间应为北京时间 YYYY-MM-DD HH:MM:SS，或带时区的 ISO 8601 时间。"),
            )
        if found > self._latest:
            raise _Bad("occurred_at", "touch_in_future", _("触点的发生时间在将来。"))
        return found

    def _point(self, cell: str, link: _Link | None) -> SalesPoint | None:
        code = clean_code(cell)
        if code and code not in self._points:
            raise _Bad("sales_point", "unknown_sales_point", _("没有这个编码的销售点。"))
        if code:
            return self._points[code]
        if link and link.sales_point:
            return self._points[link.sales_point]
        return self._default

    def _buyer_key(self, cell: dict[str, str], point: SalesPoint | None) -> str:
        """Return the key of the platform's buyer, else of the visitor."""
        buyer = clean(cell["buyer"])
        if buyer:
            if is_hidden(buyer) or len(buyer) > _LONGEST_BUYER:
                raise _Bad("buyer", "buyer_hidden", _("买家已被平台隐去，无法认出是谁。"))
            if point is None:
                raise _Bad("sales_point", "sales_point_missing", _("写明买家的行须写明销售点。"))
            return buyer_key_at(point, buyer)
        visitor = clean(cell["visitor_id"])
        if not visitor:
            raise _Bad(self._columns.named_by, "visitor_missing", _("请写明买家或访客标识。"))
        if is_hidden(visitor) or not _SHORTEST_VISITOR <= len(visitor) <= _LONGEST_VISITOR:
            raise _Bad(
                "visitor_id", "visitor_not_valid", _("访客标识须有 8 至 80 个字符，且未被隐去。")
            )
        return visitor_key(visitor)


class _Bad(Exception):
    """A cell that cannot be taken for what its column says; `name` is that column's."""

    def __init__(self, name: str, code: str, message: str) -> None:
        super().__init__(message)
        self.name, self.code, self.message = name, code, message


def _digest(what: str, *parts: str) -> str:
    """Name an event. Hashed, because a log's own ids may hold a person."""
    said = "\x1f".join(parts).encode()
    return f"{what}:{sha256(said).hexdigest()[:40]}"
