"""What the page of an import shows of its life: where it is, what it would do, what it did."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import yuan
from operations.models import JobState
from orders.admin.import_rows import TABLE_WORDS
from orders.admin.orders import FLAGS
from orders.models import ImportIssue, OrderImport
from orders.selectors.error_files import parts_with_issues
from orders.selectors.imports import import_totals

State = OrderImport.State
COLOURS = {
    State.UPLOADED: "info",
    State.PREVIEWED: "warning",
    State.REFUSED: "danger",
    State.RUNNING: "info",
    State.DONE: "success",
    State.FAILED: "danger",
    State.CANCELLED: "warning",
    State.WITHDRAWN: "warning",
}
STAGES = (
    gettext_lazy("上传"),
    gettext_lazy("预览"),
    gettext_lazy("确认"),
    gettext_lazy("写入"),
    gettext_lazy("完成"),
)
# How many of the stages lie behind an import of a state.
_STAGES_DONE = {State.UPLOADED: 1, State.PREVIEWED: 2, State.RUNNING: 3, State.REFUSED: 1}
# Rows with an issue shown on the page; the list and the error file have all of them.
ISSUES_SHOWN = 50


def progress_of(order_import: OrderImport) -> dict[str, Any]:
    """Return how far the work on an import is, as the page asks for it while it waits."""
    job = order_import.job
    is_live = job is not None and job.state in {JobState.PENDING, JobState.RUNNING}
    done, total = (job.progress_done, job.progress_total) if job is not None else (0, 0)
    if not is_live or job is None:
        text = ""
    elif job.state == JobState.PENDING:
        text = _("等待后台进程")
    elif not total:
        text = _("正在读取文件")
    else:
        words = (
            _("正在比对：%(done)s / %(total)s 个订单")
            if order_import.state == State.UPLOADED
            else _("正在写入：%(done)s / %(total)s 个订单")
        )
        text = words % {"done": f"{done:,}", "total": f"{total:,}"}
    return {
        "state": order_import.state,
        "is_live": is_live and order_import.state in {State.UPLOADED, State.RUNNING},
        "done": done,
        "total": total,
        "percent": 100 * done // total if total else 0,
        "text": text,
    }


def life_of(order_import: OrderImport) -> dict[str, Any]:
    """Return the parts of the page, for its template."""
    state = State(order_import.state)
    findings: dict[str, Any] = order_import.findings or {}
    is_written = order_import.started_at is not None
    totals = import_totals(order_import, list(order_import.parts.all())) if is_written else findings
    progress = progress_of(order_import)
    job = order_import.job
    return {
        "life_state": state.label,
        "life_colour": COLOURS[state],
        "life_stages": _stages(order_import),
        "life_progress": progress,
        "life_refusal": order_import.refusal_message,
        "life_stopped": _stopped(order_import) if job and not progress["is_live"] else "",
        "life_is_preview": not is_written,
        "life_next": _next(order_import, totals),
        "life_counts": _counts(totals) if totals else [],
        "life_money": _money(totals) if totals else [],
        "life_files": [
            {
                **file,
                "table": TABLE_WORDS.get(file["table"], file["table"]),
                "rows": f"{file['rows']:,}",
            }
            for file in totals.get("files", [])
        ],
        "life_difference": yuan(totals["difference_fen"]) if totals else "",
        "life_balances": bool(totals) and totals["difference_fen"] == 0,
        **(_foreseen(findings) if findings and not is_written else {}),
        **_issues(order_import),
    }


def _stages(order_import: OrderImport) -> list[tuple[str, str]]:
    """Return each stage with "done", "now" or "ahead"."""
    state = State(order_import.state)
    if state in {State.DONE, State.WITHDRAWN}:
        passed = len(STAGES)
    elif state in _STAGES_DONE:
        passed = _STAGES_DONE[state]
    else:
        passed = 3 if order_import.started_at else 2 if order_import.findings else 1
    places = ("done" if i < passed else "now" if i == passed else "ahead" for i in range(5))
    return [(str(label), place) for label, place in zip(STAGES, places, strict=True)]


def _stopped(order_import: OrderImport) -> str:
    """Return why the work stands still although it is not done, '' where nothing is wrong."""
    job = order_import.job
    is_open = order_import.state in {State.UPLOADED, State.RUNNING}
    if job is None or not is_open or job.state == JobState.DONE:
        return ""
    return job.error_message or _("后台任务已停止。")


def _next(order_import: OrderImport, totals: dict[str, Any]) -> str:
    """Return what to do next where no button says it."""
    if order_import.state == State.REFUSED:
        return _("没有写入任何订单。请按上面的说明核对销售点和文件，再重新上传。")
    if order_import.state == State.PREVIEWED and not (totals["created"] or totals["updated"]):
        return _("确认后不会新增或更新任何订单；如果是重复上传，请取消这次导入。")
    if order_import.state == State.DONE and totals["unmatched"]:
        return _("有 %(lines)s 个订单行的商品没有匹配，请到“待匹配商品”逐一确定。") % {
            "lines": f"{totals['unmatched']:,}"
        }
    return ""


def _counts(totals: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return two sums with their parts: rows, then orders."""

    def row(*names: tuple[str, str]) -> list[tuple[str, str]]:
        return [(label, f"{totals[name]:,}") for label, name in names]

    return [
        (
            _("数据行"),
            row(
                (_("共"), "rows"),
                (_("接受"), "accepted"),
                (_("拒绝"), "rejected"),
                (_("待匹配"), "quarantined"),
                (_("重复"), "duplicate"),
            ),
        ),
        (
            _("订单"),
            row(
                (_("共"), "orders"),
                (_("新增"), "created"),
                (_("更新"), "updated"),
                (_("未变"), "unchanged"),
                (_("其中过期"), "stale"),
            ),
        ),
        (_("订单行"), row((_("共"), "lines"), (_("未匹配"), "unmatched"))),
    ]


