"""What the constraints of places, stores and decisions mean, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.admin.constraints import explain
from products.admin.constraints import ENDS_EARLY

explain(
    {
        "districtsuccession_is_stated_once": _("这一沿革已登记。"),
        "centre_closes_after_it_opens": _("停业日不能早于开业日。"),
        "rankobservation_is_stated_once": _("这一天的同一等级已登记。"),
        "attributiondecision_is_made_once_for_a_line": _(
            "这一订单（行）在该活动已有归属认定，请先处理它。"
        ),
        "declaredfact_is_stated_once_for_a_period": _(
            "这一指标在该地区和期间已有填报数，请先撤销原填报数。"
        ),
        "campaignlink_visit_names_a_sales_point": _("到店码须选择销售点。"),
        "pairing_starts_once_a_day": _("这一结对已有同一天起的登记。"),
        "pairing_ends_after_it_starts": ENDS_EARLY,
        "campaigndraft_one_waits_for_its_check": _("该活动已有待审核的草案，请先审核或退回它。"),
        "campaigndraft_ends_after_it_starts": _("活动的结束时间必须晚于开始时间。"),
        "controlseries_number_is_unique": _("同一序列刚刚导入了新版本，请重新导入。"),
        "upliftcontrol_one_stands_for_a_campaign": _(
            "该活动已有待审核或有效的对照声明，请先撤销。"
        ),
    }
)
