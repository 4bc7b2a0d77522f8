"""Door: a sales point's months, the platform's total against ours. See docs/flows.md."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.money import yuan
from orders.rules.reconciliation import Difference, Month, month_named
from orders.selectors.reconciliation import reconciled_months
from orders.selectors.reconciliation_rows import (
    dating_words,
    difference_name,
    figure_rows,
    month_as_json,
    note_words,
    verdict_words,
)
from orders.selectors.sales_points import find_sales_point


class Command(RefusingCommand):
    help = str(gettext_lazy("对账：逐月比较平台账单、导入的文件和台账，差额为零或有说明"))

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--sales-point", required=True, metavar="CODE", help=_("销售点编码"))
        parser.add_argument("--from", dest="first", metavar="YYYY-MM", help=_("起始月份"))
        parser.add_argument("--to", dest="last", metavar="YYYY-MM", help=_("截止月份"))

    def work(self, **options: Any) -> None:
        first, last = _month(options["first"]), _month(options["last"])
        if first and last and last < first:
            raise CommandError(_("截止月份早于起始月份。"))
        point = find_sales_point(options["sales_point"])
        months = reconciled_months(point, first, last)
        if options["json"]:
            answer = [month_as_json(month) for month in months]
            self.print_json({"sales_point": point.code, "name": point.name, "months": answer})
            return
        if not months:
            self.say(_("这个销售点还没有订单，也没有登记平台账单。"))
            return
        self.stdout.write(_("对账：%(name)s") % {"name": point.name})
        self.stdout.write(dating_words())
        for month in months:
            for line in _lines(month):
                self.stdout.write(line)


def _month(text: str | None) -> date | None:
    """Read YYYY-MM. Raises CommandError for anything else."""
    if not text:
        return None
    try:
        return month_named(text)
    except ValueError:
        raise CommandError(_("月份写作 YYYY-MM，如 2020-05。")) from None


def _lines(month: Month) -> list[str]:
    """State a month: its verdict, each figure, each note."""
    lines = [f"{month.month:%Y-%m}  {verdict_words(month.verdict)}"]
    for row in figure_rows(month):
        if row.is_sum or row.counted or row.gross_fen or row.refund_fen:
            said = {
                "name": row.name,
                "gross": yuan(row.gross_fen),
                "refund": yuan(row.refund_fen),
                "net": yuan(row.net_fen),
            }
            lines.append(_("  %(name)s：成交 %(gross)s，退款 %(refund)s，净额 %(net)s 元") % said)
    for which, fen in month.differences.items():
        if fen or month.explained_fen(which):
            lines.append(_what_is_explained(month, which, fen))
        if month.has_moved(which):
            lines.append(_("  %(which)s：说明之后数字有变") % {"which": difference_name(which)})
    return lines + [f"  {note_words(note)}" for note in month.notes]


def _what_is_explained(month: Month, which: Difference, fen: int) -> str:
    """Say how much of a difference its notes explain, and what is left."""
    explained = month.explained_fen(which)
    return _("  %(which)s：差额 %(amount)s，已说明 %(explained)s，尚未说明 %(left)s 元") % {
        "which": difference_name(which),
        "amount": yuan(fen),
        "explained": yuan(explained),
        "left": yuan(fen - explained),
    }
