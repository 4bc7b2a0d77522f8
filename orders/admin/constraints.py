"""What the constraints of sales points, units and decisions mean, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.admin.constraints import explain
from products.admin.constraints import ENDS_EARLY

_DECIDED = _("这一订单（行）已有剔除决定，请先处理它。")

explain(
    {
        "voucherbatch_takes_less_than_its_threshold": _(
            "抵扣后的面额应低于门槛，且为满减或折扣之一。"
        ),
        "voucherbatch_amounts_within_bounds": _("金额超出范围。"),
        "voucherbatch_claims_within_most": _("领取次数超过上限。"),
        "voucherbatch_committed_within_budget": _("已占用预算超过预算。"),
        "voucherbatch_claims_end_after_start": _("领取结束应晚于开始。"),
        "voucherbatch_validity_is_relative_or_fixed": _("有效期应写天数或截止时间之一。"),
        "voucherbatch_gives_something": _("每次至少一张、至多 20 张。"),
        "refund_amount_within_bounds": _("金额超出范围。"),
        "refund_is_decided_by_somebody": _("决定应有审核人。"),
        "refund_restocks_what_came_back": _("只有退货退款的商品可以重新入库。"),
        "freighttariff_within_bounds": _("金额超出范围，或续重为零。"),
        "shipment_tracking_number_is_unique": _("这个运单号已用于另一个订单。"),
        "salespoint_district_starts_once_a_day": _("这个销售点已有同一天起的所属区。"),
        "salespoint_district_ends_after_it_starts": ENDS_EARLY,
        "unit_that_resells_somewhere_is_a_reseller": _("填了转售的销售点，就须勾选“转售单位”。"),
        "unit_is_not_its_own_parent": _("单位不能是自己的上级，也不能互为上级。"),
        "unit_district_starts_once_a_day": _("这个单位已有同一天起的所属区。"),
        "unit_district_ends_after_it_starts": ENDS_EARLY,
        "agreement_starts_once_a_day": _("这个销售点已有同一天起的帮扶协议。"),
        "agreement_ends_after_it_starts": ENDS_EARLY,
        "countedstage_starts_once_a_day": _("这个销售点已有同一天起的计入环节。"),
        "countedstage_ends_after_it_starts": ENDS_EARLY,
        "exclusion_is_decided_once_for_a_line": _DECIDED,
        "linkedorders_are_listed_once": _("这两个订单已在名单中，请处理已有的一行。"),
        "linkedorders_are_two_orders": _("请选择两个不同的订单。"),
        "refundcorrection_is_made_once_for_a_line": _("这一订单（行）已有退款更正，请先处理它。"),
        "refundcorrection_lowers_the_refund": _("更正后的退款必须低于已入库的退款，且不低于零。"),
        "withdrawal_of_an_import_is_asked_once": _("这次导入已有撤销申请，请处理已有的一行。"),
        "ledgercorrection_ends_after_it_starts": ENDS_EARLY,
        "taughtformat_version_is_unique": _("这个编码的格式已有同一版本。"),
        "taughtformat_has_one_draft": _("这个编码的格式已有草稿，请先处理它。"),
        "taughtformat_is_published_without_sample": _("发布后的格式不再保留样例。"),
        "platformstatement_counts_orders": _("订单数不能为负。"),
        "platformstatement_amounts_within_bounds": _("金额须不低于零，且不超出范围。"),
        "reconciliationnote_amount_within_bounds": _("说明的金额不能为零，且不超出范围。"),
    }
)
