"""Look at jobs; let them run again or cancel them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin.scoping import ReadOnlyAdmin, Scope, standing
from common.errors import DomainError
from operations.models import Job, JobState
from operations.services.jobs import cancel, retry


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    scope = Scope.central()
    list_display = (
        "id",
        "kind",
        "shown_state",
        "shown_progress",
        "note",
        "attempts",
        "error_code",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", "kind")
    search_fields = ("kind", "group", "error_code", "error_message")
    date_hierarchy = "created_at"
    actions = ("retry_jobs", "cancel_jobs")

    @display(  # type: ignore[untyped-decorator]
        description=_("状态"),
        ordering="state",
        label={
            JobState.DONE: "success",
            JobState.FAILED: "danger",
            JobState.RUNNING: "info",
            JobState.CANCELLED: "warning",
        },
    )
    def shown_state(self, job: Job) -> tuple[str, str]:
        """Show the state as a coloured label."""
        return job.state, str(JobState(job.state).label)

    @admin.display(description=_("进度"))
    def shown_progress(self, job: Job) -> str:
        """Show done, total and percentage where the total is known."""
        if not job.progress_total:
            return f"{job.progress_done:,}"
        percent = 100 * job.progress_done // job.progress_total
        return f"{job.progress_done:,} / {job.progress_total:,} ({percent}%)"

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Only superusers and the prefecture steer jobs by hand."""
        who = standing(request)
        return who.superuser or any(
            held.role == "prefecture" and held.duty != "read" for held in who.held
        )

    @admin.action(description=_("重试所选任务"), permissions=["steer"])
    def retry_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Let failed or cancelled jobs wait for work again; the sweeper rings for them."""
        self._each(request, queryset, lambda job: retry(job.pk))

    @admin.action(description=_("取消所选任务"), permissions=["steer"])
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Cancel waiting or running jobs."""
        self._each(request, queryset, lambda job: cancel(job.pk))

    def _each(self, request: HttpRequest, jobs: QuerySet[Job], act: Callable[[Job], Any]) -> None:
        """Do one thing to every chosen job; report refusals one by one."""
        changed = 0
        for job in jobs:
            try:
                act(job)
                changed += 1
            except DomainError as refusal:
                self.message_user(request, f"#{job.pk}: {refusal.message}", messages.ERROR)
        if changed:
            text = gettext("已处理 %(count)s 个任务。") % {"count": changed}
            self.message_user(request, text, messages.SUCCESS)
