"""Admin of pairings: entered once, then changed, ended or corrected; never edited in place."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.columns import person
from accounts.admin.scoping import Scope, standing
from accounts.models import User
from marketplace.admin.places import HELPING_OFFICES
from marketplace.models import District, Pairing
from marketplace.services.pairings import (
    change_pairing,
    correct_pairing,
    end_pairing,
    start_pairing,
)
from operations.admin.steps import StatedByService, Step, SteppedAdmin, page_of
from products.admin.columns import in_words, shown
from products.admin.form_fields import PRECISIONS, precision_field
from products.models import County

PRECISION = in_words("precision", _("日期精度"), PRECISIONS)


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=UnfoldAdminSingleDateWidget())


def _text(label: Any, most: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, widget=UnfoldAdminTextInputWidget()
    )


def _district() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("区、县（市）"), queryset=District.objects.all(), widget=UnfoldAdminSelectWidget()
    )


def _county() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("县（市）"), queryset=County.objects.all(), widget=UnfoldAdminSelectWidget()
    )


class ChangeForm(forms.Form):
    """From which day on, with whom, by which document."""

    from_day = _day(_("变更生效日"))
    district = _district()
    county = _county()
    document = _text(_("文号"), 120)
    source = _text(_("来源"), 300)


class EndForm(forms.Form):
    """Until which day, by which document."""

    last_day = _day(_("最后一天"))
    document = _text(_("文号"), 120)


class CorrectForm(forms.Form):
    """What the entry should have said, and why it was wrong."""

    district = _district()
    county = _county()
    valid_from = _day(_("起"))
    valid_to = _day(_("止"), required=False)
    precision = precision_field()
    document = _text(_("文号"), 120, required=False)
    evidence = _text(_("依据原文"), 300, required=False)
    source = _text(_("来源"), 300)
    reason = forms.CharField(
        label=_("更正原因"),
        max_length=300,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "maxlength": 300}),
    )


class PairingForm(forms.ModelForm):
    """Asks for a new pairing."""

    precision = precision_field()


CHANGE = Step("change", _("变更结对"), _("已变更结对。"), ChangeForm)
END = Step("end", _("结束结对"), _("已登记结束日。"), EndForm, "default")
CORRECT = Step("correct", _("更正登记"), _("已更正登记，原登记已作废。"), CorrectForm, "default")


@admin.register(Pairing)
class PairingAdmin(StatedByService, SteppedAdmin):
    """A district acts on its own pairings; who reaches everything acts on all."""

    scope = Scope.public()
    writable_by = HELPING_OFFICES
    add_form = PairingForm
    asked = (
        *("district", "county", "valid_from", "valid_to", "precision"),
        *("document", "evidence", "source"),
    )
    steps = (CHANGE, END, CORRECT)
    fields = readonly_fields = shown(
        *("district", "county", "valid_from", "valid_to", PRECISION),
        *(
            "document",
            "evidence",
            "source",
            "recorded_at",
            "replaces",
            "voided_at",
            person("voided_by", _("作废人")),
            "void_reason",
        ),
    )
    list_display = (
        *("district", "county", "valid_from", "valid_to", PRECISION, "document"),
        "voided_at",
    )
    list_filter = ("district", "county", ("voided_at", admin.EmptyFieldListFilter))
    list_select_related = ("district", "county")
    search_fields = ("district__name", "county__name", "document")
    autocomplete_fields = ("district", "county")

    def is_own(self, request: HttpRequest, row: Any) -> bool:
        """Say whether the pairing is of a district that the user holds a writing role for."""
        kept = standing(request).preparing(self.writable_by, self.opts.app_label)
        reach = kept.reach()
        return reach.everything or row.district_id in reach.districts

    def state(self, actor: User, values: dict[str, Any]) -> Pairing:
        return start_pairing(**values, actor=actor)

    def may_take(self, request: HttpRequest, row: Pairing, _step: Step) -> bool:
        return self.is_own(request, row)

    def offers(self, request: HttpRequest, row: Pairing, step: Step) -> bool:
        return row.voided_at is None and self.may_take(request, row, step)

    def step_form(self, row: Pairing, step: Step, data: Any = None) -> forms.Form:
        """Begin with what the entry says now."""
        names = [*self.asked] if step is CORRECT else ["district", "county"]
        initial = {name: getattr(row, name) for name in names}
        assert step.form is not None
        return step.form(data, initial=initial)

    def page_parts(self, _request: HttpRequest, row: Pairing) -> dict[str, Any]:
        """Say on a voided entry where the right one is."""
        if row.voided_at is None:
            return {}
        right = row.replaced_by.first()
        hint = format_html(
            '{}<a class="underline" href="{}">{}</a>', _("已由此登记取代："), page_of(right), right
        ) if right is not None else ""  # fmt: skip
        return {"review_state": _("已作废"), "review_colour": "danger", "review_hint": hint}

    def take(
        self, request: HttpRequest, row: Pairing, step: Step, values: dict[str, Any]
    ) -> HttpResponse:
        """Call the service, and show the entry that holds now."""
        actor = cast(User, request.user)
        acts: dict[str, Any] = {
            CHANGE.name: change_pairing,
            END.name: end_pairing,
            CORRECT.name: correct_pairing,
        }
        with transaction.atomic():
            now = acts[step.name](row, **values, actor=actor)
            self.refuse_foreign(request, now)
        self.message_user(request, str(step.done), messages.SUCCESS)
        return redirect(page_of(now))
