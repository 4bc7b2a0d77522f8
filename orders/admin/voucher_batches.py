"""Admin of voucher batches and of the vouchers that shoppers hold."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedModelAdmin
from orders.models import Voucher, VoucherBatch
from products.admin.columns import in_yuan
from products.admin.form_fields import AsksYuan

_BUDGET = in_yuan("budget_fen", _("预算（元）"))
_COMMITTED = in_yuan("committed_fen", _("已占用预算（元）"))
_DISCOUNT = in_yuan("discount_fen", _("抵扣（元）"))
# What may still change once somebody has claimed: the brake, more money, more claims, the name.
_ALWAYS_OPEN = frozenset({"name", "is_paused", "budget_fen", "most_claims", "claim_to", "source"})


@admin.register(VoucherBatch)
class VoucherBatchAdmin(AsksYuan, ScopedModelAdmin):
    scope = Scope.public()
    writable_by = frozenset({"prefecture", "city"})
    yuan_labels = {
        "face_fen": _("面额（元）"),
        "cap_fen": _("最高抵扣（元）"),
        "threshold_fen": _("使用门槛（元）"),
        "budget_fen": _("预算（元）"),
    }
    fields = (
        *("code", "name", "pack_code", "campaign_code", "face_fen", "off_bp", "cap_fen"),
        *("threshold_fen", "pieces_per_claim", "most_claims", "claims", "budget_fen"),
        *("committed_fen", "per_person", "per_person_days", "uses_per_day", "claim_from"),
        *("claim_to", "valid_days", "valid_to", "product_codes", "county_codes"),
        *("funder_shares", "is_paused", "source"),
    )
    list_display = ("code", "name", "claims", "most_claims", _COMMITTED, _BUDGET, "is_paused")
    list_filter = ("is_paused",)
    search_fields = ("code", "name", "pack_code", "campaign_code")
    date_hierarchy = "claim_from"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG002
        """Fill nothing in from the address: a moment there is a text, and no moment."""
        return {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        """Keep the promise: terms are fixed once somebody has claimed."""
        counted = ("claims", "committed_fen")
        if obj is None or not obj.claims:
            return counted if obj is None else ("code", *counted)
        return tuple(name for name in self.fields if name not in _ALWAYS_OPEN)


@admin.register(Voucher)
class VoucherAdmin(ReadOnlyAdmin):
    """Codes can be spent, so only their ends are shown."""

    scope = Scope.central()
    fields = (
        *("batch", "shopper", "state", "claimed_at", "valid_to", "order", "used_at"),
        "claim",
    )
    list_display = ("__str__", "batch", "state", _DISCOUNT, "claimed_at", "valid_to", "order")
    list_filter = ("state", "batch")
    list_select_related = ("batch", "order")
    search_fields = ("order__number", "shopper__public_id")
    date_hierarchy = "claimed_at"
