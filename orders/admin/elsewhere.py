"""Pages of apps above that are about an order: they register here, for orders knows none of them.

add_page_about_orders(_("归因说明"), address_of)
"""

from __future__ import annotations

from typing import Any, Protocol

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from orders.models import Order, SalesEntry
from products.admin.columns import EMPTY


class AddressOf(Protocol):
    """Gives the address of the page about an order, or about one of its lines."""

    def __call__(self, order_id: int, *, line_key: str = "") -> str: ...


_PAGES: list[tuple[Any, AddressOf]] = []


def add_page_about_orders(label: Any, address_of: AddressOf) -> None:
    """Let the pages of orders and of ledger rows link to another page."""
    _PAGES.append((label, address_of))


@admin.display(description=_("相关页面"))
def pages_about(row: Order | SalesEntry) -> str:
    """Return the links of an order, or of a ledger row's line."""
    order_id, line_key = (row.pk, "") if isinstance(row, Order) else (row.order_id, row.line_key)
    links = ((address(order_id, line_key=line_key), label) for label, address in _PAGES)
    return format_html_join(" · ", '<a class="underline" href="{}">{}</a>', links) or EMPTY