def _money(totals: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what we count beside what the platform's columns add up to, in yuan."""
    explained = totals["net_fen"] + totals["freight_fen"] + totals["excluded_fen"]
    consumer = totals["consumer_paid_fen"]
    rows = (
        (_("成交"), totals["gross_fen"], totals["platform_gross_fen"]),
        (_("退款"), totals["refund_fen"], totals["platform_refund_fen"]),
        (_("商品净额"), totals["net_fen"], None),
        (_("运费净额"), totals["freight_fen"], None),
        (_("不计入净额"), totals["excluded_fen"], None),
        (_("合计"), explained, totals["platform_net_fen"]),
        (_("其中消费者实付"), consumer, None),
        (_("其中平台等补贴"), explained - consumer, None),
    )
    return [
        (label, yuan(ours), "" if theirs is None else yuan(theirs)) for label, ours, theirs in rows
    ]


def _foreseen(findings: dict[str, Any]) -> dict[str, Any]:
    """Return what only a preview knows."""
    outside, undated = findings["outside"], findings["undated_refunds"]
    states = dict(State.choices)
    return {
        "life_days": (findings["first_paid_on"], findings["last_paid_on"]),
        "life_outside": {
            **outside,
            "count": f"{outside['orders']:,}",
            "paid": yuan(outside["consumer_paid_fen"]),
        },
        "life_undated": {
            **undated,
            "count": f"{undated['orders']:,}",
            "refund": yuan(undated["refund_fen"]),
        },
        "life_doubts": [
            (FLAGS.get(code, code), f"{count:,}") for code, count in findings["doubts"].items()
        ],
        "life_titles": [
            {
                **row,
                "lines": f"{row['lines']:,}",
                "quantity": f"{row['quantity']:,}",
                "amount": yuan(row["amount_fen"]),
            }
            for row in findings["titles"]
        ],
        "life_titles_total": f"{findings['unmatched_titles']:,}",
        "life_seen": [
            {
                **seen,
                "state": states.get(seen["state"], seen["state"]),
                "page": reverse("admin:orders_orderimport_change", args=[seen["import"]]),
            }
            for seen in findings["seen_before"]
        ],
    }


def _issues(order_import: OrderImport) -> dict[str, Any]:
    """Return the rows that need a look, counted by reason, the first of them in full."""
    issues = ImportIssue.objects.filter(order_import=order_import)
    counted = issues.order_by().values("verdict", "code").annotate(rows=Count("pk"))
    verdicts = dict(ImportIssue.Verdict.choices)
    names = dict(order_import.parts.values_list("ordinal", "name"))
    shown = list(issues.order_by("part_ordinal", "row")[:ISSUES_SHOWN]) if counted else []
    return {
        "life_issue_counts": [
            {**one, "verdict": verdicts[one["verdict"]], "rows": f"{one['rows']:,}"}
            for one in counted.order_by("verdict", "-rows", "code")
        ],
        "life_issues": [(names.get(issue.part_ordinal, ""), issue) for issue in shown],
        "life_error_files": [
            (
                part.name,
                reverse(
                    "admin:orders_orderimport_errors", args=[part.order_import_id, part.ordinal]
                ),
            )
            for part in (parts_with_issues(order_import.pk) if shown else [])
        ],
        "life_issue_list": reverse("admin:orders_importissue_changelist")
        + f"?order_import__id__exact={order_import.pk}",
    }
