"""What each violation means, in the words of the people who must act on it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "status_without_payment": _("订单状态与付款时间不符"),
    "unpaid_order_in_ledger": _("未付款订单出现在台账中"),
    "lines_do_not_add_up_to_the_order": _("订单行金额之和不等于订单货款"),
    "ledger_differs_from_freight": _("台账中的运费与订单不符"),
    "ledger_row_changed": _("台账记录入账后被改动"),
    "ledger_row_lost": _("台账记录缺失"),
    "ledger_row_names_another_order": _("台账记录指向另一订单"),
    "funder_shares_do_not_add_up": _("各出资方补贴之和不等于补贴总额"),
    "consumer_and_subsidy_do_not_add_up": _("买家实付与补贴之和不等于成交额"),
    "correction_does_not_reverse_its_row": _("更正记录与被更正记录不能冲抵"),
    "ledger_differs_from_line": _("台账成交额与订单行不符"),
    "ledger_refund_differs_from_line": _("台账退款与订单行不符"),
    "refunded_more_than_sold": _("退款超过成交额"),
    "order_line_lost": _("台账中有销售，但订单行缺失"),
    "merchant_discount_differs_from_line": _("商家优惠与订单行不符"),
    "subsidies_differ_from_line": _("补贴出资与订单行不符"),
    "ledger_subsidies_differ_from_line": _("台账补贴与订单行不符"),
    "credit_without_a_sale": _("归因记录没有对应的销售"),
    "credits_do_not_add_up": _("归因金额之和不等于台账金额（重复计入或遗漏）"),
    "credits_differ_from_the_rules": _("归因结果与活动规则不符"),
    "credit_without_a_run": _("归因记录的计算批次缺失"),
    "credit_names_another_order": _("归因记录指向另一订单"),
    "run_digest_differs": _("最近计算批次的校验码与当前状态不符"),
    "daily_totals_differ": _("日汇总与归因记录不符"),
    "daily_counts_differ": _("日订单数与归因记录不符"),
    "digest_differs": _("校验码与归因记录不符"),
    "campaign_rules_changed": _("活动版本的规则发布后被改动"),
    "ledger_codes_differ_from_order": _("台账的编码或日期与订单不符"),
    "raw_rows_damaged": _("原始行无法读出"),
    "job_out_of_attempts": _("后台任务多次失败，等待人工处理"),
    "import_rows_do_not_add_up": _("导入的数据行没有全部交代去向"),
    "import_orders_do_not_add_up": _("导入的订单数不平"),
    "import_rows_differ_from_its_files": _("导入的行数与文件行数不符"),
    "raw_rows_lost": _("原始行缺失"),
    "row_verdicts_lost": _("问题行记录缺失"),
    "trigger_missing": _("防篡改触发器缺失"),
}
