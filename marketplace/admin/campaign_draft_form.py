"""The form that draws up rules of a campaign: choosers and business days, no codes to type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from common import clock
from common.money import parse_yuan, yuan
from marketplace.models import CampaignDraft
from marketplace.rules import campaigns as rules
from marketplace.rules.campaigns import VersionRules
from marketplace.selectors.campaign_drafts import current_version_of_code, window_days
from marketplace.selectors.campaign_scopes import BUYER_KINDS
from marketplace.selectors.campaigns import draft_rules, version_rules
from marketplace.selectors.explanation_words import BUYER_KIND_WORDS
from orders.models import SalesPoint
from products.models import County, Product

# The field that asks for the codes of each kind of scope.
SCOPE_FIELDS = {
    "sales_points": rules.SALES_POINT,
    "channels": rules.CHANNEL_CLASS,
    "products": rules.PRODUCT,
    "counties": rules.COUNTY,
    "buyer_kinds": rules.BUYER_KIND,
}


def _chooser(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget(),
        help_text=_("不选为不限。"),
    )


class CampaignDraftForm(forms.ModelForm):
    """Asks for rules; `cleaned_data["stated"]` holds them."""

    base_number = forms.IntegerField(widget=forms.HiddenInput(), initial=0, required=False)
    first_day = forms.DateField(label=_("首日"), widget=UnfoldAdminDateWidget())
    last_day = forms.DateField(
        label=_("末日（含）"),
        widget=UnfoldAdminDateWidget(),
        help_text=_("按付款时间的北京时间自然日，首末两日都计入。"),
    )
    sales_points = _chooser(_("销售点"))
    channels = _chooser(_("渠道"))
    products = _chooser(_("产品"))
    counties = _chooser(_("县（市）"))
    buyer_kinds = _chooser(_("买家类型"))
    minimum_order = forms.CharField(
        label=_("订单最低金额（元）"),
        initial="0.00",
        max_length=20,
        widget=UnfoldAdminTextInputWidget(),
    )
    reason = forms.CharField(
        label=_("修订理由"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in _choices().items():
            # A code that is gone since the rules were made stays visible, and is refused.
            known = {code for code, _label in choices}
            kept = [(code, code) for code in self.initial.get(name, ()) if code not in known]
            self.fields[name].choices = [*choices, *kept]  # type: ignore[attr-defined]

    def clean_base_number(self) -> int:
        return self.cleaned_data["base_number"] or 0

    def clean_minimum_order(self) -> int:
        try:
            return parse_yuan(self.cleaned_data["minimum_order"].strip())
        except ValueError as error:
            raise forms.ValidationError(gettext("金额不可用，请填写如 50.00 的数字。")) from error

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if self.errors or first is None or last is None:
            return cleaned
        if not clock.is_plausible_period(first, last):
            raise forms.ValidationError(gettext("末日不能早于首日，年份须在 2000 至 2099 之间。"))
        starts_at, ends_at = clock.window_of_days(first, last)
        cleaned["stated"] = VersionRules(
            starts_at=starts_at,
            ends_at=ends_at,
            minimum_level=cleaned["minimum_level"],
            scopes={kind: cleaned[name] for name, kind in SCOPE_FIELDS.items() if cleaned[name]},
            priority=cleaned["priority"],
            lookback_days=cleaned["lookback_days"],
            is_certified_only=cleaned["is_certified_only"],
            minimum_order_fen=cleaned["minimum_order"],
        )
        return cleaned


def initial_of(query: QueryDict) -> dict[str, Any]:
    """Return what the form starts with: the rules of a campaign or of another draft."""
    number = query.get("draft", "")
    if number.isascii() and number.isdigit():
        draft = CampaignDraft.objects.filter(pk=int(number[:18])).first()
        if draft is not None:
            current = current_version_of_code(draft.campaign_code)
            return {
                **_initial(draft_rules(draft)),
                "campaign_code": draft.campaign_code,
                "name": draft.name,
                "base_number": current.number if current else 0,
                "reason": draft.reason,
            }
    version = current_version_of_code(query.get("campaign", "")[:60])
    if version is None:
        return {}
    return {
        **_initial(version_rules(version)),
        "campaign_code": version.campaign.code,
        "name": version.campaign.name,
        "base_number": version.number,
    }


def _initial(stated: VersionRules) -> dict[str, Any]:
    first, last = window_days(stated)
    return {
        "first_day": first,
        "last_day": last,
        "minimum_level": stated.minimum_level,
        "priority": stated.priority,
        "lookback_days": stated.lookback_days,
        "is_certified_only": stated.is_certified_only,
        "minimum_order": yuan(stated.minimum_order_fen).replace(",", ""),
        **{name: list(stated.scopes.get(kind, ())) for name, kind in SCOPE_FIELDS.items()},
    }


def _choices() -> dict[str, list[tuple[str, Any]]]:
    def named(rows: Any) -> list[tuple[str, Any]]:
        return [(code, f"{name}（{code}）") for code, name in rows.values_list("code", "name")]

    return {
        "sales_points": named(SalesPoint.objects.order_by("name", "code")),
        "channels": list(SalesPoint.ChannelClass.choices),
        "products": named(Product.objects.order_by("name", "code")),
        "counties": named(County.objects.order_by("code")),
        "buyer_kinds": [(code, gettext(BUYER_KIND_WORDS[code])) for code in sorted(BUYER_KINDS)],
    }
