"""Platforms whose exports are known only to be refused, by the headers that they alone write."""

from __future__ import annotations

from collections.abc import Sequence

# (code, Chinese name, headers).
_PLATFORMS = (
    ("pinduoduo", "拼多多", frozenset({"商家实收金额(元)", "用户实付金额(元)", "拼单成功时间"})),
    ("youzan", "有赞", frozenset({"归属店铺", "订单实收金额", "商品金额合计"})),
    ("1688", "1688", frozenset({"货品总价(元)", "卖家公司名", "Offer ID"})),
    ("jd", "京东", frozenset({"京东价", "下单帐号", "付款确认时间"})),
    ("douyin", "抖音", frozenset({"子订单编号", "选购商品", "主订单编号"})),
)


def other_platform(header: Sequence[str]) -> tuple[str, str] | None:
    """Name the other platform whose export this header is: (code, Chinese name)."""
    names = frozenset(header)
    for code, name, signs in _PLATFORMS:
        if len(names & signs) >= 2:
            return code, name
    return None
