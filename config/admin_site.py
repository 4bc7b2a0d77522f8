"""The admin site: unfold's, under our own name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class ShanhaiAdminSite(UnfoldAdminSite):
    """The back office of 山海集. Its look stands in config/settings/unfold.py."""

    site_title = _("山海集")
    site_header = _("山海集 · 管理后台")
    index_title = _("工作台")
