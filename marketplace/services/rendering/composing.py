"""Compose the document of a campaign report: what an official reads, in that order."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.money import yuan
from marketplace.rules import printing
from marketplace.rules.campaign_report import CONSUMER_PAID, CampaignReport
from marketplace.selectors.reports.definitions import model_names
from marketplace.services.rendering.document import Document, footnote
from marketplace.services.rendering.tables import report_tables


def compose(report: CampaignReport) -> Document:
    """Turn a campaign report into facts, sentences, tables and definitions."""
    window = report.window
    title = _("%(name)s · 销售报告") % {"name": report.name}
    return Document(
        title=_("【模拟数据】%(title)s") % {"title": title} if report.is_simulated else title,
        subtitle=printing.undertaking(window.first_day)
        + " · "
        + printing.chinese_period(window.first_day, window.last_day),
        facts=_facts(report),
        headline=_headline(report),
        warnings=_warnings(report),
        tables=report_tables(report),
        definitions=_definitions(report),
        notes=(
            footnote(),
            _("标明“涉及订单数”的列不可加总：一笔订单可出现在多行。"),
        ),
    )


def basis_name(report: CampaignReport) -> str:
    """Return the name of the report's amount basis."""
    if report.asked.basis == CONSUMER_PAID:
        return _("买家实付口径")
    return _("成交额口径")


def view_name(report: CampaignReport) -> str:
    """Return the name of the report's view."""
    return _("按退款发生期") if report.asked.view == "cash" else _("按订单归属期")


def model_name(report: CampaignReport) -> str:
    """Return the name of the report's model."""
    return model_names()[report.asked.model]


def _facts(report: CampaignReport) -> tuple[tuple[str, str], ...]:
    window = report.window
    span = f"{window.start:%Y-%m-%d %H:%M:%S} — {window.end:%Y-%m-%d %H:%M:%S}"
    return (
        (_("活动"), f"{report.name}（{report.asked.campaign}）"),
        (_("规则版本"), str(report.version)),
        (_("活动时间"), _("%(span)s（含起不含止，按付款时间）") % {"span": span}),
        (_("统计口径"), f"{basis_name(report)} · {model_name(report)} · {view_name(report)}"),
        (_("数据截止时间"), f"{report.run.as_of:%Y-%m-%d %H:%M:%S %z}"),
        (_("计算批次"), f"#{report.run.run}"),
        (_("校验码"), report.run.digest),
    )


def _headline(report: CampaignReport) -> tuple[str, ...]:
    """Say the result as official texts do, the exact value and the other basis beside it."""
    totals, window = report.totals, report.window
    said = {
        "period": printing.chinese_period(window.first_day, window.last_day),
        "name": report.name,
        "orders": printing.headline_count(totals.orders, _("笔")),
        "net": printing.headline_yuan(totals.net_fen),
        "gross": printing.headline_yuan(totals.gross_fen),
        "exact_orders": printing.count(totals.orders),
        "exact_stood": printing.count(totals.orders_stood),
        "exact_net": yuan(totals.net_fen),
        "net_wan": printing.wan_yuan(totals.net_fen),
        "exact_gross": yuan(totals.gross_fen),
        "gross_wan": printing.wan_yuan(totals.gross_fen),
        "exact_refund": yuan(totals.refund_fen),
        "basis": basis_name(report),
        "as_of": f"{report.run.as_of:%Y-%m-%d %H:%M}",
    }
    return (
        _("%(period)s，%(name)s共成交订单%(orders)s，销售额%(net)s。") % said,
        _(
            "结算口径（已扣退款，%(basis)s，截至%(as_of)s）："
            "净额 %(net_wan)s，精确值 %(exact_net)s 元。"
        )
        % said,
        _(
            "支付口径（未扣退款）：成交 %(gross_wan)s，精确值 %(exact_gross)s 元；"
            "退款 %(exact_refund)s 元。"
        )
        % said,
        _("成交订单精确值 %(exact_orders)s 笔，其中成立 %(exact_stood)s 笔。") % said,
    )


def _warnings(report: CampaignReport) -> tuple[str, ...]:
    found = []
    if report.is_simulated:
        found.append(_("本报告含模拟数据，仅供演示，不得作为统计结果使用。"))
    if report.run.unfinished_run:
        found.append(
            _("计算批次 #%(run)s 尚未完成，部分订单可能已按该批次变动，请在完成后重新打印。")
            % {"run": report.run.unfinished_run}
        )
    if report.run.pending_orders:
        found.append(
            _("有 %(orders)s 笔订单在本批次之后有变化，尚未计入，请重新计算归因。")
            % {"orders": printing.count(report.run.pending_orders)}
        )
    if report.unmatched_lines:
        found.append(
            _("有 %(lines)s 行商品待匹配（净额 %(net)s 元），已计入合计，产地和产品未知。")
            % {
                "lines": printing.count(report.unmatched_lines),
                "net": yuan(report.unmatched.net_fen),
            }
        )
    unkeyed = report.totals.orders - report.buyers_keyed_orders
    if unkeyed > 0:
        found.append(
            _(
                "有 %(orders)s 笔订单没有可用的买家标识，这些订单的买家数不可计；"
                "有买家标识的订单占 %(share)s。"
            )
            % {
                "orders": printing.count(unkeyed),
                "share": printing.percentage(report.buyers_keyed_orders, report.totals.orders),
            }
        )
    return tuple(found)


def _definitions(report: CampaignReport) -> tuple[tuple[str, str], ...]:
    terms = {
        "basis": _("金额口径"),
        "model": _("归属口径"),
        "view": _("日期口径"),
        "orders": _("成交订单"),
        "orders_stood": _("成立订单"),
        "buyers": _("买家"),
        "lines": _("商品行"),
        "quantity": _("件数"),
        "gross_fen": _("成交"),
        "refund_fen": _("退款"),
        "net_fen": _("净额"),
        "consumer_paid_fen": _("买家实付"),
        "subsidy_fen": _("补贴"),
        "participation_fen": _("参与口径净额"),
        "distinct_total_fen": _("去重合计"),
        "by_county": _("按县（市）"),
        "none": _("未归属活动"),
        "unmatched": _("待匹配"),
        "excluded": _("不计入"),
        "leverage": _("带动倍数（毛）"),
        "uplift": _("新增销售估计"),
    }
    return tuple((term, report.definitions[key]) for key, term in terms.items())
