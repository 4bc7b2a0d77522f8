"""Which header probably stands for which of our columns: known words first, then likeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from orders.intake.generic.columns import plain_header
from orders.rules.states import OrderStatus
from orders.rules.taught import MAYBE_PER_PIECE

# So alike two headers must be to be suggested, and to tell a header from a title. Of 100.
LIKE_ENOUGH = 75
# So many cells of a row must be alike to known headers to make it the header.
_SURE_HEADERS = 3

WORDS: dict[str, tuple[str, ...]] = {
    "order_number": (
        *("订单编号", "订单号", "单号", "交易单号", "流水号", "小票号", "销售单号", "单据编号"),
        *("order_number", "order id", "order no"),
    ),
    "line_number": ("行号", "子订单号", "子订单编号", "商品行号", "line_number"),
    "buyer": (
        "买家",
        "买家昵称",
        "会员名",
        "会员",
        "客户",
        "顾客",
        "客户姓名",
        "顾客姓名",
        "buyer",
    ),
    "placed_at": ("下单时间", "订单创建时间", "创建时间", "订单提交时间", "placed_at"),
    "paid_at": (
        *("付款时间", "支付时间", "订单付款时间", "支付完成时间", "交易时间", "收款时间"),
        *("销售时间", "结账时间", "paid_at"),
    ),
    "status": ("状态", "订单状态", "交易状态", "当前状态", "status"),
    "sku_code": (
        *("商家编码", "sku编码", "商品编码", "规格编码", "商品条码", "货号", "外部编码"),
        *("商品编号", "sku_code"),
    ),
    "title": ("标题", "商品标题", "商品名称", "品名", "商品", "货品名称", "货品标题", "title"),
    "quantity": ("数量", "商品数量", "购买数量", "销售数量", "件数", "quantity"),
    "list": ("标价金额", "单价", "商品单价", "原价", "商品总价", "零售价", "list_yuan", "list_fen"),
    "amount": (
        *("成交额", "成交金额", "实付金额", "实收金额", "实收款", "实收", "金额", "销售金额"),
        *("商品实际成交金额", "商品实付金额", "小计", "amount_yuan", "amount_fen"),
    ),
    "subsidy": ("补贴", "补贴金额", "平台补贴", "平台优惠", "subsidy_yuan", "subsidy_fen"),
    "funder": ("出资方", "funder"),
    "refund": ("退款", "退款金额", "已退款金额", "商品已退款金额", "refund_yuan", "refund_fen"),
    "refunded_at": ("退款时间", "退款完成时间", "refunded_at"),
    "freight": ("运费", "邮费", "快递费", "配送费", "freight_yuan", "freight_fen"),
    "voucher_code": ("券码", "消费券码", "voucher_code"),
    "campaign_code": ("活动编码", "campaign_code"),
    "beneficiary_unit": ("计入单位", "beneficiary_unit"),
    "county_code": ("产地县代码", "county_code"),
}
_PRICES = ("单价", "价格", "原价", "零售价", "price")


def suggest(headers: Sequence[str], earlier: Mapping[str, str]) -> dict[str, str]:
    """Return our columns by the header that probably stands for each.

    What an `earlier` version said is kept where its header is still there. A header is
    suggested once, for the column that it is most alike; one that stands twice never is.
    """
    once = [header for header in headers if headers.count(header) == 1]
    chosen = {name: header for name, header in earlier.items() if header in once}
    scored = sorted(
        (-_likeness(header, name), name, header)
        for name in WORDS
        for header in once
        if name not in chosen and header not in chosen.values()
    )
    for score, name, header in scored:
        if -score >= LIKE_ENOUGH and name not in chosen and header not in chosen.values():
            chosen[name] = header
    return {name: chosen[name] for name in WORDS if name in chosen}


def suggest_per_piece(columns: Mapping[str, str]) -> list[str]:
    """Return the amounts whose header speaks of the price of one piece."""
    return [
        name for name in MAYBE_PER_PIECE if any(word in columns.get(name, "") for word in _PRICES)
    ]


def looks_like_header(head: Sequence[str]) -> bool:
    """Say whether a row holds headers as tables of orders have them."""
    known = (any(_likeness(cell, name) >= LIKE_ENOUGH for name in WORDS) for cell in head if cell)
    return sum(known) >= _SURE_HEADERS


def _likeness(header: str, name: str) -> float:
    """Say how alike a header is to the words of one of our columns, of 100.

    What stands in brackets is a unit or a note.
    """
    bare = plain_header(header).partition("(")[0]
    return max(fuzz.ratio(bare, plain_header(word)) for word in WORDS[name])


# What a status word contains, and what it then probably means; the first that fits.
_STATUS_SIGNS = (
    (("待付", "未付", "待支付", "未支付"), OrderStatus.UNPAID),
    (("关闭", "取消", "作废", "已退款", "退货"), OrderStatus.CLOSED),
    (("待发货", "未发货", "备货", "待接单", "待自提", "待核销"), OrderStatus.PAID),
    (("完成", "成功", "已收货", "已签收", "已核销", "已结", "正常"), OrderStatus.SUCCEEDED),
    (("已发货", "待收货", "配送", "运输"), OrderStatus.SHIPPED),
    (("已付", "已支付"), OrderStatus.PAID),
)


def suggest_status(word: str) -> str:
    """Return the status that a word of a file probably means, '' if there is none."""
    for signs, status in _STATUS_SIGNS:
        if any(sign in word for sign in signs):
            return status.value
    return ""
