"""The command `withdraw_import`: take a confirmed import back (撤销导入)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.commands import RefusingCommand
from common.money import yuan
from marketplace.selectors.attribution import campaigns_of_import
from operations.models import ReviewState
from operations.services.running import run_job
from operations.tasks import ring
from orders.errors import ImportDidNotFinish, UnknownImport
from orders.models import ImportWithdrawal, OrderImport
from orders.services.withdrawing import (
    approve_withdrawal,
    preview_withdrawal,
    propose_withdrawal,
    run_withdrawal,
)


class Command(RefusingCommand):
    """Preview, prepare or confirm the withdrawal of an import; two people, never one."""

    help = str(gettext_lazy("撤销一次订单导入：预览，由经办人申请，由另一人确认"))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("import_id", metavar="IMPORT", type=int, help=_("导入编号"))
        parser.add_argument("--reason", help=_("申请撤销，说明原因"))
        parser.add_argument("--confirm", action="store_true", help=_("确认已提交的撤销申请"))
        parser.add_argument("--as", dest="user", metavar="USER", help=_("经办人或确认人的用户名"))
        parser.add_argument("--celery", action="store_true", help=_("交给 Celery 工作进程"))
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Do one of the three steps. Raises DomainError to refuse."""
        order_import = OrderImport.objects.filter(pk=options["import_id"]).first()
        if order_import is None:
            raise UnknownImport(_("没有编号为 %(id)s 的导入。") % {"id": options["import_id"]})
        if options["reason"] is None and not options["confirm"]:
            self._preview(order_import, as_json=options["json"])
            return
        actor = User.objects.filter(username=options["user"] or "").first()
        if actor is None:
            raise CommandError(_("请用 --as 指明用户。"), returncode=2)
        if options["confirm"]:
            self._confirm(order_import, actor, options)
        else:
            row = propose_withdrawal(
                order_import=order_import, reason=options["reason"], actor=actor
            )
            self._print(
                {"withdrawal": row.pk, "state": row.state},
                _("撤销申请 #%(id)s 已提交，等待另一人确认。") % {"id": row.pk},
                as_json=options["json"],
            )

    def _preview(self, order_import: OrderImport, *, as_json: bool) -> None:
        found = preview_withdrawal(order_import)
        campaigns = campaigns_of_import(order_import.pk)
        if as_json:
            self.print_json(
                {
                    "import_id": order_import.pk,
                    "orders_withdrawn": found.orders_withdrawn,
                    "orders_restored": found.orders_restored,
                    "orders_kept": found.orders_kept,
                    "kept": list(found.kept),
                    "gross_fen": found.gross_fen,
                    "refund_fen": found.refund_fen,
                    "net_fen": found.net_fen,
                    "by_county": [{"code": code, "net_fen": fen} for code, fen in found.by_county],
                    "campaigns": [
                        {"code": code, "orders": orders, "net_fen": fen}
                        for code, orders, fen in campaigns
                    ],
                }
            )
            return
        say = self.stdout.write
        say(
            _("撤出订单 %(gone)s，恢复前态 %(back)s，保留（其后另有导入）%(kept)s")
            % {
                "gone": found.orders_withdrawn,
                "back": found.orders_restored,
                "kept": found.orders_kept,
            }
        )
        say(
            _("成交变化 %(gross)s 元，退款变化 %(refund)s 元，净额变化 %(net)s 元")
            % {
                "gross": yuan(found.gross_fen),
                "refund": yuan(found.refund_fen),
                "net": yuan(found.net_fen),
            }
        )
        for code, orders, fen in campaigns:
            say(
                _("  活动 %(code)s：涉及订单 %(orders)s，现归属 %(fen)s 元")
                % {"code": code, "orders": orders, "fen": yuan(fen)}
            )
        for number in found.kept:
            say(_("  保留订单 %(number)s") % {"number": number})

    def _confirm(self, order_import: OrderImport, actor: User, options: dict[str, Any]) -> None:
        row = ImportWithdrawal.objects.filter(
            order_import=order_import, state=ReviewState.SUBMITTED
        ).first()
        if row is None:
            raise UnknownImport(_("导入 #%(id)s 没有待确认的撤销申请。") % {"id": order_import.pk})
        row = approve_withdrawal(row, actor)
        assert row.job is not None
        if options["celery"]:
            ring(row.job)
        else:
            run_job(row.job.pk, run_withdrawal)
        row.refresh_from_db()
        if row.finished_at is None and not options["celery"]:
            raise ImportDidNotFinish(_("撤销 #%(id)s 没有完成，请查看后台任务。") % {"id": row.pk})
        answer = {
            "withdrawal": row.pk,
            "state": row.state,
            "job": row.job_id,
            "orders_withdrawn": row.orders_withdrawn,
            "orders_restored": row.orders_restored,
            "orders_kept": row.orders_kept,
        }
        said = _("撤出订单 %(gone)s，恢复前态 %(back)s，保留 %(kept)s。请运行 attribute。") % {
            "gone": row.orders_withdrawn,
            "back": row.orders_restored,
            "kept": row.orders_kept,
        }
        self._print(answer, said, as_json=options["json"])

    def _print(self, answer: dict[str, Any], said: str, *, as_json: bool) -> None:
        if as_json:
            self.print_json(answer)
        else:
            self.stdout.write(said)
