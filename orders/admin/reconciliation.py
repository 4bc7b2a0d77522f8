"""Pages that compare a platform's total with ours, month by month (对账)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.admin.scoping import Scope, standing
from accounts.selectors.scoping import rows_in_reach
from common import clock
from common.csv_text import BYTE_ORDER_MARK, harmless, written
from common.money import yuan
from operations.admin.steps import page_of
from orders.models import (
    ImportIssue,
    Order,
    OrderAdjustment,
    PlatformStatement,
    ReconciliationNote,
    RefundCorrection,
    SalesEntry,
    SalesPoint,
)
from orders.rules.line_keys import FREIGHT_KEY
from orders.rules.reconciliation import Difference, Month, month_named, next_month
from orders.selectors.reconciled_imports import imports_of_month
from orders.selectors.reconciliation import reconciled_month, reconciled_months
from orders.selectors.reconciliation_rows import (
    FigureRow,
    dating_words,
    difference_name,
    figure_rows,
    note_words,
    verdict_words,
)

PAGES = "admin:orders_platformstatement_reconciliation"
CSV_COLUMNS = ("month", "figure", "name", "count", "gross_fen", "refund_fen", "net_fen", "verdict")


class ReconciliationPages:
    """Views of sales points in the user's reach: a whole one's figures, never a county's part."""

    scope = Scope.by(sales_point="code")

    def __init__(self, owner: ModelAdmin) -> None:
        self.owner = owner
        self.site = owner.admin_site

    def choose(self, request: HttpRequest) -> HttpResponse:
        """List the sales points that can be reconciled, those with orders first."""
        sold = Exists(Order.objects.filter(sales_point=OuterRef("pk"), paid_at__isnull=False))
        points = self._points(request).annotate(sold=sold).order_by("-sold", "code")
        linked = [(reverse(f"{PAGES}_months", args=[each.code]), each) for each in points]
        return self._page(request, "choose", _("对账"), {"points": linked})

    def months(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show every month of a sales point, newest first."""
        point = self._point(request, code)
        rows = [
            (reverse(f"{PAGES}_month", args=[code, f"{month.month:%Y-%m}"]), *_overview(month))
            for month in reversed(reconciled_months(point))
        ]
        export = reverse(f"{PAGES}_export", args=[code])
        parts = {"months": rows, "export": export, "dating": dating_words()}
        return self._page(request, "months", _("对账：%(name)s") % {"name": point.name}, parts)

    def month(self, request: HttpRequest, code: str, month: str) -> HttpResponse:
        """Show one month: both equations, their differences, and what brought the figures."""
        point = self._point(request, code)
        figures = reconciled_month(point, _first_day(month))
        title = _("对账：%(name)s %(month)s") % {"name": point.name, "month": month}
        asked = {"sales_point": point.pk, "month": f"{figures.month:%Y-%m-%d}"}
        may_write = self.owner.has_add_permission(request)
        statements = {"sales_point__id__exact": point.pk, "month": asked["month"]}
        parts = {
            "verdict": verdict_words(figures.verdict),
            "dating": dating_words(),
            "figures": [
                (row, self._link(request, point, figures, row), *_money(row))
                for row in figure_rows(figures)
            ],
            "differences": [
                _difference(figures, which, asked if may_write else None)
                for which in figures.differences
            ],
            "notes": [note_words(note) for note in figures.notes],
            "imports": [
                (page_of(each.order_import), each, yuan(each.gross_fen))
                for each in imports_of_month(point, figures.month)
            ],
            "statements": _listed(PlatformStatement, statements),
            "enter": _added(PlatformStatement, asked) if may_write else "",
            "back": reverse(f"{PAGES}_months", args=[code]),
        }
        return self._page(request, "month", title, parts)

    def export(self, request: HttpRequest, code: str) -> HttpResponse:
        """Give every figure of every month as csv, in fen."""
        point = self._point(request, code)
        rows = written([CSV_COLUMNS, *_csv_rows(reconciled_months(point))])
        answer = HttpResponse([BYTE_ORDER_MARK, *rows], content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="reconciliation-{code}.csv"'
        return answer

    def _points(self, request: HttpRequest) -> QuerySet[SalesPoint]:
        if not self.owner.has_view_permission(request):
            raise PermissionDenied
        points = SalesPoint.objects.all()
        return rows_in_reach(points, self.scope, standing(request), request.user)

    def _point(self, request: HttpRequest, code: str) -> SalesPoint:
        point = self._points(request).filter(code=code).first()
        if point is None:
            raise Http404
        return point

    def _page(
        self, request: HttpRequest, name: str, title: str, parts: dict[str, Any]
    ) -> HttpResponse:
        context = {
            **self.site.each_context(request),
            "model_admin": self.owner,
            "title": title,
            "content_title": title,
            **parts,
        }
        return TemplateResponse(request, f"orders/reconciliation_{name}.html", context)

    def _link(self, request: HttpRequest, point: SalesPoint, month: Month, row: FigureRow) -> str:
        """Return the list of what makes up a figure, '' where there is none to look at."""
        found = _behind(point, month.month, row)
        if found is None:
            return ""
        model, filters = found
        page = self.site.get_model_admin(model)
        return _listed(model, filters) if page.has_view_permission(request) else ""


def _behind(
    point: SalesPoint, month: date, row: FigureRow
) -> tuple[type[Model], dict[str, Any]] | None:
    """Return the model and the filters of the rows that a figure is made of."""
    after = next_month(month)
    edges = {"gte": clock.start_of_day(month), "lt": clock.start_of_day(after)}
    paid = {f"paid_at__{edge}": f"{moment:%Y-%m-%d %H:%M:%S%z}" for edge, moment in edges.items()}
    days = {"gte": month, "lt": after}
    ledger = {
        "sales_point_code": point.code,
        **{f"order_date__{edge}": day for edge, day in days.items()},
    }
    here = {"order__sales_point__id__exact": point.pk}
    if row.key in ("reported", "withdrawn"):
        gone = int(row.key == "withdrawn")
        return Order, {
            "sales_point__id__exact": point.pk, "is_withdrawn__exact": gone, **paid
        }  # fmt: skip
    if row.key.removeprefix("files_") in ImportIssue.Verdict.values:
        return ImportIssue, {
            "order_import__sales_point__id__exact": point.pk,
            "verdict__exact": row.key.removeprefix("files_"),
            **{f"paid_on__{edge}": day for edge, day in days.items()},
        }
    if row.key == "goods":
        return SalesEntry, {**ledger, "excluded_reason__exact": ""}
    if row.key == "freight":
        return SalesEntry, {**ledger, "line_key": FREIGHT_KEY}
    if row.key.startswith("excluded_"):
        return SalesEntry, {**ledger, "excluded_reason__exact": row.key.removeprefix("excluded_")}
    if row.key == "corrected":
        return RefundCorrection, here
    if row.key == "compensation":
        return OrderAdjustment, {**here, **{f"order__{key}": text for key, text in paid.items()}}
    return None


def _overview(month: Month) -> tuple[str, str, list[str]]:
    """Return month, verdict and the figures of a line of the table."""
    fen = month.differences
    statement = month.statement
    kept = sum(money.net_fen for money in month.excluded.values())
    unrecorded = sum(money.net_fen for money in month.unrecorded.values())
    told = [None, None] if statement is None else [statement.gross_fen, statement.refund_fen]
    amounts = [
        *(fen.get(which) for which in Difference),
        *told,
        *(month.files.gross_fen, month.files.refund_fen),
        *(month.goods.net_fen, month.freight.net_fen, kept, unrecorded, -month.corrected_fen),
        month.compensation_fen,
    ]
    cells = ["—" if amount is None else yuan(amount) for amount in amounts]
    return f"{month.month:%Y-%m}", verdict_words(month.verdict), cells


def _difference(
    month: Month, which: Difference, asked: dict[str, Any] | None
) -> tuple[str, str, str, str, bool, str]:
    """Return a difference with what explains it, and where another part can be explained."""
    fen = month.differences[which]
    explained = month.explained_fen(which)
    explain = ""
    if asked is not None and fen != explained:
        left = {"which": which.value, "amount_fen": yuan(fen - explained).replace(",", "")}
        explain = _added(ReconciliationNote, {**asked, **left})
    return (
        difference_name(which),
        yuan(fen),
        yuan(explained),
        verdict_words(month.verdict_on(which)),
        month.has_moved(which),
        explain,
    )


def _money(row: FigureRow) -> tuple[str, str, str]:
    return yuan(row.gross_fen), yuan(row.refund_fen), yuan(row.net_fen)


def _csv_rows(months: list[Month]) -> Iterator[tuple[str | int, ...]]:
    for month in months:
        name, verdict = f"{month.month:%Y-%m}", harmless(verdict_words(month.verdict))
        for row in figure_rows(month):
            count = "" if row.counted is None else row.counted
            money = (row.gross_fen, row.refund_fen, row.net_fen)
            yield (name, row.key, harmless(row.name), count, *money, verdict)
        for note in month.notes:
            is_refund = note.which.endswith("refund")
            gross, refund = (0, note.amount_fen) if is_refund else (note.amount_fen, 0)
            text = harmless(note.text)
            yield (name, f"note_{note.which}", text, "", gross, refund, gross - refund, verdict)


def _listed(model: type[Model], filters: dict[str, Any]) -> str:
    meta = model._meta
    page = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{page}?{urlencode(filters)}"


def _added(model: type[Model], values: dict[str, Any]) -> str:
    meta = model._meta
    return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_add')}?{urlencode(values)}"


def _first_day(text: str) -> date:
    """Read YYYY-MM of an address. Raises Http404 for anything else."""
    try:
        return month_named(text)
    except ValueError:
        raise Http404 from None
