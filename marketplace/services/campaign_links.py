"""Make campaign links, and retire or revive them: the only writer."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.auditing import record_audit_event
from common import clock
from marketplace.errors import CampaignLinkNotValid
from marketplace.models import Campaign, CampaignLink, Touchpoint
from marketplace.rules.links import is_safe_target, new_code
from orders.models import SalesPoint

LONGEST_LABEL = 120
LONGEST_TARGET = 500
# Codes of eight signs out of thirty: a second try is never needed twice.
_TRIES = 5


def create_link(
    *,
    campaign: Campaign,
    label: str,
    kind: str,
    sales_point: SalesPoint | None = None,
    target: str = "/",
    actor: User | None,
) -> CampaignLink:
    """Make a link of a campaign under a new random code. Raises CampaignLinkNotValid."""
    check_link(label, kind, sales_point, target)
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                link = CampaignLink.objects.create(
                    code=new_code(),
                    campaign=campaign,
                    label=label.strip(),
                    kind=kind,
                    sales_point=sales_point,
                    target=target,
                    created_at=clock.now(),
                    created_by=actor,
                )
                _note(link, actor, "created", {"target": ["", target]})
            return link
        except IntegrityError:
            if attempt + 1 == _TRIES:
                raise
    raise AssertionError


@transaction.atomic
def set_link_active(link: CampaignLink, *, is_active: bool, actor: User | None) -> CampaignLink:
    """Retire a link, or let it work again; touches that it made stay."""
    if link.is_active != is_active:
        link.is_active = is_active
        link.save(update_fields=["is_active"])
        _note(link, actor, "changed", {"is_active": [not is_active, is_active]})
    return link


def check_link(label: str, kind: str, sales_point: SalesPoint | None, target: str) -> None:
    """Raise CampaignLinkNotValid where a link cannot be made like this."""
    if not 0 < len(label.strip()) <= LONGEST_LABEL:
        raise CampaignLinkNotValid(_("请写明推广码用在哪里，最长 120 个字符。"))
    if kind not in Touchpoint.Kind.values:
        raise CampaignLinkNotValid(_("没有这种触点类型。"))
    if kind == Touchpoint.Kind.VISIT and sales_point is None:
        raise CampaignLinkNotValid(_("到店码须选择销售点。"))
    hosts = frozenset(settings.LINK_HOSTS)
    if len(target) > LONGEST_TARGET or not is_safe_target(target, hosts):
        raise CampaignLinkNotValid(
            _("打开后前往的地址只能是本站路径（以 / 开头）或允许的网站的 https 地址。")
        )


def _note(link: CampaignLink, actor: User | None, what: str, changes: dict) -> None:
    record_audit_event(
        actor=actor,
        action=f"campaign_link.{what}",
        object_kind="campaign_link",
        object_key=link.code,
        changes=changes,
    )
