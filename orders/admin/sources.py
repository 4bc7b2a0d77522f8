"""Where a recorded row came from: its source, as a link to the report or import behind it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from products.admin.columns import EMPTY

_PAGES = {"import": "orders_orderimport", "channel": "orders_channelreport"}
_SOURCE = re.compile(r"(import|channel):([0-9]{1,18})(:.*)?", re.ASCII)


@admin.display(description=_("来源"))
def source(row: Any) -> str:
    """Return the source of an order, line or ledger row, linked where it names a page."""
    text: str = row.source
    found = _SOURCE.fullmatch(text)
    if found is None:
        return text or EMPTY
    address = reverse(f"admin:{_PAGES[found[1]]}_change", args=[int(found[2])])
    return format_html('<a class="underline" href="{}">{}</a>', address, text)
