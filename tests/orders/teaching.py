"""Files of a shop whose format nobody knows, and how it is taught, for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders.models import TaughtFormat
from tests.back_office import list_page, step_of

ADD = list_page(TaughtFormat) + "add/"
HEADER = [
    *("交易单号", "顾客姓名", "支付完成时间", "当前状态", "商品名称", "规格编码", "商品数量"),
    *("商品单价", "实收款", "已退款金额", "配送费", "备注"),
]
ROWS = [
    [
        *("WX2020050200017", "张小山", "2020-05-02 09:00:40", "订单已完成", "榕江锡利贡米"),
        *("QDN-RJ-003", "2", "44.50", "85.00", "", "6.00", "打电话 12012345678"),
    ],
    [
        *("WX2020050200018", "李小海", "2020-05-02 10:00:00", "已取消", "雷山银球茶"),
        *("QDN-LS-001", "1", "168.00", "168.00", "168.00", "", ""),
    ],
    [
        *("WX2020050200018", "李小海", "2020-05-02 10:00:00", "已取消", "榕江锡利贡米"),
        *("QDN-RJ-003", "1", "44.50", "44.50", "44.50", "", ""),
    ],
]
# What of our columns each header stands for.
COLUMNS = {
    "order_number": "交易单号",
    "buyer": "顾客姓名",
    "paid_at": "支付完成时间",
    "status": "当前状态",
    "title": "商品名称",
    "sku_code": "规格编码",
    "quantity": "商品数量",
    "list": "商品单价",
    "amount": "实收款",
    "refund": "已退款金额",
    "freight": "配送费",
}
MAPPING = COLUMNS | {"is_in_fen": "", "per_piece_list": "on"}
WORDS = {"word_0": "succeeded", "word_1": "closed"}


def table(header: Sequence[str] = HEADER, rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    """Return a table as a csv file."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def uploaded(content: bytes | None = None, name: str = "小店订单.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, table() if content is None else content)


def begin(client: Client, content: bytes | None = None, **asked: Any) -> Any:
    """Upload a sample as a person does; the answer leads to the draft's page."""
    values = {"code": "wechat-shop", "name": "微信小店", "platform": "wechat"}
    return client.post(ADD, values | {"sample": uploaded(content)} | asked)


def draft(client: Client, content: bytes | None = None, **asked: Any) -> TaughtFormat:
    """Upload a sample that is taken, and return the draft."""
    answer = begin(client, content, **asked)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return TaughtFormat.objects.order_by("-pk")[0]


def taught(client: Client, content: bytes | None = None, **asked: Any) -> TaughtFormat:
    """Teach the shop's format and publish it."""
    row = draft(client, content, **asked)
    for step, values in (("map", MAPPING), ("words", WORDS), ("publish", {})):
        answer = client.post(step_of(row, step), values)
        assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert row.state == "published", row.state
    return row
