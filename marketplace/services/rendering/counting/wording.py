"""Words that every counting report shares: places, periods, the parts of a figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common import clock
from common.money import yuan
from marketplace.rules import printing
from marketplace.rules.counting import CASH, Asked, Figure, Opening
from marketplace.rules.counting_reports import Watermark

# Rules know no framework: the words of marketplace.rules.printing are marked here.
_WORDS_OF_THE_TIME = (
    gettext_noop("消费扶贫"),
    gettext_noop("消费帮扶"),
    gettext_noop("东西部扶贫协作"),
    gettext_noop("东西部协作"),
)


def undertaking_words(day: date) -> str:
    """Return the official word of the time for the undertaking, explained in other languages."""
    return _(printing.undertaking(day))


def cooperation_words(day: date) -> str:
    """Return the official word of the time for the cooperation, explained in other languages."""
    return _(printing.cooperation(day))


def period_words(asked: Asked, first: date | None) -> str:
    """Return the period of a report: 2018年—至今, 截至某日, or its two days."""
    if asked.first_day is not None:
        return printing.chinese_period(asked.first_day, asked.last_day)
    if first is None:
        return _("截至%(day)s") % {"day": printing.chinese_day(asked.last_day)}
    end = _("至今") if asked.is_open_ended else printing.chinese_day(asked.last_day)
    return f"{printing.chinese_start(first)}—{end}"


def parts_words(figure: Figure) -> str:
    """Return 其中：逐单 X、台账申报 Y、期初 Z of a figure, net of refunds."""
    return _("其中：逐单 %(lines)s、台账申报 %(declared)s、期初 %(opening)s。") % {
        "lines": printing.prose_yuan(figure.lines.net_fen),
        "declared": printing.prose_yuan(figure.declared_fen),
        "opening": printing.prose_yuan(figure.opening.net_fen),
    }


def bases_words(figure: Figure, watermark: Watermark | None) -> str:
    """Name the basis and the cut-off of a headline and show the other basis beside it."""
    words = _(
        "以上为结算口径（已扣退款，尚无逐单记录），净额 %(net)s 元；"
        "支付口径（未扣退款）%(gross)s 元，退款 %(refund)s 元。"
    )
    if watermark is not None:
        words = _(
            "以上为结算口径（已扣退款，数据截止%(as_of)s），净额 %(net)s 元；"
            "支付口径（未扣退款）%(gross)s 元，退款 %(refund)s 元。"
        )
    return words % {
        "as_of": f"{watermark.recorded_at:%Y-%m-%d %H:%M}" if watermark else "",
        "net": yuan(figure.net_fen),
        "gross": yuan(figure.gross_fen),
        "refund": yuan(figure.refund_fen),
    }


def refunded_words(figure: Figure) -> str:
    """Return the clause on a period in which more was refunded than sold, '' for any other."""
    if figure.net_fen >= 0:
        return ""
    back = printing.prose_yuan(-figure.net_fen)
    return _("本期退款多于销售，净退%(figure)s") % {"figure": back}


def sales_words(figure: Figure, openings: Iterable[Opening]) -> str:
    """Print a figure in prose; as loosely as the opening figures that it is built on.

    A figure that is nothing but one published figure is printed in its own wording.
    """
    stated = list(openings)
    if len(stated) == 1 and figure == Figure(opening=figure.opening):
        [only] = stated
        if figure.net_fen == only.amount_fen:
            wording = only.wording
            return printing.declared_figure("money", only.amount_fen, "", only.bound, wording)
    bounds = {opening.bound for opening in stated}
    loosest = next((b for b in (printing.ABOUT, printing.OVER) if b in bounds), printing.EXACT)
    if loosest == printing.EXACT:
        return printing.prose_yuan(figure.net_fen)
    return printing.declared_figure("money", figure.net_fen, "", loosest)


def parameter_facts(
    asked: Asked, first: date | None, watermark: Watermark | None, basis: str
) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a report as labels and values; moments in Shanghai time."""
    view = _("按退款发生期") if asked.view == CASH else _("按订单归属期")
    certified = _("仅认定产品") if asked.is_certified_only else _("全部产品")
    newest = _("尚无逐单记录")
    if watermark is not None:
        newest = _("流水第 %(entry)s 条，入账于 %(when)s") % {
            "entry": watermark.entry,
            "when": f"{watermark.recorded_at:%Y-%m-%d %H:%M:%S %z}",
        }
    facts = [
        (_("统计期间"), period_words(asked, first)),
        (_("统计口径"), f"{basis} · {view} · {certified}"),
        (_("数据截止时间"), newest),
    ]
    if asked.as_of is not None:
        moment = asked.as_of.astimezone(clock.SHANGHAI)
        facts.append((_("按当时数据"), moment.isoformat(sep=" ", timespec="seconds")))
    return tuple(facts)


def shared_warnings(asked: Asked, *, is_simulated: bool) -> tuple[str, ...]:
    """Return what every counting report warns of."""
    found = []
    read_on = clock.business_day(asked.as_of) if asked.as_of else asked.last_day
    if max(asked.last_day, read_on) > clock.today():
        found.append(_("截止日晚于今天，数据截至今日。"))
    if is_simulated:
        found.append(_("本报告含模拟数据，仅供演示，不得作为统计结果使用。"))
    if asked.is_certified_only:
        found.append(_("只计认定产品：台账申报和期初没有认定信息，不计入。"))
    return tuple(found)
