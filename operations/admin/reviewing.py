"""What one person prepares and another checks, on screen (经办与审核).

    @admin.register(ExclusionDecision)
    class ExclusionAdmin(ReviewedAdmin):
        scope = Scope.by(sales_point="order__sales_point__code")
        writable_by = checked_by_roles = OFFICES
        asked = ("order", "line_key", "reason", "evidence")

Nothing here writes a row: the subclass's services do. Source:
docs/decisions/0012-maker-and-checker.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.columns import person
from accounts.admin.scoping import Scope, standing
from accounts.models import User
from common.errors import DomainError
from operations.admin.steps import StatedByService, Step, SteppedAdmin, refusal_text
from operations.models import Reviewed, ReviewState
from operations.services import reviewing

# What every list of reviewed rows ends with.
REVIEW_COLUMNS = ("shown_state", "made_by", "checked_by")
STATE_COLOURS = {
    ReviewState.DRAFT: "info",
    ReviewState.SUBMITTED: "warning",
    ReviewState.APPROVED: "success",
    ReviewState.RETURNED: "danger",
    ReviewState.REVOKING: "warning",
    ReviewState.REVOKED: "danger",
}


def _person(field: str) -> Callable[[Any], str]:
    labels = {one.name: one.verbose_name for one in Reviewed._meta.fields}
    return person(field, labels[field])


REVIEW_FIELDS: tuple[Any, ...] = (
    *("state", _person("made_by"), "made_at", _person("checked_by"), "checked_at"),
    *("return_reason", _person("revoked_by"), "revoked_at", "revoke_reason"),
    *(_person("revocation_checked_by"), "revocation_checked_at"),
)


@dataclass(frozen=True, slots=True)
class ReviewStep(Step):
    """A step of the review: the states that allow it, and whether it is a check.

    `maker` is the field of the person who may not take it, '' where anybody may.
    """

    states: tuple[str, ...] = ()
    is_check: bool = False
    maker: str = ""


class WhyForm(forms.Form):
    """Asks why."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "maxlength": 300}),
    )


SUBMIT = ReviewStep(
    *("submit", _("提交审核"), _("已提交审核。")),
    states=(ReviewState.DRAFT, ReviewState.RETURNED),
)
APPROVE = ReviewStep(
    *("approve", _("审核通过"), _("已审核通过。")),
    states=(ReviewState.SUBMITTED,),
    is_check=True,
    maker="made_by_id",
)
GIVE_BACK = ReviewStep(
    *("return", _("退回"), _("已退回经办人。"), WhyForm, "default"),
    states=(ReviewState.SUBMITTED,),
    is_check=True,
    maker="made_by_id",
)
ASK_REVOCATION = ReviewStep(
    *("ask-revocation", _("申请撤销"), _("已申请撤销，审核之前仍然有效。"), WhyForm, "default"),
    states=(ReviewState.APPROVED,),
)
CONFIRM_REVOCATION = ReviewStep(
    *("confirm-revocation", _("确认撤销"), _("已撤销。"), None, "danger"),
    states=(ReviewState.REVOKING,),
    is_check=True,
    maker="revoked_by_id",
)
KEEP = ReviewStep(
    *("keep", _("驳回撤销"), _("已驳回撤销申请，继续有效。"), None, "default"),
    states=(ReviewState.REVOKING,),
    is_check=True,
    maker="revoked_by_id",
)
ONCE: tuple[Step, ...] = (SUBMIT, APPROVE, GIVE_BACK)


