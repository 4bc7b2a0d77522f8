"""How the admin looks. Labels are Chinese source text, translated at display."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may_see(app: str, model: str) -> Callable[[HttpRequest], bool]:
    """Return the question whether a request's user may see a model's list at all."""

    def asks(request: HttpRequest) -> bool:
        from django.apps import apps
        from django.contrib import admin

        model_admin = admin.site.get_model_admin(apps.get_model(app, model))
        return model_admin.has_view_permission(request)

    return asks


# Pages of a model's own that stand in the sidebar beside its list, by the end of their names.
_OWN_PAGES = ("waiting", "reconciliation")


def _shows(app: str, model: str, own: str) -> Callable[[HttpRequest], bool]:
    """Return the question whether a request is for a model's own page, or '' for its list."""

    def asks(request: HttpRequest) -> bool:
        _before, below, rest = request.path.partition(f"/{app}/{model}/")
        page = rest.partition("/")[0]
        return bool(below) and (page if page in _OWN_PAGES else "") == own

    return asks


def _links(*names: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Build sidebar links of (app, model, title, icon), shown only to those who may look.

    A fifth name is one of `_OWN_PAGES` instead of the model's list.
    """
    return [
        {
            "title": title,
            "icon": icon,
            "link": reverse_lazy(f"admin:{app}_{model}_{own[0] if own else 'changelist'}"),
            "permission": _may_see(app, model),
            "active": _shows(app, model, own[0] if own else ""),
        }
        for app, model, title, icon, *own in names
    ]


def _group(title: Any, *links: tuple[Any, ...]) -> dict[str, Any]:
    return {"title": title, "collapsible": True, "items": _links(*links)}


NAVIGATION = [
    _group(
        _("销售"),
        ("orders", "order", _("订单"), "receipt_long"),
        ("orders", "salesentry", _("销售台账"), "menu_book"),
        ("orders", "orderline", _("订单行"), "list"),
        ("orders", "contact", _("收货信息"), "contact_mail"),
        ("orders", "voucherredemption", _("消费券核销"), "confirmation_number"),
        ("orders", "countersale", _("门店销售"), "point_of_sale"),
        ("orders", "salespoint", _("销售点"), "storefront"),
    ),
    _group(
        _("申报与决定"),
        ("orders", "declaredsale", _("申报销售"), "edit_document"),
        ("marketplace", "declaredfact", _("填报数"), "fact_check"),
        ("orders", "exclusiondecision", _("剔除决定"), "block"),
        ("orders", "linkedorders", _("疑似同一笔销售"), "join"),
        ("marketplace", "attributiondecision", _("归属认定"), "gavel"),
        ("orders", "importwithdrawal", _("导入撤销"), "undo"),
        ("orders", "ledgercorrection", _("台账更正"), "published_with_changes"),
        ("orders", "refundcorrection", _("退款更正"), "currency_exchange"),
        ("orders", "orderrevision", _("订单前态"), "history_toggle_off"),
        ("orders", "orderconfirmation", _("订单复报"), "done_all"),
        ("orders", "orderadjustment", _("订单调整"), "tune"),
        ("orders", "evidencefile", _("佐证材料"), "attach_file"),
    ),
    _group(
        _("商城"),
        ("orders", "storefrontorder", _("商城订单"), "shopping_cart"),
        ("orders", "storefrontline", _("商城订单行"), "list_alt"),
        ("orders", "shipment", _("发货"), "local_shipping"),
        ("orders", "refund", _("退款申请"), "undo"),
        ("orders", "refundline", _("退款行"), "format_list_bulleted"),
        ("orders", "voucherbatch", _("消费券批次"), "local_activity"),
        ("orders", "voucher", _("消费券"), "confirmation_number"),
        ("orders", "payment", _("支付单"), "payments"),
        ("orders", "paymentnotice", _("支付通知"), "notifications"),
        ("orders", "storefrontevent", _("商城订单事件"), "timeline"),
        ("orders", "freighttariff", _("运费规则"), "request_quote"),
    ),
    _group(
        _("库存"),
        ("products", "stockitem", _("库存"), "inventory"),
        ("products", "stockmovement", _("库存流水"), "swap_vert"),
        ("products", "stockreservation", _("库存占用"), "lock_clock"),
        ("products", "stockplace", _("库存地点"), "warehouse"),
    ),
    _group(
        _("单位与计入"),
        ("orders", "unit", _("单位"), "apartment"),
        ("orders", "unitdistrict", _("单位所属区"), "pin_drop"),
        ("orders", "sponsorshipagreement", _("帮扶协议"), "contract"),
        ("orders", "countedstage", _("计入环节"), "swap_horiz"),
    ),
    _group(
        _("导入"),
        ("orders", "orderimport", _("订单导入"), "upload_file"),
        ("orders", "goodsmatch", _("待匹配商品"), "help_center", "waiting"),
        ("orders", "goodsmatch", _("商品匹配"), "spellcheck"),
        ("orders", "platformstatement", _("对账"), "balance", "reconciliation"),
        ("orders", "platformstatement", _("平台账单"), "receipt_long"),
        ("orders", "reconciliationnote", _("差额说明"), "sticky_note_2"),
        ("orders", "importissue", _("导入问题行"), "rule"),
        ("orders", "importpart", _("导入文件"), "description"),
        ("orders", "taughtformat", _("自定义格式"), "school"),
        ("orders", "rawblock", _("原始行"), "database"),
        ("orders", "channelreport", _("渠道上报"), "webhook"),
        ("orders", "changedorder", _("变更订单"), "update"),
        ("operations", "job", _("后台任务"), "manufacturing"),
        ("operations", "idempotencykey", _("幂等键"), "fingerprint"),
    ),
    _group(
        _("活动与归因"),
        ("marketplace", "campaign", _("活动"), "campaign"),
        ("marketplace", "campaigndraft", _("活动规则草案"), "edit_note"),
        ("marketplace", "campaignversion", _("活动版本"), "history"),
        ("marketplace", "campaignlink", _("推广码"), "qr_code_2"),
        ("marketplace", "touchpoint", _("触点"), "touch_app"),
        ("marketplace", "touchimport", _("触点导入"), "ads_click"),
        ("marketplace", "attributionrun", _("计算批次"), "calculate"),
        ("marketplace", "attributionentry", _("归因记录"), "account_tree"),
        ("marketplace", "upliftcontrol", _("对照声明"), "compare_arrows"),
        ("marketplace", "controlseries", _("对照序列"), "show_chart"),
        ("marketplace", "upliftestimate", _("新增销售估计"), "trending_up"),
        ("marketplace", "dailymoney", _("日汇总"), "bar_chart"),
        ("marketplace", "dailycount", _("日订单数"), "tag"),
        ("marketplace", "dailydigest", _("校验码分量"), "fingerprint"),
    ),
    _group(
        _("产品"),
        ("products", "product", _("产品"), "eco"),
        ("products", "sku", _("规格（SKU）"), "inventory_2"),
        ("products", "sellercode", _("商家编码"), "barcode"),
        ("products", "bundlecomponent", _("礼盒组成"), "redeem"),
        ("products", "certificate", _("产品认定"), "verified"),
        ("products", "producer", _("供货主体"), "agriculture"),
        ("products", "category", _("类目"), "category"),
        ("products", "county", _("县（市）"), "location_on"),
        ("products", "searchentry", _("检索条目"), "manage_search"),
        ("products", "searchtoken", _("检索词元"), "data_array"),
    ),
    _group(
        _("农户名册"),
        ("products", "household", _("农户"), "home"),
        ("products", "householdstatus", _("农户身份"), "assignment_ind"),
        ("products", "householdlink", _("农户联结"), "link"),
        ("products", "declaredlink", _("申报联结"), "groups"),
    ),
    _group(
        _("协作"),
        ("marketplace", "district", _("区、县（市）"), "location_city"),
        ("marketplace", "districtsuccession", _("区划沿革"), "alt_route"),
        ("marketplace", "pairing", _("结对关系"), "handshake"),
        ("marketplace", "centre", _("展销中心"), "store"),
        ("marketplace", "storeprofile", _("店铺档案"), "shopping_bag"),
        ("marketplace", "rankobservation", _("店铺等级观测"), "military_tech"),
    ),
    _group(
        _("账号与权限"),
        ("accounts", "user", _("用户"), "person"),
        ("accounts", "roleassignment", _("角色授权"), "badge"),
        ("accounts", "integrationkey", _("接口密钥"), "key"),
        ("accounts", "auditevent", _("审计记录"), "policy"),
        ("accounts", "shopper", _("顾客"), "face"),
        ("accounts", "address", _("收货地址"), "home_pin"),
        ("accounts", "shoppertoken", _("登录令牌"), "token"),
        ("accounts", "logincode", _("登录验证码"), "password"),
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("山海集"),
    "SITE_HEADER": _("山海集"),
    "SITE_SUBHEADER": _("消费帮扶销售台账与成效归因"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "landscape",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "4px",
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": NAVIGATION,
    },
    # The green of tea terraces; each step keeps the contrast that unfold asks of it.
    "COLORS": {
        "primary": {
            "50": "oklch(98.2% .018 155.8)",
            "100": "oklch(96.2% .044 156.7)",
            "200": "oklch(92.5% .084 156)",
            "300": "oklch(87.1% .15 154.4)",
            "400": "oklch(79.2% .209 151.7)",
            "500": "oklch(62.7% .17 149.2)",
            "600": "oklch(52.7% .154 150.1)",
            "700": "oklch(44.8% .119 151.3)",
            "800": "oklch(39.3% .095 152.5)",
            "900": "oklch(33.3% .075 152.7)",
            "950": "oklch(26.6% .065 152.9)",
        }
    },
}
