"""Teach a file format on a sample: columns, words, a trial, and then publish it (自定义格式)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.columns import person
from accounts.admin.scoping import Scope, standing
from accounts.models import User
from common.errors import DomainError
from common.money import yuan
from operations.admin.steps import StatedByService, Step, SteppedAdmin
from orders.admin.teaching_forms import (
    COLUMN_LABELS,
    PER_PIECE_LABELS,
    MappingForm,
    TeachForm,
    WordsForm,
    mapped,
)
from orders.admin.uploaded import laid_aside
from orders.errors import FileRefused
from orders.intake.taught.samples import look_again, words_under
from orders.intake.taught.suggesting import suggest_status
from orders.intake.taught.teaching import publish_taught, teach_format, try_draft
from orders.models import Order, SalesPoint, TaughtFormat
from orders.rules.sale import ReportedSale
from orders.services.samples import opened_sample
from orders.services.taught_formats import change_draft, discard_draft, retire_format
from products.admin.columns import EMPTY, shown

# Who may teach: those who bring files in or answer for them.
TEACHERS = frozenset({"prefecture", "city", "district", "centre_manager", "store_operator"})
MAP = Step("map", _("对应各列"), _("已保存。"), Form)
WORDS = Step("words", _("对应状态用语"), _("已保存。"), Form, "default")
PUBLISH = Step("publish", _("发布"), _("已发布，今后的导入按此版本读取。"))
DISCARD = Step("discard", _("放弃草稿"), _("草稿和样例已删除。"), None, "danger")
REVISE = Step("revise", _("另立新版本"), _("请上传样例。"), None, "default")
RETIRE = Step("retire", _("停用"), _("已停用，不再用于新的导入。"), None, "danger")
_OF_DRAFTS = (MAP, WORDS, PUBLISH, DISCARD)
_STATES = dict(Order.Status.choices)
_NO_PLATFORM = _("无平台（展销中心、会展、商超、机关等）")


def _told(field: str, label: Any, words: Callable[[Any], list[tuple[Any, Any]]]) -> Any:
    """Return a column that lists what a draft says, one pair a line."""

    @admin.display(description=label)
    def column(row: TaughtFormat) -> Any:
        pairs = words(getattr(row, field))
        return format_html_join("", "<div>{}：{}</div>", pairs) or EMPTY

    return column


COLUMNS = _told(
    "columns",
    _("列对应"),
    lambda said: [(label, said[name]) for name, label in COLUMN_LABELS.items() if name in said],
)
WORDS_TOLD = _told(
    "status_words",
    _("状态用语"),
    lambda said: [(word, _STATES.get(status, status)) for word, status in said.items()],
)
FIXED = _told(
    "fixed",
    _("固定值"),
    lambda said: [(COLUMN_LABELS[name], _STATES.get(value, value)) for name, value in said.items()],
)


SALE_TITLES = (
    *(_("订单编号"), _("订单状态"), _("付款时间"), _("商品标题"), _("商家编码"), _("数量")),
    *(_("成交额（元）"), _("退款（元）")),
)


def sale_cells(sale: ReportedSale) -> list[tuple[Any, ...]]:
    """Return a row of cells for each line of an order, without its buyer."""
    paid = localtime(sale.paid_at).strftime("%Y-%m-%d %H:%M:%S") if sale.paid_at else EMPTY
    return [
        (
            *(sale.order_number, _STATES[sale.status], paid, line.title, line.seller_code),
            f"{line.weight_grams} g" if line.weight_grams else line.quantity,
            yuan(line.stated.amount_fen if line.stated else line.list_fen),
            yuan(line.stated.refunded_fen if line.stated else 0),
        )
        for line in sale.lines or ()
    ]


@admin.display(description=_("金额"))
def money(row: TaughtFormat) -> str:
    """Say in which unit and of what the amounts are."""
    unit = _("分") if row.is_in_fen else _("元")
    return "；".join(map(str, [unit, *(PER_PIECE_LABELS[name] for name in row.per_piece)]))


@admin.register(TaughtFormat)
class TaughtFormatAdmin(StatedByService, SteppedAdmin):
    """Formats hold no sale: everyone who may look at sales sees them all.

    Who teaches one does so for a platform of a sales point in the own reach.
    """

    scope = Scope.public()
    writable_by = TEACHERS
    steps = (*_OF_DRAFTS, REVISE, RETIRE)
    add_form = TeachForm
    asked = ("code", "name", "platform", "sample")
    list_display = ("code", "version", "name", "platform", "state", "made_by", "published_at")
    list_display_links = ("code", "name")
    list_filter = ("state", "platform")
    list_select_related = ("made_by",)
    search_fields = ("code", "name")
    search_help_text = _("按编码或名称查找")
    fields = readonly_fields = shown(
        *("code", "version", "name", "platform", "state", COLUMNS, money, "fills_down"),
        *(WORDS_TOLD, FIXED, "sample_name", person("made_by", _("登记人")), "made_at"),
        *(person("published_by", _("发布人")), "published_at"),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Take over what a new version keeps of the one before it."""
        return {name: request.GET.get(name, "") for name in ("code", "name", "platform")}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "platform" and field is not None:
            names = sorted(self._platforms(request))
            field.widget = UnfoldAdminSelectWidget(
                choices=[(name, name or _NO_PLATFORM) for name in names]
            )
            field.help_text = _(
                "该平台的销售点导入时自动识别；选“无平台”的，其他销售点指定格式编码也可以使用。"
            )
        return field

    def _platforms(self, request: HttpRequest) -> set[str]:
        """Return the platforms of the sales points in the user's reach."""
        points = self.admin_site._registry[SalesPoint].get_queryset(request)
        return set(points.order_by().values_list("platform", flat=True))

    def is_own(self, request: HttpRequest, row: TaughtFormat) -> bool:
        return row.platform in self._platforms(request)

    def stated(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        """Refuse a foreign platform before its sample is kept."""
        values = super().stated(request, form)
        self.refuse_foreign(request, TaughtFormat(platform=values["platform"]))
        return values

    def state(self, actor: User, values: dict[str, Any]) -> TaughtFormat:
        sample = values.pop("sample")
        with laid_aside(sample) as (path,):
            return teach_format(path, **values, actor=actor)

    def may_take(self, request: HttpRequest, row: TaughtFormat, step: Step) -> bool:
        if step.form is not None and row.state != TaughtFormat.State.DRAFT:
            return False
        may_teach = standing(request).may_as(self.writable_by, self.opts.app_label)
        return may_teach and self.is_own(request, row)

    def offers(self, request: HttpRequest, row: TaughtFormat, step: Step) -> bool:
        is_draft = row.state == TaughtFormat.State.DRAFT
        if step in _OF_DRAFTS:
            fits = is_draft and (step is not WORDS or "status" in row.columns)
        else:
            fits = not is_draft and (step is not RETIRE or row.state == row.State.PUBLISHED)
        return fits and self.may_take(request, row, step)

    def step_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Say in words where a sample cannot be read any more."""
        try:
            return super().step_view(request, object_id, name)
        except FileRefused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return redirect(reverse("admin:orders_taughtformat_change", args=[object_id]))

    def page_parts(self, request: HttpRequest, row: TaughtFormat) -> dict[str, Any]:
        """Show a draft's sample and what would be read of it, to whom may teach it."""
        if row.state != TaughtFormat.State.DRAFT or not self.may_take(request, row, MAP):
            return {}
        try:
            with opened_sample(row) as path:
                sample = look_again(path, row.headers)
        except DomainError:
            return {}
        trial, ours = try_draft(row), {header: name for name, header in row.columns.items()}
        return {
            "page_part": "orders/taught_format.html",
            "trial": trial,
            "has_status": "status" in row.columns or "status" in row.fixed,
            "gross": yuan(trial.gross_fen),
            "refund": yuan(trial.refund_fen),
            "sale_titles": SALE_TITLES,
            "sales": [cells for sale in trial.sales for cells in sale_cells(sale)],
            "sample_columns": [
                (header, "、".join(examples), COLUMN_LABELS.get(ours.get(header, ""), EMPTY))
                for header, examples in zip(sample.headers, sample.examples, strict=True)
            ],
        }

    def step_form(self, row: TaughtFormat, step: Step, data: Any = None) -> Form:
        """Ask about the sample's own headers and words."""
        with opened_sample(row) as path:
            if step is MAP:
                return MappingForm(data, row, look_again(path, row.headers))
            header = row.columns.get("status")
            words = words_under(path, row.headers, header) if header else []
        known = {word: suggest_status(word) for word in words} | row.status_words
        return WordsForm(data, words, known)

    def take(
        self, request: HttpRequest, row: TaughtFormat, step: Step, values: dict[str, Any]
    ) -> HttpResponse | None:
        actor = cast(User, request.user)
        list_page = reverse("admin:orders_taughtformat_changelist")
        if step is MAP:
            row = change_draft(row, actor, **mapped(values))
            if "status" in row.columns and not row.status_words:
                return redirect(self.step_url(row, WORDS))
        elif step is WORDS:
            change_draft(row, actor, status_words=values)
        elif step is PUBLISH:
            publish_taught(row, actor)
        elif step is RETIRE:
            retire_format(row, actor)
        elif step is DISCARD:
            discard_draft(row, actor)
            self.message_user(request, str(step.done))
            return redirect(list_page)
        elif step is REVISE:
            asked = {"code": row.code, "name": row.name, "platform": row.platform}
            return redirect(f"{reverse('admin:orders_taughtformat_add')}?{urlencode(asked)}")
        return None
