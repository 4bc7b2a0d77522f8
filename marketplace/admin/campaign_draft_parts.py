"""What the page of a draft shows: what it changes in the rules, and what that would move."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.money import yuan
from marketplace.models import Campaign, CampaignDraft
from marketplace.rules import printing
from marketplace.rules.campaign_report import MODEL_COLUMNS, RULE_COLUMNS
from marketplace.selectors.campaign_drafts import changes_of
from marketplace.selectors.reports.definitions import model_names
from marketplace.selectors.reports.names import read_names
from marketplace.services.attribution.previewing import is_preview_current
from operations.models import Job, JobState

_LIVE = (JobState.PENDING, JobState.RUNNING)


def preview_parts(draft: CampaignDraft, *, is_analyst: bool) -> dict[str, Any]:
    """Return the parts of the page, for its template; the models of a path are for analysts."""
    parts: dict[str, Any] = {
        "draft_changes": changes_of(draft),
        "draft_progress": progress_of_preview(draft),
        "draft_progress_address": reverse(
            "admin:marketplace_campaigndraft_progress", args=[draft.pk]
        ),
        "draft_preview": None,
    }
    if draft.preview:
        parts["draft_preview"] = _preview(draft, is_analyst=is_analyst)
    return parts


def progress_of_preview(draft: CampaignDraft) -> dict[str, Any]:
    """Return how far the preview is that was asked for last."""
    job: Job | None = draft.preview_job
    if job is None:
        return {"is_live": False, "percent": 0, "text": ""}
    text = _("正在试算：%(done)s / %(total)s 批")
    if job.state == JobState.PENDING:
        text = _("等待后台进程")
    elif job.state in (JobState.FAILED, JobState.CANCELLED):
        text = _("试算没有完成：%(message)s")
    total = job.progress_total
    return {
        "is_live": job.state in _LIVE,
        "is_failed": job.state in (JobState.FAILED, JobState.CANCELLED),
        "percent": 100 * job.progress_done // total if total else 0,
        "text": text
        % {
            "done": printing.count(job.progress_done),
            "total": printing.count(total),
            "message": job.error_message or job.error_code,
        },
    }


def _preview(draft: CampaignDraft, *, is_analyst: bool) -> dict[str, Any]:
    found, names = draft.preview, read_names()
    campaigns: dict[str, str] = dict(Campaign.objects.values_list("code", "name"))
    campaigns |= {draft.campaign_code: draft.name, "": _("未归属任何活动")}
    models = {MODEL_COLUMNS[model]: name for model, name in model_names().items()}
    orders = found["orders"]
    return {
        "at": draft.previewed_at,
        "run": found["basis"]["run"],
        "is_current": is_preview_current(draft),
        "would": _("将归属 %(orders)s 笔订单，净额 %(net)s 元；改变 %(changed)s 笔订单的归因。")
        % {
            "orders": printing.count(orders["after"]),
            "net": yuan(found["sums"]["direct"]["after"]),
            "changed": printing.count(found["orders_changed"]),
        },
        "sums": [
            _row(str(models[name]), each["before"], each["after"])
            for name, each in found["sums"].items()
            if is_analyst or name in RULE_COLUMNS.values()
        ],
        "orders": tuple(
            printing.count(n)
            for n in (orders["before"], orders["after"], orders["after"] - orders["before"])
        ),
        "tables": [
            (
                title,
                [_row(str(name(row["code"])), row["before_fen"], row["after_fen"]) for row in rows],
            )
            for title, rows, name in (
                (_("各活动的变动"), found["campaigns"], lambda code: campaigns.get(code, code)),
                (_("按销售点"), found["sales_points"], names.sales_point),
                (_("按产地"), found["counties"], names.county),
            )
        ],
        "lines": [
            (
                row["order_number"],
                names.sales_point(row["sales_point"]),
                campaigns.get(row["from"], row["from"]),
                campaigns.get(row["to"], row["to"]),
                yuan(row["moved_fen"]),
            )
            for row in found["lines"]
        ],
    }


def _row(name: str, before: int, after: int) -> tuple[str, str, str, str]:
    return name, yuan(before), yuan(after), yuan(after - before)
