"""`demo_logins`: make the demo users and print how to sign in as them."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Duty, Role, ScopeKind, User
from accounts.selectors.reach import valid_assignments
from accounts.services.roles import NewRole, grant_role
from common.clock import today

# For demonstrations on one machine only: the command refuses to run where DEBUG is off.
DEMO_PASSWORD = "shanhai-demo-2020"  # noqa: S105

_LEISHAN = "522634"
_GONGSHU = "330105"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One demo user; `role` None makes the superuser."""

    username: str
    display_name: Any
    role: NewRole | None


LOGINS = (
    DemoLogin("admin", gettext_lazy("系统管理员"), None),
    DemoLogin(
        "zhou",
        gettext_lazy("黔东南州主管部门"),
        NewRole(Role.PREFECTURE, Duty.APPROVE, ScopeKind.EVERYTHING),
    ),
    DemoLogin(
        "zhou-jingban",
        gettext_lazy("黔东南州主管部门·经办"),
        NewRole(Role.PREFECTURE, Duty.PREPARE, ScopeKind.EVERYTHING),
    ),
    DemoLogin(
        "leishan",
        gettext_lazy("雷山县主管部门"),
        NewRole(Role.COUNTY, Duty.PREPARE, ScopeKind.COUNTY, _LEISHAN),
    ),
    DemoLogin(
        "hangzhou",
        gettext_lazy("杭州市主管部门"),
        NewRole(Role.CITY, Duty.PREPARE, ScopeKind.EVERYTHING),
    ),
    DemoLogin(
        "hangzhou-shenhe",
        gettext_lazy("杭州市主管部门·审核"),
        NewRole(Role.CITY, Duty.APPROVE, ScopeKind.EVERYTHING),
    ),
    DemoLogin(
        "gongshu",
        gettext_lazy("拱墅区主管部门"),
        NewRole(Role.DISTRICT, Duty.PREPARE, ScopeKind.DISTRICT, _GONGSHU),
    ),
    DemoLogin(
        "gongshu-shenhe",
        gettext_lazy("拱墅区主管部门·审核"),
        NewRole(Role.DISTRICT, Duty.APPROVE, ScopeKind.DISTRICT, _GONGSHU),
    ),
    DemoLogin(
        "gongzuodui",
        gettext_lazy("帮扶工作队"),
        NewRole(Role.WORK_TEAM, Duty.READ, ScopeKind.EVERYTHING),
    ),
    DemoLogin(
        "xunqianji",
        gettext_lazy("寻黔记网店运营"),
        NewRole(Role.STORE_OPERATOR, Duty.PREPARE, ScopeKind.SALES_POINT, "xunqianji"),
    ),
    DemoLogin(
        "fenxi",
        gettext_lazy("活动分析员"),
        NewRole(Role.ANALYST, Duty.PREPARE, ScopeKind.EVERYTHING),
    ),
)


class Command(BaseCommand):
    help = str(gettext_lazy("创建演示账号（仅限演示环境）并列出登录方式"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help=_("在非调试环境下也创建"))

    def handle(self, *_args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["force"]):
            raise CommandError(_("演示账号的密码是公开的，只能在调试环境中创建（或加 --force）。"))
        with transaction.atomic():
            for login in LOGINS:
                make_login(login)
        self.stdout.write(_("演示账号（密码均为 %(password)s）：") % {"password": DEMO_PASSWORD})
        for login in LOGINS:
            self.stdout.write(f"  {login.username:<18}{login.display_name}")


def make_login(login: DemoLogin) -> None:
    """Make the user with password and role where they are missing; change nothing else."""
    is_admin = login.role is None
    user, created = User.objects.get_or_create(
        username=login.username,
        defaults={
            "display_name": str(login.display_name),
            "is_staff": True,
            "is_superuser": is_admin,
        },
    )
    if created:
        user.set_password(DEMO_PASSWORD)
        user.save(update_fields=["password"])
    if login.role is not None and not valid_assignments(user, today()):
        grant_role(user=user, asked=login.role, granted_by=None, reason="demo_logins")
