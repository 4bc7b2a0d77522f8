"""Who may read reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.rules.roles import ANALYSIS_ROLES
from accounts.selectors.reach import Standing, standing_of
from marketplace.errors import ModelForAnalysts, ReportsOutOfReach
from marketplace.rules.campaign_report import Asked

# The area of roles that reports belong to.
AREA = "marketplace"


def may_read_reports(standing: Standing) -> bool:
    """Say whether someone of this standing may read reports: they cover every place at once."""
    return standing.may(AREA, "view") and standing.reach(AREA).everything


def may_read_analysis(standing: Standing) -> bool:
    """Say whether someone may read path models: an analyst, or one who may read everything."""
    held = standing.superuser or bool(standing.roles() & ANALYSIS_ROLES)
    return held and may_read_reports(standing)


def check_model(asked: Asked, standing: Standing) -> None:
    """Raise ModelForAnalysts for a path model asked for by someone else."""
    if asked.is_analysis and not may_read_analysis(standing):
        raise ModelForAnalysts(_("分析口径供分析人员使用，您的角色可以查看不重复口径和参与口径。"))


def check_reader(user: Any) -> None:
    """Raise ReportsOutOfReach for a user whose roles do not reach everything."""
    if not may_read_reports(standing_of(user)):
        raise ReportsOutOfReach(out_of_reach_message())


def out_of_reach_message() -> str:
    """Return why reports are refused to someone with a narrower reach."""
    return _("活动报告涵盖全部销售点和产地，您的角色范围不是“全部”，不能查看。")
