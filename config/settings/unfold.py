"""How the admin looks. Labels are Chinese source text, translated at display."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("山海集"),
    "SITE_HEADER": _("山海集"),
    "SITE_SUBHEADER": _("消费帮扶销售台账与成效归因"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "landscape",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "4px",
    "SIDEBAR": {"show_search": True, "show_all_applications": False},
    # The green of tea terraces; each step keeps the contrast that unfold asks of it.
    "COLORS": {
        "primary": {
            "50": "oklch(98.2% .018 155.8)",
            "100": "oklch(96.2% .044 156.7)",
            "200": "oklch(92.5% .084 156)",
            "300": "oklch(87.1% .15 154.4)",
            "400": "oklch(79.2% .209 151.7)",
            "500": "oklch(62.7% .17 149.2)",
            "600": "oklch(52.7% .154 150.1)",
            "700": "oklch(44.8% .119 151.3)",
            "800": "oklch(39.3% .095 152.5)",
            "900": "oklch(33.3% .075 152.7)",
            "950": "oklch(26.6% .065 152.9)",
        }
    },
}
