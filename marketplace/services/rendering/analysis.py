"""The tables of a campaign report that are for analysts: every model beside each other, indices."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.campaign_report import CampaignReport
from marketplace.rules.path_indices import NameIndex, PathIndices
from marketplace.selectors.reports.definitions import model_names, model_sentences
from marketplace.services.rendering.document import Column, Kind, Table, Value

_DECIMALS = 4


def analysis_tables(report: CampaignReport) -> tuple[Table, ...]:
    """Return the comparison of all models and, where they were asked for, the indices."""
    indices = () if report.indices is None else (_indices(report.indices),)
    return (_models(report), *indices)


def _models(report: CampaignReport) -> Table:
    names, sentences = model_names(), model_sentences()
    return Table(
        key="models",
        title=_("各口径对照"),
        columns=(
            Column(_("口径")),
            Column(_("净额（元）"), Kind.YUAN),
            Column(_("说明")),
        ),
        rows=tuple(
            (names[model], printing.NOTHING if fen is None else fen, sentences[model])
            for model, fen in report.model_net_fen.items()
        ),
        note=_("分析口径供比较用。除参与口径外，每种口径下各活动与未归属之和都等于台账。"),
        codes=tuple(report.model_net_fen),
    )


def _indices(indices: PathIndices) -> Table:
    told = {
        "orders": printing.count(indices.orders),
        "paths": printing.count(indices.orders_with_path),
        "nulls": printing.count(indices.null_buyers),
    }
    return Table(
        key="indices",
        title=_("路径指数（不是金额）"),
        columns=(
            Column(_("活动")),
            Column(_("编码")),
            Column(_("触及订单"), Kind.COUNT),
            Column(_("移除效应")),
            Column(_("马尔可夫占比")),
            Column(_("沙普利值（单）")),
            Column(_("沙普利占比")),
        ),
        rows=tuple(_index(name) for name in indices.names),
        note=_(
            "活动时间内成立订单 %(orders)s 笔，其中有路径的 %(paths)s 笔；有触点而未下单的买家"
            " %(nulls)s 人。指数说明触点之间的关系，不能换算成销售额。"
        )
        % told,
    )


def _index(index: NameIndex) -> tuple[Value, ...]:
    return (
        index.name,
        index.code,
        index.orders,
        _printed(index.removal_effect),
        _printed(index.markov_share),
        _printed(index.shapley_orders),
        _printed(index.shapley_share),
    )


def _printed(number: float | None) -> str:
    return printing.NOTHING if number is None else f"{number:.{_DECIMALS}f}"
