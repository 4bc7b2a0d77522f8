"""Look at contact data, masked. Nothing here shows a full name, phone number or address."""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoping import ReadOnlyAdmin, Scope
from common.masking import mask_address, mask_name, mask_phone
from common.sealing import CannotUnseal, decrypt_text, keyed_hash
from orders.models import Contact
from products.admin.columns import EMPTY, shown

_PHONE = re.compile(r"1\d{10}")


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Seen by those who deliver, and by the auditor; a county has no use for it."""

    scope = Scope.by(sales_point="order__sales_point__code")
    viewable_by = frozenset(
        {"prefecture", "centre_manager", "centre_clerk", "store_operator", "auditor"}
    )
    list_display = ("order", "name", "phone", "address", "erased_at")
    list_select_related = ("order",)
    search_fields = ("=order__number",)
    search_help_text = _("按订单编号或完整手机号查找")
    fields = readonly_fields = shown("order", "name", "phone", "address", "erased_at")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Contact], search_term: str
    ) -> tuple[QuerySet[Contact], bool]:
        """Find a whole phone number by its keyed hash; the number itself is stored nowhere."""
        term = search_term.strip()
        if _PHONE.fullmatch(term):
            return queryset.filter(phone_index=keyed_hash("phone", term)), False
        found: tuple[QuerySet[Contact], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    @admin.display(description=_("收货人"))
    def name(self, contact: Contact) -> str:
        return mask_name(_opened(contact).get("name", "")) or EMPTY

    @admin.display(description=_("电话"))
    def phone(self, contact: Contact) -> str:
        return mask_phone(_opened(contact).get("phone", "")) or EMPTY

    @admin.display(description=_("地址"))
    def address(self, contact: Contact) -> str:
        return mask_address(_opened(contact).get("address", "")) or EMPTY


def _opened(contact: Contact) -> dict[str, Any]:
    """Return the contact data, {} where it was erased or cannot be opened; read once per row."""
    known: dict[str, Any] | None = contact.__dict__.get("_opened")
    if known is None:
        known = {}
        if contact.erased_at is None:
            try:
                known = json.loads(decrypt_text(bytes(contact.sealed)))
            except (CannotUnseal, ValueError):
                known = {}
        contact.__dict__["_opened"] = known
    return known
