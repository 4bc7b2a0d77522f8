"""Pages whose rows are added by a service and moved by named steps, each a POST.

A step is a button on the row's page. One with a form has a small page of its own first. A
refusal (DomainError) is shown in its own words: on the form that asked, or as a message.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy

from accounts.admin.constraints import meaning_in
from accounts.admin.scoping import ScopedModelAdmin
from accounts.models import User
from common.errors import DomainError
from operations.errors import OutOfReach

logger = logging.getLogger(__name__)

_REFUSAL = "_refusal_of_a_service"


@dataclass(frozen=True, slots=True)
class Step:
    """One act on a row. `form` None: the button posts at once. `done` is said afterwards."""

    name: str
    label: Any
    done: Any
    form: type[forms.Form] | None = None
    variant: str = "primary"


class StatedByService(ScopedModelAdmin):
    """Rows are added through a service, and a saved row is only looked at."""

    is_abstract_base = True
    # What the add form asks for, in order; `add_form` reads it.
    asked: tuple[str, ...] = ()
    add_form: type[forms.ModelForm] = forms.ModelForm

    def stated(self, _request: HttpRequest, form: forms.ModelForm) -> dict[str, Any]:
        """Return what the service is given: the values of a valid form."""
        return dict(form.cleaned_data)

    def state(self, actor: User, values: dict[str, Any]) -> models.Model:
        """Call the service that writes a new row and return the row."""
        raise NotImplementedError

    def is_own(self, request: HttpRequest, row: Any) -> bool:
        """Say whether a new row lies where the user may write."""
        raise NotImplementedError

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.asked if obj is None else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else super().get_readonly_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Ask with `add_form`; after a refusal, the same form says why."""
        if obj is not None:
            return super().get_form(request, obj, **kwargs)
        form: Any = super().get_form(request, obj, **{"form": self.add_form, **kwargs})
        refused = getattr(request, _REFUSAL, None)

        class Asking(form):
            """Leaves it to the service and to the database what may be stored."""

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                # Cleaning a form asks its instance, too.
                self.instance.validate_constraints = lambda **_: None

            def clean(self) -> Any:
                cleaned = super().clean()
                if refused:
                    raise ValidationError(refused)
                return cleaned

            def validate_unique(self) -> None:
                return

        return Asking

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Let nobody state the first choice by leaving the field alone."""
        blank = [("", gettext_lazy("请选择"))]
        choices = db_field.get_choices(include_blank=not db_field.has_default(), blank_choice=blank)
        kwargs.setdefault("choices", choices)
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show a refusal on the form, with what was typed."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except (DomainError, IntegrityError) as error:
            setattr(request, _REFUSAL, refusal_text(error))
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, _change: bool) -> None:
        """Write through the service; a row outside the user's reach is rolled back."""
        row = self.state(cast(User, request.user), self.stated(request, form))
        self.refuse_foreign(request, row)
        obj.__dict__.update(row.__dict__)

    def refuse_foreign(self, request: HttpRequest, row: Any) -> None:
        """Raise OutOfReach, for the caller to roll back, where a new row is not the user's."""
        if not self.is_own(request, row):
            raise OutOfReach(gettext("所填内容不在您的范围内，不能由您登记。"))

    def response_post_save_add(self, _request: HttpRequest, obj: Any) -> HttpResponse:
        """Show the new row with its state and next steps."""
        return redirect(page_of(obj))


class SteppedAdmin(ScopedModelAdmin):
    """Rows that named steps move; a subclass says who may take which, and what each does."""

    is_abstract_base = True
    steps: tuple[Step, ...] = ()
    change_form_outer_before_template = "operations/steps.html"

    def may_take(self, request: HttpRequest, row: Any, step: Step) -> bool:
        """Say whether the user may take this step on this row, whatever its state."""
        raise NotImplementedError

    def offers(self, request: HttpRequest, row: Any, step: Step) -> bool:
        """Say whether the row's page shows the step now."""
        return self.may_take(request, row, step)

    def take(
        self, request: HttpRequest, row: Any, step: Step, values: dict[str, Any]
    ) -> HttpResponse | None:
        """Call the service of a step. An answer takes the place of the row's page."""
        raise NotImplementedError

    def step_form(self, _row: Any, step: Step, data: Any = None) -> forms.Form:
        """Return the form of a step that has one."""
        assert step.form is not None
        return step.form(data)

    def page_parts(self, _request: HttpRequest, _row: Any) -> dict[str, Any]:
        """Return what else the top of the row's page shows."""
        return {}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.step_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        return [path("<path:object_id>/step/<slug:name>/", view, name=name), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add the steps that this user may take now."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        extra: dict[str, Any] = {}
        if row is not None:
            offered = [step for step in self.steps if self.offers(request, row, step)]
            extra = {
                "review_steps": [(step, self.step_url(row, step)) for step in offered],
                **self.page_parts(request, row),
            }
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **extra}
        )

    def step_url(self, row: Any, step: Step) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_step"
        return reverse(name, args=[row.pk, step.name])

    def step_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Take a step (POST), or ask for what it needs (GET, only where it has a form)."""
        step = next((one for one in self.steps if one.name == name), None)
        row = self.get_object(request, unquote(object_id))
        if step is None or row is None:
            raise Http404
        if not self.may_take(request, row, step):
            raise PermissionDenied
        form, posted = None, request.method == "POST"
        if step.form is not None:
            form = self.step_form(row, step, request.POST if posted else None)
        elif not posted:
            return HttpResponseNotAllowed(["POST"])
        if posted and (form is None or form.is_valid()):
            try:
                answer = self.take(request, row, step, form.cleaned_data if form else {})
            except (DomainError, IntegrityError) as error:
                self.message_user(request, refusal_text(error), messages.ERROR)
            else:
                if answer is None:
                    self.message_user(request, str(step.done), messages.SUCCESS)
                return answer or redirect(page_of(row))
        return redirect(page_of(row)) if form is None else self._form_page(request, row, step, form)

    def _form_page(
        self, request: HttpRequest, row: Any, step: Step, form: forms.Form
    ) -> TemplateResponse:
        """Show what a step asks for, with what was typed."""
        return TemplateResponse(
            request,
            "operations/step.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": step.label,
                "subtitle": str(row),
                "object": row,
                "row_page": page_of(row),
                "step": step,
                "form": form,
                "media": self.media + form.media,
            },
        )


def refusal_text(error: DomainError | IntegrityError) -> str:
    """Return the sentence that a user reads; the database's own words go to the log."""
    if isinstance(error, DomainError):
        return error.message
    logger.warning("a row was refused by the database: %s", error)
    if meaning := meaning_in(error):
        return meaning
    return gettext("内容不完整，或者与已有的记录冲突，未保存。请核对后再提交。")


def page_of(row: Any) -> str:
    """Return the address of a row's page."""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
