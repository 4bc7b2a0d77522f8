"""What the constraints of goods and rosters mean, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.admin.constraints import explain

ENDS_EARLY = _("止日不能早于起日。")

explain(
    {
        "bundlecomponent_starts_once_a_day": _("这个礼盒的同一序号已有同一天起的登记。"),
        "bundlecomponent_counts_from_one": _("序号和数量都从 1 起。"),
        "bundlecomponent_price_within_bounds": _("金额超出范围。"),
        "bundlecomponent_ends_after_it_starts": ENDS_EARLY,
        "bundlecomponent_is_not_its_bundle": _("礼盒不能装自己。"),
        "stockplace_one_serves_the_storefront": _("已有一个地点供商城发货。"),
        "stockmovement_moves_something": _("数量不能为零，也不能超出范围。"),
        "sku_price_within_bounds": _("金额超出范围。"),
        "sku_is_priced_per_piece_500g_or_kg": _("计价方式只能是按件、按 500 克或按千克。"),
        "certificate_number_is_unique": _("这一证书编号已登记。"),
        "certificate_ends_after_it_starts": ENDS_EARLY,
        "household_persons_within_bounds": _("人口须在 1 至 50 之间。"),
        "householdstatus_starts_once": _("这户的同一身份已有同一天起的登记。"),
        "householdstatus_ends_after_it_starts": ENDS_EARLY,
        "householdlink_starts_once": _("这户与该主体的同一联结已有同一天起的登记。"),
        "householdlink_ends_after_it_starts": ENDS_EARLY,
        "declaredlink_starts_once": _("该主体的同一联结机制已有同一天起的登记。"),
        "declaredlink_principal_within_bounds": _("金额超出范围。"),
        "declaredlink_rate_within_bounds": _("年分红率不能超过 10000（即 100%）。"),
        "declaredlink_ends_after_it_starts": ENDS_EARLY,
    }
)
