"""The command `explain_attribution`: why each campaign did or did not get an order (归因说明)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.masking import mask_code
from marketplace.errors import OrderNotInLedger, UnknownOrderLine
from marketplace.rules.explanations import RowExplanation, Share, Verdict
from marketplace.selectors.campaigns import find_campaign
from marketplace.selectors.explanation_words import MODEL_WORDS
from marketplace.services.attribution.explaining import OrderExplanation, explain_order
from marketplace.services.attribution.telling import ToldRow, exact_words, tell
from orders.models import Order
from orders.selectors.sales_points import find_sales_point


class Command(RefusingCommand):
    """Print the explanation of an order's ledger rows, by the engine and the rules of now."""

    help = str(gettext_lazy("说明一个订单为什么计入或不计入各个活动"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order_number", metavar="ORDER_NUMBER", help=_("订单编号"))
        parser.add_argument("--sales-point", metavar="CODE", required=True, help=_("销售点编码"))
        parser.add_argument("--line", metavar="KEY", help=_("只说明这一行（行标识）"))
        parser.add_argument("--campaign", metavar="CODE", help=_("只说明这个活动"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Explain and print. Raises DomainError to refuse."""
        code = options["campaign"] or ""
        if options["campaign"] is not None:
            find_campaign(code)
        number = options["order_number"]
        point = find_sales_point(options["sales_point"])
        order = Order.objects.filter(sales_point=point, number=number).first()
        told = explain_order(order.pk) if order is not None else None
        if told is None or not told.rows:
            raise OrderNotInLedger(
                _("订单 %(order)s 没有可归因的台账记录。") % {"order": number}, order=number
            )
        rows = told.rows
        if options["line"] is not None:
            rows = [row for row in rows if row.line_key == options["line"]]
            if not rows:
                raise UnknownOrderLine(
                    _("订单 %(order)s 没有这一行：%(line)s。")
                    % {"order": number, "line": options["line"]}
                )
        said = tell(told, rows, campaign_code=code)
        if options["json"]:
            self.print_json(_as_json(number, point.code, told, said))
            return
        if not told.is_stored:
            self.say(_("该订单、规则或依据有变化尚未计算，下次计算后以此为准。"))
        for row in said:
            self._print(row)

    def _print(self, told: ToldRow) -> None:
        row = told.row
        self.stdout.write(f"{row.line_key} · {told.title} · {told.amount} " + _("元"))
        for each in told.campaigns:
            self.stdout.write(f"  {each.campaign}：{each.sentence}")
            for words in each.evidence:
                self.stdout.write(f"    {words}")
        for number, campaign, kind, at, age, _weights in told.path:
            self.stdout.write(f"  {number}. {campaign} {kind} {at} " + _("付款前 %s") % age)
        for share in told.shares:
            cells = (f"{_(MODEL_WORDS[model])} {fen}" for model, fen, _exact in share.cells)
            self.stdout.write(f"  {share.campaign}：{'，'.join(cells)}")


def _as_json(
    number: str, sales_point: str, told: OrderExplanation, said: list[ToldRow]
) -> dict[str, Any]:
    return {
        "sales_point": sales_point,
        "order_number": number,
        "is_stored": told.is_stored,
        "rows": [
            {
                "line_key": each.row.line_key,
                "component": each.row.component,
                "kind": each.row.kind,
                "amount_fen": each.row.amount_fen,
                "paid_at": each.row.paid_at.isoformat(),
                "campaigns": [
                    _verdict(one.verdict, one.sentence, one.evidence) for one in each.campaigns
                ],
                "path": _path(each.row),
                "shares": [_share(share) for share in each.row.shares],
            }
            for each in said
        ],
    }


def _verdict(verdict: Verdict, sentence: str, evidence: list[str]) -> dict[str, Any]:
    return {
        "campaign": verdict.campaign_code,
        "version": verdict.version,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "level": verdict.level,
        "minimum_level": verdict.minimum_level,
        "unmet": [
            {"name": each.name, "found": each.found, "asked": list(each.asked)}
            for each in verdict.unmet
        ],
        "vouchers": [
            {"code": mask_code(each.code), "discount_fen": each.discount_fen}
            for each in verdict.vouchers
        ],
        "reference": verdict.reference,
        "touches": [
            {
                "kind": each.kind,
                "occurred_at": each.occurred_at.isoformat(),
                "age_seconds": each.age_seconds,
            }
            for each in verdict.touches
        ],
        "decided": verdict.decided,
        "sentence": sentence,
        "evidence": evidence,
    }


def _path(row: RowExplanation) -> list[dict[str, Any]]:
    return [
        {
            "campaign": step.campaign_code,
            "kind": step.kind,
            "occurred_at": step.occurred_at.isoformat(),
            "age_seconds": step.age_seconds,
            "weights": step.weights,
        }
        for step in row.path
    ]


def _share(share: Share) -> dict[str, Any]:
    return {
        "model": share.model,
        "campaign": share.campaign_code,
        "weight": share.weight,
        "weights": share.weights,
        "total_fen": share.total_fen,
        "exact_fen": exact_words(share.exact_fen),
        "reached_fen": share.reached_fen,
        "fen": share.moved_fen,
    }
