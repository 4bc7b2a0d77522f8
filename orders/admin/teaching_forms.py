"""What an operator is asked when teaching a format: which column is which, which word is what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from orders.intake.taught.samples import Sample
from orders.models import Order, TaughtFormat
from products.admin.columns import EMPTY
from products.admin.form_fields import code_field, county_names

COLUMN_LABELS = {
    "order_number": _("订单编号"),
    "line_number": _("行号（子订单号）"),
    "buyer": _("买家"),
    "placed_at": _("下单时间"),
    "paid_at": _("付款时间"),
    "status": _("订单状态"),
    "sku_code": _("商家编码"),
    "title": _("商品标题"),
    "quantity": _("数量"),
    "list": _("标价金额"),
    "amount": _("成交额"),
    "subsidy": _("补贴"),
    "funder": _("出资方"),
    "refund": _("退款"),
    "refunded_at": _("退款时间"),
    "freight": _("运费"),
    "compensation": _("赔付金额"),
    "compensated_at": _("赔付时间"),
    "voucher_code": _("券码"),
    "campaign_code": _("活动编码"),
    "beneficiary_unit": _("计入单位"),
    "county_code": _("产地县代码"),
}
_HELP = {
    "order_number": _("必需。"),
    "paid_at": _("必需。只有一个时间的，选在这里。"),
    "sku_code": _("商家编码与商品标题至少要有一项；有编码才能匹配到规格。"),
    "quantity": _("必需；文件中没有的，在下面填写固定的数量。"),
    "list": _("优惠之前的商品金额；没有的不选。"),
    "amount": _("必需。商家优惠之后、不含运费的商品金额；平台或他人的补贴包含在内。"),
    "subsidy": _("平台或他人承担的部分，已包含在成交额中。"),
    "refund": _("累计退款；交易关闭的行视为全部退回。"),
    "compensation": _("商家在退款之外赔给买家的累计金额。"),
}
PER_PIECE_LABELS = {"list": _("标价金额是单价"), "amount": _("成交额是单价")}
NOT_READ = _("（不读取）")


def _choice(label: Any, choices: Any, help_text: Any = "", **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        widget=UnfoldAdminSelectWidget(),
        **{"required": False, **kwargs},
    )


class TeachForm(forms.ModelForm):
    """Begins a format, or its next version, with a sample."""

    class Meta:
        help_texts = {
            "code": _("小写字母、数字和 -，如 wechat-shop；填写已有的编码即为它的新版本。"),
        }

    sample = forms.FileField(
        label=_("样例文件"),
        widget=UnfoldAdminFileFieldWidget(),
        help_text=_("平台导出的 CSV 或 Excel 文件，不超过 5 MB；草稿期间加密保存，发布后删除。"),
    )

    def _get_validation_exclusions(self) -> set[str]:
        """Leave out the sample: the row will hold the name it is kept under, not its own."""
        return {*super()._get_validation_exclusions(), "sample"}  # type: ignore[misc]


class MappingForm(forms.Form):
    """Asks which header of the sample stands for each of our columns."""

    def __init__(self, data: Any, row: TaughtFormat, sample: Sample) -> None:
        super().__init__(data, initial=_initial(row))
        choices = [("", NOT_READ), *_headers_to_choose(sample)]
        for name, label in COLUMN_LABELS.items():
            self.fields[name] = _choice(label, choices, _HELP.get(name, ""))
        self.fields["is_in_fen"] = _choice(_("金额单位"), [("", _("元")), ("1", _("分"))])
        for name, label in PER_PIECE_LABELS.items():
            self.fields[f"per_piece_{name}"] = _yes_or_no(label)
        self.fields["fills_down"] = _yes_or_no(
            _("只有首行写订单信息"),
            _("一个订单有几行商品时，订单编号、时间等只写在第一行，下面各行留空。"),
        )
        self.fields["fixed_status"] = _choice(
            _("固定的订单状态"), _states(EMPTY), _("文件中没有状态列时填写。")
        )
        self.fields["fixed_quantity"] = forms.IntegerField(
            label=_("固定的数量"),
            required=False,
            min_value=1,
            max_value=10**6,
            widget=UnfoldAdminTextInputWidget(),
            help_text=_("文件中没有数量列时填写，一般为 1。"),
        )
        self.fields["fixed_funder"] = forms.CharField(
            label=_("固定的出资方"),
            required=False,
            max_length=40,
            widget=UnfoldAdminTextInputWidget(),
            help_text=_("有补贴列而没有出资方列时填写，如：平台、杭州市。"),
        )
        self.fields["fixed_county_code"] = code_field(
            _("固定的产地县"), county_names, _("全部商品产自同一个县时填写。")
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a header that is chosen twice, and a fixed value beside a column."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen: dict[str, str] = {}
        for name, label in COLUMN_LABELS.items():
            header = cleaned.get(name)
            if header and header in chosen:
                text = gettext("这个表头已经对应“%(other)s”，每个表头只能用一次。")
                self.add_error(
                    name, ValidationError(text % {"other": COLUMN_LABELS[chosen[header]]})
                )
            elif header:
                chosen[header] = name
            if header and cleaned.get(f"fixed_{name}"):
                text = gettext("“%(column)s”已经对应表头，不能再填固定值。")
                self.add_error(f"fixed_{name}", ValidationError(text % {"column": label}))
        return cleaned


def mapped(said: dict[str, Any]) -> dict[str, Any]:
    """Return what the values of a MappingForm say of the format."""
    fixed = {name: said.get(f"fixed_{name}") for name in COLUMN_LABELS}
    return {
        "columns": {name: said[name] for name in COLUMN_LABELS if said[name]},
        "is_in_fen": bool(said["is_in_fen"]),
        "per_piece": [name for name in PER_PIECE_LABELS if said[f"per_piece_{name}"]],
        "fills_down": said["fills_down"],
        "fixed": {name: str(value) for name, value in fixed.items() if value},
    }


class WordsForm(forms.Form):
    """Asks what each status word of the sample means."""

    def __init__(self, data: Any, words: Sequence[str], known: dict[str, str]) -> None:
        super().__init__(data)
        self.words = words
        for place, word in enumerate(words):
            self.fields[f"word_{place}"] = _choice(
                word, _states(gettext("（不认识，拒绝该行）")), initial=known.get(word, "")
            )

    def clean(self) -> dict[str, Any]:
        """Give our status of each word that has one."""
        cleaned = super().clean() or {}
        said = ((word, cleaned.get(f"word_{at}")) for at, word in enumerate(self.words))
        return {word: status for word, status in said if status}


def _initial(row: TaughtFormat) -> dict[str, Any]:
    return {
        **row.columns,
        "is_in_fen": "1" if row.is_in_fen else "",
        "fills_down": row.fills_down,
        **{f"per_piece_{name}": True for name in row.per_piece},
        **{f"fixed_{name}": value for name, value in row.fixed.items()},
    }


def _headers_to_choose(sample: Sample) -> list[tuple[str, str]]:
    """Offer every header that stands once, with its examples."""
    return [
        (header, f"{header}（{'、'.join(examples)}）" if examples else header)
        for header, examples in zip(sample.headers, sample.examples, strict=True)
        if header and sample.headers.count(header) == 1
    ]


def _states(blank: Any) -> list[tuple[str, Any]]:
    return [("", blank), *Order.Status.choices]


def _yes_or_no(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, help_text=help_text, widget=UnfoldBooleanWidget()
    )
