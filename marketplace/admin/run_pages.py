"""What the page of a run shows: how far it is, its partitions, and that its sums add up."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Sum, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import yuan
from marketplace.models import AttributionRun, Campaign
from marketplace.selectors.attribution import (
    credited_and_none,
    ended_runs,
    partitions_of,
    run_group,
)
from operations.models import Job, JobState
from operations.models.job import ATTEMPTS_EXHAUSTED
from operations.selectors.jobs import group_progress
from orders.models import ChangedOrder, SalesEntry

Status = AttributionRun.Status
COLOURS = {Status.OPEN: "info", Status.DONE: "success", Status.FAILED: "danger"}
JOB_COLOURS = {
    JobState.DONE: "success",
    JobState.FAILED: "danger",
    JobState.RUNNING: "info",
    JobState.CANCELLED: "warning",
}
# Partitions on the page, those that need a look first; the list of jobs has all of them.
PARTITIONS_SHOWN = 20
# What an official reads for the names that programs give to errors.
ERROR_WORDS = {
    ATTEMPTS_EXHAUSTED: gettext_lazy("多次尝试都没有完成，已停止自动重试。"),
    "OperationalError": gettext_lazy("数据库暂时不可用。"),
    "InterfaceError": gettext_lazy("与数据库的连接中断。"),
    "MemoryError": gettext_lazy("内存不足，请减小每批订单数。"),
}


def progress_of(run: AttributionRun) -> dict[str, Any]:
    """Return how far a run is, as its page asks for it while it waits."""
    progress = group_progress(run_group(run.pk))
    ended = progress.done + progress.failed
    is_working = partitions_of(run.pk).filter(state=JobState.RUNNING).exists()
    if ended == 0 and not is_working:
        text = _("等待后台进程：共 %(total)s 批") % {"total": f"{progress.total:,}"}
    else:
        text = _("正在计算：%(done)s / %(total)s 批") % {
            "done": f"{ended:,}",
            "total": f"{progress.total:,}",
        }
    return {
        "is_live": run.status == Status.OPEN,
        "done": ended,
        "total": progress.total,
        "failed": progress.failed,
        "percent": 100 * ended // progress.total if progress.total else 0,
        "text": text,
    }


def life_of(run: AttributionRun) -> dict[str, Any]:
    """Return the parts of the page, for its template."""
    return {
        "run_state": Status(run.status).label,
        "run_colour": COLOURS[Status(run.status)],
        "run_progress": progress_of(run),
        "run_progress_address": reverse("admin:marketplace_attributionrun_progress", args=[run.pk]),
        "run_sums": _sums(run),
        "run_versions": _versions(run),
        **_partitions(run),
    }


def error_words(job: Job) -> str:
    """Return what went wrong with a partition, for people; '' where nothing did."""
    if not job.error_code:
        return ""
    known = ERROR_WORDS.get(job.error_code)
    if known is not None:
        return str(known)
    # A refusal speaks for itself; its code is in lower case, a program's error is not.
    if job.error_code == job.error_code.lower():
        return job.error_message
    return _("程序出错（%(code)s），详情见后台任务和日志。") % {"code": job.error_code}


def _partitions(run: AttributionRun) -> dict[str, Any]:
    urgency = Case(
        When(state__in=[JobState.FAILED, JobState.CANCELLED], then=0),
        When(state=JobState.RUNNING, then=1),
        When(state=JobState.PENDING, then=2),
        default=3,
        output_field=IntegerField(),
    )
    jobs = partitions_of(run.pk).order_by(urgency, "ordinal", "id")
    count = jobs.count()
    return {
        "run_partitions": [
            {
                "ordinal": job.ordinal + 1,
                "state": job.get_state_display(),
                "colour": JOB_COLOURS.get(JobState(job.state), "default"),
                "attempts": job.attempts,
                "orders": _counted(job, "orders"),
                "candidates": _counted(job, "candidates"),
                "written": _counted(job, "entries_written"),
                "error": error_words(job),
            }
            for job in jobs[:PARTITIONS_SHOWN]
        ],
        "run_partitions_hidden": max(count - PARTITIONS_SHOWN, 0),
    }


def _counted(job: Job, name: str) -> str:
    return f"{job.result[name]:,}" if name in job.result else ""


def _sums(run: AttributionRun) -> dict[str, Any] | None:
    """Return what is credited beside the ledger; None on a page whose run is not the last.

    The figures are those of the present state, which is that of the last run that ended.
    """
    ended = ended_runs().first()
    if ended is None or ended.pk != run.pk:
        return None
    credited, none = credited_and_none()
    ledger = int(SalesEntry.objects.aggregate(fen=Sum("amount_fen", default=0))["fen"])
    difference = ledger - credited - none
    return {
        "credited": yuan(credited),
        "none": yuan(none),
        "total": yuan(credited + none),
        "ledger": yuan(ledger),
        "balances": difference == 0,
        "difference": yuan(difference),
        "waiting": ChangedOrder.objects.values("order_id").distinct().count(),
    }


def _versions(run: AttributionRun) -> list[str]:
    """Return the versions that a run used; none where the rules changed while it worked."""
    names = dict(Campaign.objects.filter(code__in=run.versions).values_list("code", "name"))
    words = _("%(name)s（%(code)s）第 %(number)s 版")
    return [
        words % {"name": names.get(code, code), "code": code, "number": number}
        for code, number in sorted(run.versions.items())
    ]
