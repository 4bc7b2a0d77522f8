"""The command `attribute`: compute what each campaign earned (归因)."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import RefusingCommand
from common.money import yuan
from marketplace.errors import NoWorker, RunInProgress
from marketplace.models import AttributionRun
from marketplace.selectors.attribution import (
    credited_and_none,
    open_partitions,
    run_group,
    unknown_references,
)
from marketplace.selectors.attribution import open_run as find_open_run
from marketplace.selectors.campaigns import find_campaign
from marketplace.services.attribution import (
    check_run,
    open_run,
    resume_open_run,
    settle_run,
    work_run,
)
from operations.selectors.jobs import GroupProgress, group_progress
from operations.tasks import ring

# How often the command looks at the workers' progress. Unit: seconds.
LOOK_SECONDS = 0.3
# After this long without progress the command says so. Unit: seconds.
QUIET_SECONDS = 15
# After this long without progress it gives up; the run stays open and is resumed. Unit: seconds.
PATIENCE_SECONDS = 600
Kind = AttributionRun.Kind


class Command(RefusingCommand):
    """Attribute orders to campaigns, in this process or by the Celery workers."""

    help = str(gettext_lazy("计算归因：每个活动带来哪些销售（默认只算有变化的订单）"))

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--full", action="store_true", help=_("重算全部订单"))
        what.add_argument("--changed", action="store_true", help=_("只算有变化的订单（默认）"))
        what.add_argument("--campaign", metavar="CODE", help=_("重算一个活动涉及的订单"))
        parser.add_argument(
            "--celery", action="store_true", help=_("交给 Celery 工作进程并等待结果")
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> None:
        """Run, wait and print. Raises DomainError to refuse."""
        started = time.monotonic()
        self._shown = (-1, -1)
        code = options["campaign"] or ""
        if options["campaign"] is not None:
            find_campaign(code)
            kind = Kind.CAMPAIGN
        else:
            kind = Kind.FULL if options["full"] else Kind.CHANGED
        run = self._open(kind, code, by_workers=options["celery"])
        self.say(_("归因计算 #%(run)s 开始。") % {"run": run.pk})
        check_run(self._wait(run) if options["celery"] else work_run(run.pk, self._show))
        self._print(run, time.monotonic() - started, as_json=options["json"])

    def _open(self, kind: str, code: str, *, by_workers: bool) -> AttributionRun:
        """Open a run, after the one that may be open has ended."""
        while True:
            try:
                return open_run(kind=kind, campaign_code=code)
            except RunInProgress:
                other = find_open_run()
                if other is None:
                    continue
                self.say(_("先完成尚未结束的计算 #%(run)s。") % {"run": other.pk})
                if by_workers:
                    self._wait(other)
                else:
                    resume_open_run(self._show)

    def _wait(self, run: AttributionRun) -> AttributionRun:
        """Let the workers work a run and wait for it. Raises NoWorker when nobody does."""
        _ring(run)
        moved = rung = told = time.monotonic()
        seen = -1
        while (run := settle_run(run.pk)).status == AttributionRun.Status.OPEN:
            progress = group_progress(run_group(run.pk))
            self._show(progress)
            now = time.monotonic()
            if progress.open != seen:
                seen, moved = progress.open, now
            if now - rung > settings.JOB_SWEEP_SECONDS and now - moved > LOOK_SECONDS:
                _ring(run)
                rung = now
            if now - max(moved, told) > QUIET_SECONDS:
                self.say(_("工作进程没有进展，继续等待（可用 make serve 启动工作进程）。"))
                told = now
            if now - moved > PATIENCE_SECONDS:
                raise NoWorker(
                    _("没有工作进程处理计算 #%(run)s，它保持打开，下次会继续。") % {"run": run.pk}
                )
            time.sleep(LOOK_SECONDS)
        return run

    def _show(self, progress: GroupProgress) -> None:
        """Print the progress when it has moved by a twentieth or has come to its end."""
        step = max(progress.total // 20, 1)
        ended = progress.done + progress.failed
        seen = (progress.total, ended // step)
        if seen != self._shown:
            self._shown = seen
            self.say(_("归因进度 %(done)s/%(total)s 批") % {"done": ended, "total": progress.total})

    def _print(self, run: AttributionRun, seconds: float, *, as_json: bool) -> None:
        run.refresh_from_db()
        credited, none = credited_and_none()
        answer: dict[str, Any] = {
            "run": run.pk,
            "kind": run.kind,
            "orders": run.orders,
            "entries_written": run.entries_written,
            "candidates": run.candidates,
            "credited_fen": credited,
            "none_fen": none,
            "digest": run.digest,
            "seconds": round(seconds, 3),
            "unknown_references": unknown_references(),
        }
        if as_json:
            self.print_json(answer)
            return
        self.stdout.write(_describe(run, credited, none, seconds))
        for code, orders in answer["unknown_references"].items():
            self.stdout.write(
                _("活动标记“%(code)s”没有对应的活动，涉及订单 %(orders)s 笔。")
                % {"code": code, "orders": orders}
            )


def _ring(run: AttributionRun) -> None:
    """Ring for every open partition; one that is being worked is not to be had, so no harm."""
    for job in open_partitions(run.pk):
        ring(job)


def _describe(run: AttributionRun, credited_fen: int, none_fen: int, seconds: float) -> str:
    return _(
        "归因计算 #%(run)s（%(kind)s）完成：订单 %(orders)s 笔，候选 %(candidates)s 条，"
        "写入 %(written)s 条，用时 %(seconds).1f 秒。\n"
        "归属活动 %(credited)s 元，未归属任何活动 %(none)s 元，合计 %(total)s 元。\n"
        "校验码 %(digest)s"
    ) % {
        "run": run.pk,
        "kind": run.get_kind_display(),
        "orders": run.orders,
        "candidates": run.candidates,
        "written": run.entries_written,
        "seconds": seconds,
        "credited": yuan(credited_fen),
        "none": yuan(none_fen),
        "total": yuan(credited_fen + none_fen),
        "digest": run.digest,
    }
