"""Invented buyers: 样甲 to 样癸 in 样例街道, phones that begin with 120. Nobody real."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_RECEIVERS = "甲乙丙丁戊己庚辛壬癸"
_ADDRESSES = (
    "浙江省 杭州市 拱墅区 祥符街道样例路1号3幢201(310011)",
    "浙江省 杭州市 上城区 样例街道样例路5号(310002)",
    "浙江省 杭州市 下城区 样例街道样例路8号(310004)",
    "浙江省 杭州市 江干区 样例街道样例花园12-3-402(310016)",
    "浙江省 杭州市 西湖区 样例街道样例新村7幢(310012)",
    "浙江省 杭州市 滨江区 样例街道样例大厦18楼(310051)",
    "浙江省 杭州市 萧山区 样例镇样例村66号(311200)",
    "浙江省 杭州市 余杭区 样例街道样例科技园5号楼(311121)",
    "浙江省 杭州市 淳安县 样例镇样例路3号(311700)",
    "浙江省 杭州市 其它区 样例路22号(000000)",
    "浙江省 杭州市 拱墅区 㵲阳路样例号(310015)",
    "浙江省 宁波市 海曙区 样例街道样例路9号(315000)",
    "上海 上海市 浦东新区 样例街道样例路10号(200120)",
    "新疆维吾尔自治区 乌鲁木齐市 天山区 样例路2号(830000)",
)
# 2e8 names; the factor is odd and no multiple of 5, so no two ordinals share a number.
_NAMES = 10**8
_STRIDE = 61_803_399


@dataclass(frozen=True, slots=True)
class Buyer:
    """An invented customer, as the order list shows one."""

    name: str
    account: str
    receiver: str
    phone: str
    address: str


class Crowd:
    """The shop's customers. Fewer than its orders: some come back, the early ones most."""

    def __init__(self, rng: Random, orders: int) -> None:
        self._rng = rng
        self._size = max(1, orders * 4 // 5)
        self._offset = rng.randrange(_NAMES)
        self._known: dict[int, Buyer] = {}

    def buyer(self) -> Buyer:
        """Draw the customer of an order."""
        ordinal = int(self._size * self._rng.random() ** 1.25)
        known = self._known.get(ordinal)
        if known is None:
            known = self._known[ordinal] = self._invent(ordinal)
        return known

    def address(self) -> str:
        """Draw an address."""
        return self._rng.choice(_ADDRESSES)

    def _invent(self, ordinal: int) -> Buyer:
        number = (ordinal * _STRIDE + self._offset) % _NAMES
        draw = self._rng.random()
        name = f"tb{number:08d}"
        if draw < 0.01:
            name = f"苗家阿哥🌾{number:08d}"
        elif draw < 0.015:
            name = f"侗乡,大哥{number:08d}"
        phone = "" if draw > 0.99 else f"'120{self._rng.randrange(10**8):08d}"
        receiver = f"样{self._rng.choice(_RECEIVERS)}"
        return Buyer(name, f"demo{number:08d}@example.com", receiver, phone, self.address())
