"""Door: a platform's export files -> one import. See docs/flows.md, journey 1."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.money import yuan
from operations.models import Job, JobState
from operations.services.running import run_job
from operations.tasks import ring
from orders.errors import ImportDidNotFinish
from orders.intake.archives import unpacked
from orders.intake.import_jobs import read_for, work_import
from orders.intake.reading import FORMAT_CODES
from orders.models import OrderImport
from orders.rules.readings import Reading
from orders.selectors.imports import (
    import_summary,
    interrupted_import,
    is_read_alike,
    summary_of_import,
)
from orders.selectors.sales_points import find_sales_point
from orders.services.importing import stage_import
from orders.services.previewing import preview_import

# How often a waiting command looks at its job, and rings again for one that nobody took.
POLL_SECONDS = 0.5
RING_SECONDS = 15.0
# Row messages printed for a person; `--json` and the admin have the rest.
ROWS_SHOWN = 20


class Command(RefusingCommand):
    help = str(
        gettext_lazy("导入平台导出的订单文件（订单表、明细表可一起给出），或通用格式的订单文件")
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--sales-point", required=True, metavar="CODE", help=_("销售点编码"))
        parser.add_argument(
            "--format",
            default="auto",
            metavar="CODE",
            help=_("文件格式：auto（自动识别）、%(codes)s，或自定义格式的编码")
            % {"codes": "、".join(FORMAT_CODES)},
        )
        parser.add_argument("--dry-run", action="store_true", help=_("只预览，不写入"))
        parser.add_argument("--celery", action="store_true", help=_("交给后台进程执行并等待"))

    def work(self, **options: Any) -> None:
        with unpacked(options["files"]) as paths:
            self.import_files(paths, options)

    def import_files(self, paths: Sequence[Path], options: dict[str, Any]) -> None:
        """Read plain files and import them, or only show what would come of it."""
        point = find_sales_point(options["sales_point"])
        reading = read_for(point, paths, options["format"])
        if options["dry_run"]:
            preview, issues = preview_import(point, reading)
            self.show(import_summary(preview, reading.files, issues), options)
            return
        order_import = interrupted_import(point, reading)
        if order_import is None:
            order_import = stage_import(sales_point=point, reading=reading, paths=paths)
        else:
            self.say(_("继续此前中断的导入 #%(id)s") % {"id": order_import.pk})
        if options["celery"]:
            self.follow(order_import, quiet=options["json"])
        else:
            self.run_here(order_import, reading if is_read_alike(order_import, reading) else None)
        order_import.refresh_from_db()
        if order_import.state != OrderImport.State.DONE:
            raise ImportDidNotFinish(
                _("导入 #%(id)s 没有完成：%(why)s")
                % {"id": order_import.pk, "why": _failure(order_import)}
            )
        self.show(summary_of_import(order_import), options)

    def run_here(self, order_import: OrderImport, reading: Reading | None) -> None:
        """Work the import's job in this process; None: its files are read as they began."""
        assert order_import.job is not None
        run_job(order_import.job.pk, partial(work_import, reading=reading))

    def follow(self, order_import: OrderImport, *, quiet: bool) -> None:
        """Ring for the job and show its progress until it ends."""
        assert order_import.job is not None
        job = order_import.job
        ring(job)
        rung, shown = time.monotonic(), -1
        while True:
            job = Job.objects.get(pk=job.pk)
            if job.progress_done != shown and not quiet:
                shown = job.progress_done
                self.say(
                    _("已写入 %(done)s / %(total)s 个订单")
                    % {"done": f"{job.progress_done:,}", "total": f"{job.progress_total:,}"}
                )
            if job.state not in {JobState.PENDING, JobState.RUNNING}:
                return
            if job.state == JobState.PENDING and time.monotonic() - rung > RING_SECONDS:
                self.say(_("还没有后台进程接手，再次通知；请确认 Celery worker 已启动"))
                ring(job)
                rung = time.monotonic()
            time.sleep(POLL_SECONDS)

    def show(self, summary: dict[str, Any], options: dict[str, Any]) -> None:
        """Print the outcome: one JSON object, or a few lines for a person."""
        if options["json"]:
            self.print_json(summary)
            return
        for line in _report(summary, dry_run=options["dry_run"]):
            self.stdout.write(line)


def _report(summary: dict[str, Any], *, dry_run: bool) -> list[str]:
    """State a summary in a few lines: what it was, rows, orders, goods, platform."""
    counts = {name: f"{value:,}" for name, value in summary.items() if isinstance(value, int)}
    money = {name: yuan(value) for name, value in summary.items() if name.endswith("_fen")}
    head = _("预览（未写入）") if dry_run else _("导入 #%(import_id)s 完成") % summary
    if summary["simulated"]:
        head = _("【模拟数据】") + head
    lines = [
        f"{head}：{'、'.join(file['name'] for file in summary['files'])}",
        _(
            "数据行 %(rows)s = 接受 %(accepted)s + 拒绝 %(rejected)s + 待匹配 %(quarantined)s"
            " + 重复 %(duplicate)s"
        )
        % counts,
        _(
            "订单 %(orders)s = 新增 %(created)s + 更新 %(updated)s + 未变 %(unchanged)s"
            "（其中过期 %(stale)s）；订单行 %(lines)s，未匹配 %(unmatched)s"
        )
        % counts,
        _("商品成交 %(gross_fen)s 元，退款 %(refund_fen)s 元，净额 %(net_fen)s 元") % money,
        _(
            "平台成交 %(platform_gross_fen)s 元，退款 %(platform_refund_fen)s 元，"
            "净额 %(platform_net_fen)s 元 = 商品净额 + 运费 %(freight_fen)s 元"
            " + 不计入 %(excluded_fen)s 元 + 差额 %(difference_fen)s 元"
        )
        % money,
    ]
    sold_fen = summary["net_fen"] + summary["freight_fen"] + summary["excluded_fen"]
    if subsidy_fen := sold_fen - summary["consumer_paid_fen"]:
        lines.append(
            _("其中买家实付 %(consumer_paid_fen)s 元，平台等出资方补贴 %(subsidy)s 元")
            % {**money, "subsidy": yuan(subsidy_fen)}
        )
    if summary["refunds_date_assumed"]:
        lines.append(
            _("%(refunds_date_assumed)s 个订单的退款没有日期，按导入业务日计（推定）") % counts
        )
    if summary["compensation_fen"]:
        lines.append(_("退款之外另有赔付 %(compensation_fen)s 元，不影响净额") % money)
    lines.extend(
        _("  %(file)s 第 %(row)s 行：%(message)s（%(code)s）") % row
        for row in [*summary["errors"][:ROWS_SHOWN], *summary["flags"][:ROWS_SHOWN]]
    )
    return lines


def _failure(order_import: OrderImport) -> str:
    job = order_import.job
    return job.error_message if job and job.error_message else "—"