class ReviewedAdmin(StatedByService, SteppedAdmin):
    """Add through the subclass's `state`, then only the steps of the review.

    `page` lists what the row's page shows above the review. Who prepares or checks a row must
    reach it by `scope` and by each of `also_in`. A subclass whose effect cannot
    be taken back sets `steps = ONCE`. `bulk` names the steps that a list takes for many rows
    at once.
    """

    is_abstract_base = True
    change_form_before_template = "operations/handed_in.html"
    steps: tuple[Step, ...] = (*ONCE, ASK_REVOCATION, CONFIRM_REVOCATION, KEEP)
    # Roles that may check, with the duty `approve`.
    checked_by_roles: ClassVar[frozenset[str]] = frozenset()
    also_in: tuple[Scope, ...] = ()
    page: tuple[Any, ...] = ()
    bulk: tuple[str, ...] = ("submit", "approve")
    list_select_related: tuple[str, ...] = ()
    actions = ("submit_rows", "approve_rows")

    # The service of each step, where a model adds its own effect.
    def submit(self, row: Any, actor: User) -> Any:
        return reviewing.submit(row, actor)

    def approve(self, row: Any, actor: User) -> Any:
        return reviewing.approve(row, actor)

    def revoke(self, row: Any, actor: User) -> Any:
        return reviewing.confirm_revocation(row, actor)

    def after(self, row: Any, step: Step) -> None:
        """Do what follows a step that went through, such as ringing for its job."""

    def get_list_select_related(self, _request: HttpRequest) -> Any:
        return (*self.list_select_related, "made_by", "checked_by")

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return ["state", *super().get_list_filter(request)]

    def get_fieldsets(self, _request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": list(self.asked)})]
        return [
            (None, {"fields": list(self.page)}),
            (_("经办与审核"), {"fields": list(REVIEW_FIELDS)}),
        ]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else (*self.page, *REVIEW_FIELDS)

    @display(description=_("审核状态"), ordering="state", label=STATE_COLOURS)  # type: ignore[untyped-decorator]
    def shown_state(self, row: Reviewed) -> tuple[str, str]:
        return row.state, str(ReviewState(row.state).label)

    def rows_to(self, request: HttpRequest, *, check: bool) -> QuerySet[Any]:
        """Return the rows that the user may prepare, or check, by roles and their reach."""
        area, who = self.opts.app_label, standing(request)
        kept = (
            who.checking(self.checked_by_roles) if check else who.preparing(self.writable_by, area)
        )
        rows = self.get_queryset(request)
        if not (kept.superuser or kept.held):
            return rows.none()
        for scope in (self.scope, *self.also_in):
            rows = scope.filter(rows, kept.reach(area), request.user)
        return rows

    def is_own(self, request: HttpRequest, row: Any) -> bool:
        return self.rows_to(request, check=False).filter(pk=row.pk).exists()

    def has_prepare_permission(self, request: HttpRequest) -> bool:
        return "submit" in self.bulk and standing(request).may_as(
            self.writable_by, self.opts.app_label
        )

    def has_check_permission(self, request: HttpRequest) -> bool:
        return "approve" in self.bulk and standing(request).may_approve(self.checked_by_roles)

    def may_take(self, request: HttpRequest, row: Any, step: Step) -> bool:
        review = cast(ReviewStep, step)
        return self.rows_to(request, check=review.is_check).filter(pk=row.pk).exists()

    def offers(self, request: HttpRequest, row: Any, step: Step) -> bool:
        """Show a step in the states that allow it, and a check never to the maker."""
        review = cast(ReviewStep, step)
        is_maker = bool(review.maker) and getattr(row, review.maker) == request.user.pk
        return row.state in review.states and not is_maker and self.may_take(request, row, step)

    def page_parts(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        colour, label = STATE_COLOURS[ReviewState(row.state)], ReviewState(row.state).label
        waits = ""
        for step in cast(tuple[ReviewStep, ...], self.steps):
            if step.maker and row.state in step.states:
                is_maker = getattr(row, step.maker) == request.user.pk
                waits = gettext("由您经办，须由另一人审核。") if is_maker else ""
        return {"review_state": label, "review_colour": colour, "review_hint": waits}

    def take(
        self, request: HttpRequest, row: Any, step: Step, values: dict[str, Any]
    ) -> HttpResponse | None:
        self._move(row, cast(User, request.user), step, values)
        return None

    @admin.action(description=_("提交所选记录审核"), permissions=["prepare"])
    def submit_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(request, queryset, SUBMIT)

    @admin.action(description=_("审核通过所选记录"), permissions=["check"])
    def approve_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(request, queryset, APPROVE)

    def _each(self, request: HttpRequest, rows: QuerySet[Any], step: ReviewStep) -> None:
        """Take one step for every chosen row; report refusals one by one."""
        taken, chosen = 0, list(rows)
        mine = self.rows_to(request, check=step.is_check).filter(pk__in=[row.pk for row in chosen])
        reach = set(mine.values_list("pk", flat=True))
        for row in chosen:
            try:
                if row.pk not in reach:
                    self.message_user(
                        request, gettext("%(row)s：不在您的范围内。") % {"row": row}, messages.ERROR
                    )
                    continue
                self._move(row, cast(User, request.user), step, {})
                taken += 1
            except (DomainError, IntegrityError) as error:
                self.message_user(request, f"{row}：{refusal_text(error)}", messages.ERROR)
        if taken:
            text = gettext("%(step)s：%(count)s 条。") % {"step": step.label, "count": taken}
            self.message_user(request, text, messages.SUCCESS)

    def _move(self, row: Any, actor: User, step: Step, values: dict[str, Any]) -> None:
        """Call the one service of a step."""
        acts: dict[str, Any] = {
            SUBMIT.name: lambda: self.submit(row, actor),
            APPROVE.name: lambda: self.approve(row, actor),
            GIVE_BACK.name: lambda: reviewing.give_back(row, actor, values["reason"]),
            ASK_REVOCATION.name: lambda: reviewing.ask_revocation(row, actor, values["reason"]),
            CONFIRM_REVOCATION.name: lambda: self.revoke(row, actor),
            KEEP.name: lambda: reviewing.keep_in_force(row, actor),
        }
        self.after(acts[step.name](), step)
