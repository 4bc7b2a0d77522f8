"""Runs of attribution on screen: ask for one, follow it, try again what failed."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.columns import person
from accounts.admin.scoping import ReadOnlyAdmin, Scope, standing
from accounts.models import User
from common.errors import DomainError
from marketplace.admin.run_pages import COLOURS, life_of, progress_of
from marketplace.errors import RunInProgress
from marketplace.models import AttributionRun, Campaign
from marketplace.selectors.attribution import can_be_retried, open_partitions
from marketplace.services.attribution import ask_run, join_open_run, reopen_run
from operations.admin.steps import Step, SteppedAdmin, page_of
from operations.tasks import ring
from orders.models import ChangedOrder, Order
from products.admin.columns import shown

Kind = AttributionRun.Kind
Status = AttributionRun.Status
# Who may ask for a run: the offices and analysts that work on campaigns.
ASKING_ROLES = frozenset({"prefecture", "city", "analyst"})
RETRY = Step("retry", _("重试失败的批"), _("已重新开始失败的批。"))
ASKED_BY = person("requested_by", _("操作人"))
# What a kind of run does, as its page of confirmation says.
KIND_WORDS = {
    Kind.CHANGED: _("只计算有变化的订单，通常几秒钟。"),
    Kind.FULL: _("重新计算台账里的每一个订单。结果与只算变化相同，用于核对，订单多时要几分钟。"),
    Kind.CAMPAIGN: _("重新计算一个活动涉及的全部订单。"),
}
KIND_BUTTONS = {Kind.CHANGED: _("只算变化"), Kind.FULL: _("全量"), Kind.CAMPAIGN: _("单个活动")}


class RunForm(forms.Form):
    """Asks for the campaign, where the run is of one."""

    campaign = forms.ChoiceField(label=_("活动"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != Kind.CAMPAIGN:
            del self.fields["campaign"]
            return
        published = Campaign.objects.filter(versions__isnull=False).distinct().order_by("code")
        cast(forms.ChoiceField, self.fields["campaign"]).choices = [
            (one.code, f"{one.name}（{one.code}）") for one in published
        ]


@admin.register(AttributionRun)
class AttributionRunAdmin(SteppedAdmin, ReadOnlyAdmin):
    scope = Scope.public()
    steps = (RETRY,)
    list_before_template = "marketplace/run_buttons.html"
    change_form_before_template = "marketplace/run_life.html"
    list_display = (
        *("id", "kind", "campaign_code", "shown_state", ASKED_BY, "started_at", "finished_at"),
        *("orders", "candidates", "entries_written", "digest"),
    )
    list_filter = ("status", "kind", "started_at", "requested_by")
    search_fields = ("=id", "=campaign_code", "=digest")
    search_help_text = _("按编号、活动编码或校验码查找")
    list_select_related = ("requested_by",)
    fields = readonly_fields = shown(
        *("kind", "campaign_code", ASKED_BY, "started_at", "finished_at", "orders", "candidates"),
        *("entries_written", "digest", "rules_hash", "engine_version", "watermark"),
    )

    class Media:
        js: ClassVar[tuple[str, ...]] = ("marketplace/run.js",)

    @display(description=_("状态"), ordering="status", label=COLOURS)  # type: ignore[untyped-decorator]
    def shown_state(self, run: AttributionRun) -> tuple[str, str]:
        return run.status, str(run.get_status_display())

    def may_ask(self, request: HttpRequest) -> bool:
        """Say whether the user may start work for every worker."""
        return standing(request).may_as(ASKING_ROLES, self.opts.app_label)

    def may_take(self, request: HttpRequest, _row: Any, _step: Step) -> bool:
        return self.may_ask(request)

    def offers(self, request: HttpRequest, row: AttributionRun, _step: Step) -> bool:
        return row.status == Status.FAILED and can_be_retried(row) and self.may_ask(request)

    def take(
        self, request: HttpRequest, row: AttributionRun, _step: Step, _values: dict[str, Any]
    ) -> HttpResponse | None:
        self._ring(reopen_run(row, cast(User, request.user)))
        return None

    def page_parts(self, _request: HttpRequest, row: AttributionRun) -> dict[str, Any]:
        return life_of(row)

    def get_urls(self) -> list[Any]:
        def named(view: Any, name: str) -> dict[str, Any]:
            name = f"marketplace_attributionrun_{name}"
            return {"view": self.admin_site.admin_view(view), "name": name}

        return [
            path("ask/<slug:kind>/", **named(self.ask_view, "ask")),
            path("<int:pk>/progress/", **named(self.progress_view, "progress")),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Add the buttons that ask for a run."""
        buttons = []
        if self.may_ask(request):
            name = "admin:marketplace_attributionrun_ask"
            buttons = [(label, reverse(name, args=[kind])) for kind, label in KIND_BUTTONS.items()]
        return super().changelist_view(request, {**(extra_context or {}), "run_buttons": buttons})

    def progress_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Say how far a run is; asked every second while a page waits."""
        run = self.get_object(request, str(pk))
        if run is None:
            raise Http404
        return JsonResponse(progress_of(run))

    def ask_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Say what a run would do and, once confirmed, open it or join the one that is open."""
        if kind not in Kind.values:
            raise Http404
        if not self.may_ask(request):
            raise PermissionDenied
        form = RunForm(request.POST if request.method == "POST" else None, kind=kind)
        if request.method == "POST" and form.is_valid():
            try:
                return self._asked(request, kind, form.cleaned_data.get("campaign", ""))
            except DomainError as refusal:
                form.add_error(None, refusal.message)
        return TemplateResponse(
            request,
            "marketplace/run_ask.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("计算归因：%(kind)s") % {"kind": KIND_BUTTONS[Kind(kind)]},
                "list_page": reverse("admin:marketplace_attributionrun_changelist"),
                "what": KIND_WORDS[Kind(kind)],
                "changed": ChangedOrder.objects.values("order_id").distinct().count(),
                "all_orders": Order.objects.count(),
                "open_run": AttributionRun.objects.filter(status=Status.OPEN).first(),
                "form": form,
                "media": self.media + form.media,
            },
        )

    def _asked(self, request: HttpRequest, kind: str, campaign_code: str) -> HttpResponse:
        """Open a run, or join the open one, and show its page."""
        actor = cast(User, request.user)
        try:
            run = ask_run(kind=kind, campaign_code=campaign_code, actor=actor)
        except RunInProgress:
            joined = join_open_run()
            if joined is not None:
                self._ring(joined)
                text = gettext("已有计算 #%(run)s 正在进行，没有另开一个。请等它结束。")
                self.message_user(request, text % {"run": joined.pk}, messages.WARNING)
                return redirect(page_of(joined))
            run = ask_run(kind=kind, campaign_code=campaign_code, actor=actor)
        self._ring(run)
        self.message_user(request, gettext("已开始计算。"), messages.SUCCESS)
        return redirect(page_of(run))

    def _ring(self, run: AttributionRun) -> None:
        for job in open_partitions(run.pk):
            ring(job)
