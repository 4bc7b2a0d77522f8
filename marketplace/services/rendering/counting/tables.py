"""Tables that both counting reports print: figures, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from marketplace.rules import printing
from marketplace.rules.counting import Figure, Kinds, Opening, Row, Scope
from marketplace.rules.counting_reports import Beside, Fact
from marketplace.services.rendering.document import Column, Kind, Table, Value
from marketplace.services.rendering.phrases import paragraph


def figure_columns() -> tuple[Column, ...]:
    """Return the columns of a figure: both bases and the three parts of the net."""
    return (
        Column(_("支付口径（元）"), Kind.YUAN),
        Column(_("退款（元）"), Kind.YUAN),
        Column(_("结算口径（元）"), Kind.YUAN),
        Column(_("其中逐单（元）"), Kind.YUAN),
        Column(_("台账申报（元）"), Kind.YUAN),
        Column(_("期初（元）"), Kind.YUAN),
    )


def figure_cells(figure: Figure) -> tuple[int, ...]:
    """Return the cells under `figure_columns`, in fen."""
    return (
        figure.gross_fen,
        figure.refund_fen,
        figure.net_fen,
        figure.lines.net_fen,
        figure.declared_fen,
        figure.opening.net_fen,
    )


def breakdown_table(
    key: str,
    title: str,
    rows: Iterable[Row],
    total: Figure,
    names: Mapping[str, str],
    part_names: Mapping[str, str] | None = None,
    more_notes: Iterable[str] = (),
) -> Table:
    """Return a breakdown with the 其中 of its rows under them; only the rows add up."""
    cells: list[tuple[Value, ...]] = []
    for row in rows:
        name = names.get(row.code, row.code or _("未注明"))
        share = printing.percentage(row.figure.net_fen, total.net_fen)
        cells.append((name, row.code, *figure_cells(row.figure), share))
        for kind, code, figure in row.parts:
            inner = _("　其中：%(part)s") % {"part": part_name(kind, code, part_names or {})}
            cells.append((inner, code, *figure_cells(figure), ""))
    return Table(
        key=key,
        title=title,
        columns=(
            Column(_("名称")),
            Column(_("编码")),
            *figure_columns(),
            Column(_("结算口径占比")),
        ),
        rows=tuple(cells),
        total=(
            _("合计"),
            "",
            *figure_cells(total),
            printing.percentage(total.net_fen, total.net_fen),
        ),
        note=paragraph(_("各行之和等于合计；“其中”各行不再相加。"), *more_notes),
    )


def part_name(kind: Kinds, code: str, names: Mapping[str, str]) -> str:
    """Return the name of a row inside a row."""
    words = {
        Kinds.PAIRING: _("结对 %(name)s"),
        Kinds.OTHER_COUNTIES: _("本区帮助销售·其他县"),
        Kinds.UNKNOWN_ORIGIN: _("产地未明"),
        Kinds.SOCIAL: _("社会销售"),
        Kinds.UNDIVIDED: _("期初未分解"),
        Kinds.CHANNEL_KIND: "%(name)s",
    }
    return words[kind] % {"name": names.get(code, code or _("未注明"))}


def beside_tables(beside: Beside, place_of: Mapping[Scope, str]) -> tuple[Table, ...]:
    """Return what is listed and not added: openings, contained, superseded, cut in two, excluded.

    Tables with nothing to list are left out, but for the excluded amounts.
    """
    tables = (
        _openings(beside, place_of),
        _contained(beside),
        _superseded(beside),
        _straddling(beside),
    )
    return (*(table for table in tables if table.rows), excluded_table(beside))


def _openings(beside: Beside, place_of: Mapping[Scope, str]) -> Table:
    def place(one: Opening) -> str:
        name = place_of.get(one.scope, "".join(one.scope))
        if beside.is_counted(one):
            return name
        return _("%(place)s（产地侧，未计入）") % {"place": name}

    return Table(
        key="openings",
        title=_("期初累计"),
        columns=(
            Column(_("范围")),
            Column(_("截止日")),
            Column(_("金额（元）"), Kind.YUAN),
            Column(_("原文数字")),
            Column(_("来源")),
        ),
        rows=tuple(
            (
                place(one),
                one.cutoff.isoformat(),
                one.amount_fen,
                one.wording,
                one.source,
            )
            for one in beside.openings
        ),
        note=_("大范围的期初已包含小范围的期初，两者不相加。"),
    )


def _contained(beside: Beside) -> Table:
    stated = (
        (_("逐单（结算口径）"), beside.contained.net_fen),
        (_("台账申报"), beside.contained_declared_fen),
    )
    return Table(
        key="contained",
        title=_("已含于期初，不另加"),
        columns=(Column(_("项目")), Column(_("金额（元）"), Kind.YUAN)),
        rows=tuple((name, fen) for name, fen in stated if fen),
        note=_("期初截止日（含）前的逐单/申报，已含于期初，不另加。"),
    )


def _superseded(beside: Beside) -> Table:
    return Table(
        key="superseded",
        title=_("已由逐单取代的台账申报"),
        columns=(
            Column(_("申报方")),
            Column(_("期间")),
            Column(_("申报（元）"), Kind.YUAN),
            Column(_("逐单（元）"), Kind.YUAN),
            Column(_("差额（元）"), Kind.YUAN),
        ),
        rows=tuple(
            (
                row.name,
                printing.chinese_period(row.first, row.last),
                row.declared_fen,
                row.lines_fen,
                row.difference_fen,
            )
            for row in beside.superseded
        ),
        note=_("同一销售点或单位同期已有逐单数据，申报不再计入；差额为逐单减申报。"),
    )


def _straddling(beside: Beside) -> Table:
    return Table(
        key="straddling",
        title=_("跨期未计的台账申报"),
        columns=(
            Column(_("申报方")),
            Column(_("期间")),
            Column(_("申报（元）"), Kind.YUAN),
        ),
        rows=tuple(
            (row.name, printing.chinese_period(row.first, row.last), row.amount_fen)
            for row in beside.straddling
        ),
        note=_("申报期间跨越本报告期间或期初截止日，不能按日拆分，不计入。"),
    )


def excluded_table(beside: Beside) -> Table:
    """Return what does not count, by reason."""
    return Table(
        key="excluded",
        title=_("不计入"),
        columns=(Column(_("原因")), Column(_("金额（元，退款后）"), Kind.YUAN)),
        rows=tuple((row.label, row.amount_fen) for row in beside.excluded),
        total=(_("合计"), sum(row.amount_fen for row in beside.excluded)),
        note=_("同一期间不作为销售的行，不在以上任何数字之内。"),
    )


def facts_table(facts: Iterable[Fact]) -> Table:
    """Return the annex of sources: each declared figure, who states it and who entered it."""
    return Table(
        key="sources",
        title=_("数据来源"),
        columns=(
            Column(_("部分")),
            Column(_("指标")),
            Column(_("填报数")),
            Column(_("期间")),
            Column(_("来源")),
            Column(_("填报人")),
            Column(_("审核人")),
        ),
        rows=tuple(
            (
                fact.section_name,
                fact.label,
                fact.printed,
                _fact_period(fact),
                fact.source,
                fact.made_by or _("系统预置"),
                fact.checked_by or _("系统预置"),
            )
            for fact in facts
        ),
        note=_("填报数不由订单计算，由填报人对来源负责。"),
    )


def _fact_period(fact: Fact) -> str:
    if fact.first is None:
        return _("截至%(day)s") % {"day": printing.chinese_day(fact.last)}
    return printing.chinese_period(fact.first, fact.last)


def shared_definitions() -> tuple[tuple[str, str], ...]:
    """Return what the words of counting reports mean."""
    return (
        (
            _("结对口径"),
            _("帮扶区和产地县同为结对双方，且付款日结对有效；退款随原单归属。"),
        ),
        (_("本区帮助销售·其他县"), _("本区帮助销售的、付款日未与本区结对的县的产品。")),
        (_("市级统筹/社会销售"), _("没有区级帮扶依据的销售；收货地址不是依据。")),
        (_("支付口径"), _("未扣退款的成交额（战报口径）。")),
        (_("结算口径"), _("扣除退款后的净额。")),
        (_("逐单"), _("销售台账流水中的订单行，每行只计一次。")),
        (
            _("台账申报"),
            _("销售点或单位按期申报并经审核的销售；同期逐单数据到达后即被取代，从不相加。"),
        ),
        (_("期初"), _("已公布的累计数，截止日（含）前的逐单和申报已含在内。")),
    )
