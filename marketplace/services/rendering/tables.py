"""The tables of a campaign report."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.campaign_report import CampaignReport, Row
from marketplace.selectors.reports.definitions import model_names
from marketplace.services.rendering.analysis import analysis_tables
from marketplace.services.rendering.document import Column, Kind, Table, Value
from marketplace.services.rendering.uplift import uplift_table


def report_tables(report: CampaignReport) -> tuple[Table, ...]:
    """Return every table of the report, in the order in which it is read."""
    return (
        _totals(report),
        _days(report),
        _breakdown(report, "by_county", _("按县（市）"), report.by_county, "county"),
        _breakdown(report, "by_product", _("按产品"), report.by_product, "product"),
        _breakdown(report, "by_sales_point", _("按销售点"), report.by_sales_point, "sales_point"),
        _breakdown(report, "by_channel", _("按渠道"), report.by_channel, "channel"),
        _breakdown(report, "by_evidence", _("归因依据"), report.by_evidence, "evidence"),
        _excluded(report),
        _unmatched(report),
        *_model_tables(report),
        _surroundings(report),
        *(() if report.asked.is_analysis else (_leverage(report),)),
        uplift_table(report),
    )


def _totals(report: CampaignReport) -> Table:
    totals = report.totals
    keyed = report.buyers_keyed_orders
    buyers = totals.buyers if keyed or not totals.orders else _("不可计")
    share = _("笔，占 %(share)s") % {"share": printing.percentage(keyed, totals.orders)}
    counts: tuple[tuple[str, Value, str], ...] = (
        (_("成交订单"), totals.orders, _("笔")),
        (_("其中成立"), totals.orders_stood, _("笔")),
        (_("买家"), buyers, _("人")),
        (_("有买家标识的订单"), keyed, share),
        (_("商品行"), totals.lines, _("行")),
        (_("件数"), totals.quantity, _("件")),
    )
    stated = (
        (_("成交"), totals.gross_fen),
        (_("退款"), totals.refund_fen),
        (_("净额"), totals.net_fen),
        (_("买家实付（净）"), totals.consumer_paid_fen),
        (_("补贴（净）"), totals.subsidy_fen),
    )
    money = [(name, fen) for name, fen in stated if fen is not None]
    return Table(
        key="totals",
        title=_("合计"),
        columns=(
            Column(_("指标")),
            Column(_("数量"), Kind.COUNT),
            Column(_("金额（元）"), Kind.YUAN),
            Column(_("万元 / 单位")),
        ),
        rows=(
            *((name, number, "", unit) for name, number, unit in counts),
            *((name, "", fen, printing.wan_yuan(fen)) for name, fen in money),
        ),
    )


def _days(report: CampaignReport) -> Table:
    money = _money_columns()
    return Table(
        key="by_day",
        title=_("按日"),
        columns=(Column(_("日期")), Column(_("订单数"), Kind.COUNT), *money),
        rows=tuple((row.code, row.orders, *_money_cells(row)) for row in report.by_day),
        total=_total(report, _("合计"), report.totals.orders),
        codes=tuple(row.code for row in report.by_day),
        drill="day",
    )


def _breakdown(
    report: CampaignReport, key: str, title: str, rows: Sequence[Row], drill: str
) -> Table:
    return Table(
        key=key,
        title=title,
        columns=(
            Column(_("名称")),
            Column(_("编码")),
            Column(_("涉及订单数"), Kind.COUNT),
            *_money_columns(),
            Column(_("净额占比")),
        ),
        rows=tuple(
            (
                row.name,
                row.code,
                row.orders,
                *_money_cells(row),
                printing.percentage(row.money.net_fen, report.totals.net_fen),
            )
            for row in rows
        ),
        total=(_("合计"), *_total(report, "", ""), _whole_share(report)),
        note=_("金额可加总，等于合计；涉及订单数不可加总。"),
        codes=tuple(row.code for row in rows),
        drill=drill,
    )


def _excluded(report: CampaignReport) -> Table:
    return Table(
        key="excluded",
        title=_("不计入"),
        columns=(
            Column(_("原因")),
            Column(_("涉及订单数"), Kind.COUNT),
            Column(_("金额（元，退款后）"), Kind.YUAN),
        ),
        rows=tuple((row.label, row.orders, row.amount_fen) for row in report.excluded),
        total=(_("合计"), "", sum(row.amount_fen for row in report.excluded)),
        note=_("活动范围和时间内不作为销售的行，不在以上任何数字之内。"),
    )


def _unmatched(report: CampaignReport) -> Table:
    money = report.unmatched
    return Table(
        key="unmatched",
        title=_("待匹配"),
        columns=(Column(_("项目")), Column(_("商品行"), Kind.COUNT), *_money_columns()),
        rows=(
            (
                _("没有对应 SKU 的商品行"),
                report.unmatched_lines,
                money.gross_fen,
                money.refund_fen,
                money.net_fen,
            ),
        ),
        note=_("金额已计入合计，在按县（市）和按产品中列为“未匹配”。"),
    )


def _model_tables(report: CampaignReport) -> tuple[Table, ...]:
    return analysis_tables(report) if report.asked.is_analysis else (_models(report),)


def _net_of(report: CampaignReport, model: str) -> int:
    """Return the net of a model that every basis knows, or that the report is of."""
    return report.model_net_fen[model] or 0


def _models(report: CampaignReport) -> Table:
    return Table(
        key="models",
        title=_("两种口径并列"),
        columns=(Column(_("口径")), Column(_("净额（元）"), Kind.YUAN), Column(_("可否加总"))),
        rows=(
            (_("不重复口径"), _net_of(report, "direct_rule"), _("可加总")),
            (_("参与口径"), _net_of(report, "participation"), _("不可加总")),
            (_("去重合计（所有活动）"), report.totals.distinct_total_fen, _("每行只计一次")),
        ),
    )


def _surroundings(report: CampaignReport) -> Table:
    around = report.surroundings
    exclusive = "direct_rule" if report.asked.model == "participation" else report.asked.model
    own, model = _net_of(report, exclusive), {"model": model_names()[exclusive]}
    return Table(
        key="surroundings",
        title=_("未归属活动与其他活动"),
        columns=(
            Column(_("归属")),
            Column(_("订单数"), Kind.COUNT),
            Column(_("净额（元）"), Kind.YUAN),
        ),
        rows=(
            (_("本活动（%(model)s）") % model, "", own),
            (_("其他活动（%(model)s）") % model, "", around.others_net_fen),
            (_("未归属活动"), around.none_orders, around.none.net_fen),
        ),
        total=(
            _("同期同范围销售点台账净额"),
            "",
            own + around.others_net_fen + around.none.net_fen,
        ),
        note=_("活动日期内、活动范围的销售点上的全部商品销售，按订单归属期。"),
    )


def _leverage(report: CampaignReport) -> Table:
    return Table(
        key="leverage",
        title=_("补贴与带动倍数（毛）"),
        columns=(
            Column(_("出资方")),
            Column(_("补贴（元，净）"), Kind.YUAN),
            Column(_("所补商品行净额（元）"), Kind.YUAN),
            Column(_("带动倍数（毛）")),
        ),
        rows=tuple(
            (
                _("平台") if row.funder == "platform" else row.funder,
                row.subsidy_fen,
                row.net_fen,
                printing.ratio(row.net_fen, row.subsidy_fen),
            )
            for row in report.leverage
        ),
        note=_("毛倍数不代表新增销售。同一行有多个出资方时各计一次，净额不可加总。"),
    )


def _money_columns() -> tuple[Column, ...]:
    return (
        Column(_("成交（元）"), Kind.YUAN),
        Column(_("退款（元）"), Kind.YUAN),
        Column(_("净额（元）"), Kind.YUAN),
    )


def _money_cells(row: Row) -> tuple[int, int, int]:
    return row.money.gross_fen, row.money.refund_fen, row.money.net_fen


def _total(report: CampaignReport, name: str, orders: str | int) -> tuple[str | int, ...]:
    totals = report.totals
    return name, orders, totals.gross_fen, totals.refund_fen, totals.net_fen


def _whole_share(report: CampaignReport) -> str:
    return printing.percentage(report.totals.net_fen, report.totals.net_fen)
