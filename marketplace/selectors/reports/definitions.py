"""What each figure of a campaign report means, in one sentence each (统计口径)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.rules.campaign_report import CONSUMER_PAID, Asked


def definitions(asked: Asked) -> dict[str, str]:
    """Return the definition of each figure by its name in the interface."""
    return {
        "model": _model(asked),
        "basis": _basis(asked),
        "view": _view(asked),
        "orders": _("有归属本活动的成交商品行的订单，每单计一次，全额退款的订单也在内。"),
        "orders_stood": _(
            "归属本活动的商品行退款后净额大于零的订单。运费和不计入的行不能使订单成立。"
        ),
        "buyers": _("有归属成交的订单中不同的买家标识；同一人在两个平台按两人计。"),
        "lines": _("归属本活动的成交商品行数，已被更正冲销的不计。"),
        "quantity": _("这些商品行的成交件数，未扣除退货。"),
        "gross_fen": _("归属商品行的成交金额，不含运费和不计入的行。"),
        "refund_fen": _("这些商品行的退款金额，以正数列示。"),
        "net_fen": _("成交金额减退款金额。"),
        "consumer_paid_fen": _("买家自己承担的净额：成交额净额减去补贴。"),
        "subsidy_fen": _("各出资方的补贴，已扣除随退款收回的部分。"),
        "participation_fen": _(
            "参与口径（不可加总）：本活动参与的商品行全额计入，一行可同时计入多个活动。"
        ),
        "distinct_total_fen": _(
            "活动日期内至少有一个活动参与的台账商品行净额，每行只计一次，不限销售点。"
        ),
        "by_county": _(
            "按产品产地划分。金额可加总；订单为涉及订单数，一单含多县产品时各县各计一次，不可加总。"
        ),
        "none": _("活动日期内、活动范围的销售点上，没有归属任何活动的销售。"),
        "unmatched": _("归属本活动但尚未对应到 SKU 的商品行，金额已计入合计。"),
        "excluded": _("活动范围和时间内不计入销售的行，金额为退款后净额，不在任何销售数字之内。"),
        "leverage": _("带动倍数（毛）= 该出资方补贴的商品行净额 ÷ 其补贴净额；不表示新增销售。"),
        "uplift": _(
            "新增销售估计：活动期销售减去按活动前各期和对照推算的平常销售，是估计，不是归属；"
            "与归属的销售额分开，不能相加减。"
        ),
    }


def model_names() -> dict[str, str]:
    """Return the name of each model as reports print it."""
    return {
        "direct_rule": _("不重复口径"),
        "participation": _("参与口径（不可加总）"),
        "first": _("首次触点"),
        "last": _("末次触点"),
        "last_non_direct": _("末次非直接触点"),
        "linear": _("平均分配（按触点）"),
        "linear_distinct": _("平均分配（按活动）"),
        "position": _("位置加权"),
        "time_decay": _("时间衰减"),
    }


def model_sentences() -> dict[str, str]:
    """Return one sentence on each model."""
    return {
        "direct_rule": _(
            "不重复口径：每一商品行只归属一个活动，依据强者优先；各活动与未归属之和等于台账。"
        ),
        "participation": _(
            "参与口径（不可加总）：凡参与的活动都计入该行全额，各活动之和会大于台账。"
        ),
        "first": _("首次触点：付款前路径上的第一个触点得全额。"),
        "last": _("末次触点：付款前路径上的最后一个触点得全额。"),
        "last_non_direct": _("末次非直接触点：最后一个属于活动的触点得全额。"),
        "linear": _("平均分配（按触点）：路径上的触点各得一份，来过几次得几份。"),
        "linear_distinct": _("平均分配（按活动）：路径上的活动各得一份，不论来过几次。"),
        "position": _("位置加权：首末触点各得四成，中间的触点均分两成。"),
        "time_decay": _("时间衰减：触点离付款每早七天，所得减半。"),
    }


def _model(asked: Asked) -> str:
    return model_sentences()[asked.model]


def _basis(asked: Asked) -> str:
    if asked.basis == CONSUMER_PAID:
        return _("买家实付口径：买家自己支付的金额，不含平台和其他出资方的补贴。")
    return _("成交额口径：商品成交金额，含出资方补贴，已减去商家自己的优惠。")


def _view(asked: Asked) -> str:
    if asked.view == "cash":
        return _("按退款发生期：成交计在付款日，退款计在退款发生日。订单数仍计在付款日。")
    return _("按订单归属期：成交和退款都计在订单的付款日。")
