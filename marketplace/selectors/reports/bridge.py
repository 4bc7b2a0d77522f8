"""The bridge (更正过桥) from a campaign's figure after one run to its figure after a later one.

Each attribution entry that the runs between wrote stands in exactly one step, so the steps add
up to the difference, and consecutive bridges add up step by step
(docs/decisions/0029-campaign-drafts-and-bridges.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from marketplace.errors import BridgeNotValid
from marketplace.models import AttributionEntry, AttributionRun
from marketplace.rules.campaign_report import Asked
from marketplace.rules.causes import STEP_OF_CAUSE, STEP_OF_KIND, STEP_OF_SOURCE, Step
from marketplace.selectors.attribution import ended_runs
from marketplace.selectors.reports.asking import check_basis

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class BridgeEnd:
    """A figure as one run left it: net (fen), and which rules of the campaign it used.

    Run 0 is before the first. `version` None: the campaign had none, or the rules changed
    while the run worked.
    """

    run: int
    finished_at: datetime | None
    version: int | None
    digest: str
    net_fen: int


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """What one cause moved: entries that moved money, their orders, and the net (fen)."""

    step: Step
    entries: int
    orders: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """start + Σ steps = end. Every step is there, those that moved nothing too."""

    asked: Asked
    start: BridgeEnd
    end: BridgeEnd
    steps: tuple[BridgeStep, ...]

    @property
    def moved_fen(self) -> int:
        """Return the sum of the steps."""
        return sum(step.net_fen for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """Return the bridge under its fixed names."""
        return {
            "campaign": self.asked.campaign,
            "model": self.asked.model,
            "basis": self.asked.basis,
            "from": _end_as_json(self.start),
            "to": _end_as_json(self.end),
            "steps": [
                {
                    "step": each.step.value,
                    "name": step_name(each.step),
                    "entries": each.entries,
                    "orders": each.orders,
                    "net_fen": each.net_fen,
                }
                for each in self.steps
            ],
            "difference_fen": self.end.net_fen - self.start.net_fen,
        }


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """One attribution entry of a step. `net_fen` is what it adds to the figure, signed."""

    entry: int
    step: Step
    run: int
    order_number: str
    line_key: str
    sales_point: str
    county_code: str
    sku_code: str
    order_date: date
    event_date: date
    level: int
    reason: str
    net_fen: int


def read_bridge(asked: Asked, *, start: int | None = None, end: int | None = None) -> Bridge:
    """Return the bridge between two ended runs, in a fixed number of statements.

    `end`: by default the last ended run; `start`: the ended run before it, 0 for before the
    first. Raises BridgeNotValid, BasisNotSplit.
    """
    check_basis(asked)
    first, last = _runs(start, end)
    low, column = first.pk if first else 0, _column(asked)
    own = AttributionEntry.objects.filter(campaign_code=asked.campaign)
    sums = own.aggregate(
        start=Sum(column, filter=Q(run_id__lte=low), default=0),
        end=Sum(column, filter=Q(run_id__lte=last.pk), default=0),
    )
    found = {
        row["moved_by"]: row
        for row in _entries(asked, low, last.pk)
        .values("moved_by")
        .annotate(
            entries=Count("id"),
            orders=Count("entry__order_id", distinct=True),
            net=Sum(column),
        )
        .order_by()
    }
    steps = []
    for step in Step:
        row = found.get(step.value, {"entries": 0, "orders": 0, "net": 0})
        steps.append(BridgeStep(step, row["entries"], row["orders"], int(row["net"])))
    return Bridge(
        asked,
        _end(asked, first, int(sums["start"])),
        _end(asked, last, int(sums["end"])),
        tuple(steps),
    )


def bridge_lines(
    bridge: Bridge, *, step: Step | None = None, after: int = 0, most: int | None = None
) -> Iterator[BridgeLine]:
    """Yield the entries of a bridge, or of one step, by ascending id after `after`."""
    rows = _entries(bridge.asked, bridge.start.run, bridge.end.run).filter(id__gt=after)
    if step is not None:
        rows = rows.filter(moved_by=step.value)
    column = _column(bridge.asked)
    values = rows.order_by("id").values_list(
        *("id", "moved_by", "run_id", "order_number", "entry__line_key", "sales_point_code"),
        *("entry__county_code", "entry__sku_code", "entry__order_date", "entry__event_date"),
        *("level", "reason", column),
    )
    listed = values.iterator(chunk_size=_CHUNK) if most is None else values[:most]
    for entry, of, *rest in listed:
        yield BridgeLine(entry, Step(of), *rest)


def step_name(step: Step) -> str:
    """Return the name of a step."""
    return {
        Step.LATE_ORDERS: _("迟到订单"),
        Step.REFUNDS: _("退款"),
        Step.EXCLUSIONS: _("剔除"),
        Step.WITHDRAWALS: _("撤销导入"),
        Step.CORRECTIONS: _("更正"),
        Step.MATCHING: _("商品匹配"),
        Step.DECISIONS: _("归属认定"),
        Step.EVIDENCE: _("依据变化"),
        Step.RULES: _("规则版本"),
    }[step]


def step_definition(step: Step) -> str:
    """Say what stands in a step."""
    return {
        Step.LATE_ORDERS: _("此前没有计算过的订单行。"),
        Step.REFUNDS: _("此后入账的退款和取消。"),
        Step.EXCLUSIONS: _("剔除决定生效或撤销。"),
        Step.WITHDRAWALS: _("导入的文件被撤销。"),
        Step.CORRECTIONS: _("台账更正，或来源改报了原来的内容。"),
        Step.MATCHING: _("商品匹配到规格，或改配。"),
        Step.DECISIONS: _("归属认定生效或撤销。"),
        Step.EVIDENCE: _("已计算的订单补报了触点、消费券、活动标记等依据。"),
        Step.RULES: _("发布了新的活动规则，或计算方法升级。"),
    }[step]


def _end_as_json(end: BridgeEnd) -> dict[str, Any]:
    return {
        "run": end.run,
        "finished_at": end.finished_at.isoformat() if end.finished_at else None,
        "version": end.version,
        "digest": end.digest,
        "net_fen": end.net_fen,
    }


def _column(asked: Asked) -> str:
    return f"{asked.model_columns}_{asked.basis_columns}fen"


def _entries(asked: Asked, start: int, end: int) -> QuerySet[Any]:
    """Return what the runs after `start` up to `end` wrote of the figure, with its step."""
    own = AttributionEntry.objects.filter(campaign_code=asked.campaign)
    between = own.filter(run_id__gt=start, run_id__lte=end)
    return between.exclude(**{_column(asked): 0}).annotate(moved_by=_MOVED_BY)


def _runs(start: int | None, end: int | None) -> tuple[AttributionRun | None, AttributionRun]:
    """Find both ended runs. Raises BridgeNotValid."""
    last = _run(end) if end is not None else ended_runs().first()
    if last is None:
        raise BridgeNotValid(_("还没有计算过归因，没有可比的数。"), code="no_run_before")
    if start is None:
        return ended_runs().filter(pk__lt=last.pk).first(), last
    first = _run(start) if start else None
    if first is not None and first.pk >= last.pk:
        raise BridgeNotValid(
            _("起点批次 #%(start)s 不早于终点批次 #%(end)s。")
            % {"start": first.pk, "end": last.pk},
            code="runs_in_wrong_order",
        )
    return first, last


def _run(number: int) -> AttributionRun:
    run = AttributionRun.objects.filter(pk=number).first()
    if run is None:
        raise BridgeNotValid(_("没有计算批次 #%(run)s。") % {"run": number}, code="unknown_run")
    if run.status == AttributionRun.Status.OPEN:
        raise BridgeNotValid(
            _("计算批次 #%(run)s 尚未完成。") % {"run": number}, code="run_not_ended"
        )
    return run


def _end(asked: Asked, run: AttributionRun | None, net_fen: int) -> BridgeEnd:
    if run is None:
        return BridgeEnd(0, None, None, "", net_fen)
    version = run.versions.get(asked.campaign)
    return BridgeEnd(run.pk, run.finished_at, version, run.digest, net_fen)


# The step of an entry. Entries of older databases name no cause: their ledger row speaks.
_MOVED_BY = Case(
    *(When(cause=cause.value, then=Value(step.value)) for cause, step in STEP_OF_CAUSE.items()),
    *(
        When(entry__source__startswith=f"{door}:", then=Value(step.value))
        for door, step in STEP_OF_SOURCE.items()
    ),
    *(When(entry__kind=kind, then=Value(step.value)) for kind, step in STEP_OF_KIND.items()),
    output_field=CharField(),
)
