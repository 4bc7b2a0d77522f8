"""Who may read reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors.reach import Standing, standing_of
from marketplace.errors import ReportsOutOfReach

# The area of roles that reports belong to.
AREA = "marketplace"


def may_read_reports(standing: Standing) -> bool:
    """Say whether someone of this standing may read reports: they cover every place at once."""
    return standing.may(AREA, "view") and standing.reach(AREA).everything


def check_reader(user: Any) -> None:
    """Raise ReportsOutOfReach for a user whose roles do not reach everything."""
    if not may_read_reports(standing_of(user)):
        raise ReportsOutOfReach(out_of_reach_message())


def out_of_reach_message() -> str:
    """Return why reports are refused to someone with a narrower reach."""
    return _("活动报告涵盖全部销售点和产地，您的角色范围不是“全部”，不能查看。")
