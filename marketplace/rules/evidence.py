"""Evidence levels of attribution (归因依据), strongest last (docs/decisions/0007)."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How a line is tied to a campaign. `NONE` is the level of the row without campaign."""

    NONE = 0
    PLACE = 1
    TOUCH = 2
    REFERENCE = 3
    VOUCHER = 4
    MANUAL = 5

    @property
    def code(self) -> str:
        """Return the stable lower-case name used in files and JSON."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """Return the Chinese name that reports print."""
        return _LABELS[self]


_LABELS = {
    Level.NONE: "未归属活动",
    Level.PLACE: "范围与时间",
    Level.TOUCH: "触点",
    Level.REFERENCE: "活动标记",
    Level.VOUCHER: "消费券核销",
    Level.MANUAL: "人工认定",
}


class Reason:
    """Why a candidate lost a line to another campaign; empty for the winner."""

    WON = ""
    LOWER_LEVEL = "lower_level"
    SMALLER_DISCOUNT = "smaller_discount"
    VOUCHER_ORDER = "voucher_order"
    LOWER_PRIORITY = "lower_priority"
    EARLIER_START = "earlier_start"
    LONGER_WINDOW = "longer_window"
    CODE_ORDER = "code_order"


# The Chinese words for each reason, marked for translation where they are printed.
REASON_LABELS = {
    Reason.WON: "",
    Reason.LOWER_LEVEL: "归因依据较弱",
    Reason.SMALLER_DISCOUNT: "消费券抵扣较少",
    Reason.VOUCHER_ORDER: "抵扣相同，券码靠后",
    Reason.LOWER_PRIORITY: "活动优先级较低",
    Reason.EARLIER_START: "活动开始较早",
    Reason.LONGER_WINDOW: "活动时间较长",
    Reason.CODE_ORDER: "活动编码靠后",
}
