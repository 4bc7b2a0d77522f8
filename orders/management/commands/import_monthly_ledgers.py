"""The command `import_monthly_ledgers`: state the rows of a monthly ledger as declared sales."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.money import yuan
from orders.errors import LedgerRowsRefused
from orders.intake.monthly.stating import hand_in_ledger
from orders.models import DeclaredSale
from orders.selectors.ledger_names import LedgerNames
from orders.services.monthly_ledgers import HandedIn


class Command(RefusingCommand):
    help = str(gettext_lazy("登记月度台账：每行作为一条申报销售提交审核，全部登记或全部不登记"))

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)
        declarer = parser.add_mutually_exclusive_group()
        declarer.add_argument(
            "--sales-point", default="", metavar="CODE", help=_("没有写明销售点的行所属的销售点")
        )
        declarer.add_argument(
            "--unit", default="", metavar="CODE", help=_("没有写明单位的行所属的单位")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("只预览，不写入"))

    def work(self, **options: Any) -> None:
        names = LedgerNames()
        handed_in = HandedIn(
            sales_point=names.sales_point(options["sales_point"]),
            unit=names.unit(options["unit"]),
        )
        try:
            rows = hand_in_ledger(options["file"], handed_in, is_preview=options["dry_run"])
        except LedgerRowsRefused as refused:
            self.refuse_rows(refused, as_json=options["json"])
            raise SystemExit(1) from refused
        self.show(rows, options)

    def refuse_rows(self, refused: LedgerRowsRefused, *, as_json: bool) -> None:
        """Print why a ledger is refused, row by row."""
        rows: Any = refused.details["rows"]
        if as_json:
            error = {"code": refused.code, "message": refused.message}
            self.print_json({"error": error, "errors": rows})
            return
        self.say(f"{refused.message}（{refused.code}）")
        for row in rows:
            self.say(_("  第 %(row)s 行：%(message)s（%(code)s）") % row)

    def show(self, rows: list[DeclaredSale], options: dict[str, Any]) -> None:
        """Print what was stated, or would be: one JSON object, or a line for a person."""
        amount_fen = sum(row.amount_fen for row in rows)
        ids = [] if options["dry_run"] else [row.pk for row in rows]
        if options["json"]:
            self.print_json({"rows": len(rows), "amount_fen": amount_fen, "declared": ids})
            return
        told = {"count": len(rows), "amount": yuan(amount_fen)}
        if options["dry_run"]:
            self.stdout.write(_("预览（未写入）：%(count)s 行，合计 %(amount)s 元。") % told)
        else:
            self.stdout.write(_("已登记 %(count)s 行，合计 %(amount)s 元，等待审核。") % told)
