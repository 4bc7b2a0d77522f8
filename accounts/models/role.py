"""Roles are rows: role, duty, scope, dates. Ended, never deleted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The offices and posts of the two sides, and of the system."""

    PREFECTURE = "prefecture", _("州级主管部门")
    COUNTY = "county", _("县级主管部门")
    CITY = "city", _("杭州市级主管部门")
    DISTRICT = "district", _("杭州区级主管部门")
    WORK_TEAM = "work_team", _("帮扶工作队")
    FINANCE = "finance", _("财务")
    AUDITOR = "auditor", _("审计")
    CENTRE_MANAGER = "centre_manager", _("展销中心负责人")
    CENTRE_CLERK = "centre_clerk", _("展销中心店员")
    STORE_OPERATOR = "store_operator", _("网店运营")
    SUPPLIER = "supplier", _("供应商")
    ANALYST = "analyst", _("活动分析员")
    CHANNEL_INTEGRATION = "channel_integration", _("渠道接口")


class Duty(models.TextChoices):
    """Within an office, preparing and approving are separate; a maker never approves."""

    PREPARE = "prepare", _("经办")
    APPROVE = "approve", _("审核")
    READ = "read", _("查看")


class ScopeKind(models.TextChoices):
    """What a scope code names."""

    EVERYTHING = "everything", _("全部")
    COUNTY = "county", _("县（市）")
    DISTRICT = "district", _("区")
    SALES_POINT = "sales_point", _("销售点")
    PLATFORM = "platform", _("平台账号")


class RoleAssignment(models.Model):
    """One role of one user in one scope, valid on the days [valid_from, valid_to).

    `scope_code` is the division code of a county or district, the code of a sales point or
    platform account, and empty exactly when the scope is everything.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("用户"),
        on_delete=models.PROTECT,
        related_name="role_assignments",
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    duty = models.CharField(_("职责"), max_length=10, choices=Duty.choices, default=Duty.READ)
    scope_kind = models.CharField(_("范围类型"), max_length=12, choices=ScopeKind.choices)
    scope_code = models.CharField(_("范围代码"), max_length=64, blank=True, default="")
    valid_from = models.DateField(_("生效日"))
    valid_to = models.DateField(
        _("失效日"), null=True, blank=True, help_text=_("从这一天起不再有效；留空表示长期有效。")
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("授权人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("角色授权")
        verbose_name_plural = _("角色授权")
        ordering = ["user_id", "role", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="role_assignment_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(duty__in=Duty.values), name="role_assignment_duty_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(scope_kind__in=ScopeKind.values),
                name="role_assignment_scope_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(scope_kind=ScopeKind.EVERYTHING, scope_code="")
                | (~models.Q(scope_kind=ScopeKind.EVERYTHING) & ~models.Q(scope_code="")),
                name="role_assignment_has_no_code_exactly_for_everything",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="role_assignment_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "duty", "scope_kind", "scope_code"],
                condition=models.Q(valid_to__isnull=True),
                name="role_assignment_is_open_once",
            ),
        ]

    def __str__(self) -> str:
        scope = self.scope_code or self.get_scope_kind_display()
        return f"{self.get_role_display()}·{self.get_duty_display()}·{scope}"
