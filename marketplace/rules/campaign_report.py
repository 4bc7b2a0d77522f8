"""The shape of a campaign report: what is asked and what is answered (docs/decisions/0005).

Pure values. Money in fen; `refund_fen` is positive here, net = gross - refund.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.evidence import Level
from marketplace.rules.path_indices import PathIndices
from marketplace.rules.uplift.reported import ReportedUplift

# The name of a model in the interface, and the columns it has in tables.
RULE_COLUMNS = {"direct_rule": "direct", "participation": "participation"}
MODEL_COLUMNS = RULE_COLUMNS | {model: model for model in PATH_MODELS}
TRANSACTION, CONSUMER_PAID = "transaction", "consumer_paid"
BASES = (TRANSACTION, CONSUMER_PAID)
COHORT, CASH = "cohort", "cash"
# The ledger date that a view places money on, as in `marketplace.rules.totals.VIEWS`. Stated
# here too, because that module loads the engine's libraries, which no report needs.
VIEW_DATES = {COHORT: "order_date", CASH: "event_date"}
REPORT_VIEWS = tuple(VIEW_DATES)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report: campaign, model, amount basis and the date that money is placed on."""

    campaign: str
    model: str = "direct_rule"
    basis: str = TRANSACTION
    view: str = COHORT

    @property
    def model_columns(self) -> str:
        """Return the prefix of the model's columns."""
        return MODEL_COLUMNS[self.model]

    @property
    def is_analysis(self) -> bool:
        """Say whether the model splits over paths, which only analysts are shown."""
        return self.model in PATH_MODELS

    @property
    def exclusive_columns(self) -> str:
        """Return the prefix of the model that every fen is counted once under, beside this one.

        It is the model itself, and the direct rule for participation.
        """
        return "direct" if self.model == "participation" else self.model_columns

    @property
    def basis_columns(self) -> str:
        """Return what the basis adds to that prefix in the daily money."""
        return "consumer_" if self.basis == CONSUMER_PAID else ""


@dataclass(frozen=True, slots=True)
class Window:
    """The campaign's window [start, end) on payment time, aware."""

    start: datetime
    end: datetime
    first_day: date
    last_day: date

    def days(self, most: int) -> list[date]:
        """Return every business day of the window, none where there are more than `most`."""
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=n) for n in range(count)] if count <= most else []


@dataclass(frozen=True, slots=True)
class Money:
    """Money of some credited lines; `net_fen` is what stays after refunds."""

    gross_fen: int = 0
    refund_fen: int = 0

    @property
    def net_fen(self) -> int:
        """Return gross less refunds."""
        return self.gross_fen - self.refund_fen

    def as_json(self) -> dict[str, int]:
        """Return the three figures under their fixed names."""
        return {
            "gross_fen": self.gross_fen,
            "refund_fen": self.refund_fen,
            "net_fen": self.net_fen,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a breakdown: a code with its name, the orders involved and their money."""

    code: str
    name: str
    orders: int
    money: Money

    def as_json(self) -> dict[str, Any]:
        """Return the row under its fixed names."""
        head = {"code": self.code, "name": self.name, "orders": self.orders}
        return {**head, **self.money.as_json()}


@dataclass(frozen=True, slots=True)
class Totals:
    """The headline figures; each is defined in `marketplace.selectors.reports.definitions`.

    Path models do not split subsidies: under one `consumer_paid_fen` and `subsidy_fen` are None.
    """

    orders: int
    orders_stood: int
    buyers: int
    lines: int
    quantity: int
    gross_fen: int
    refund_fen: int
    net_fen: int
    consumer_paid_fen: int | None
    subsidy_fen: int | None
    participation_fen: int
    distinct_total_fen: int


@dataclass(frozen=True, slots=True)
class Leverage:
    """Subsidy of one funder and the net sales of the lines that it subsidised."""

    funder: str
    subsidy_fen: int
    net_fen: int

    @property
    def ratio(self) -> float | None:
        """Return net sales per fen of subsidy; None where no subsidy stands."""
        return self.net_fen / self.subsidy_fen if self.subsidy_fen else None


@dataclass(frozen=True, slots=True)
class Excluded:
    """Lines of one reason that are not counted; money net of refunds."""

    reason: str
    label: str
    orders: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The rest of the ledger on the campaign's days: what nobody and what others earned.

    `none_*` and `others_net_fen`: at the sales points of the campaign's scope.
    `distinct_total_fen`: everywhere, lines with at least one candidate.
    """

    none_orders: int
    none: Money
    others_net_fen: int
    distinct_total_fen: int


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Which computation the figures come from; `pending_orders` wait for the next one.

    `digest` is that of the state that was read. `unfinished_run` is a later run that is open
    or has failed: then some orders may already stand as that run left them.
    """

    run: int
    digest: str
    as_of: datetime
    pending_orders: int
    unfinished_run: int | None


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """Everything that a campaign report says; every renderer prints this and nothing else.

    `is_simulated`: orders of the simulator are among those it looks at, and it must say so.
    `model_net_fen`: None where a model does not know the basis. `indices`: under path models.
    """

    asked: Asked
    name: str
    version: int
    window: Window
    run: RunFacts
    totals: Totals
    buyers_keyed_orders: int
    by_day: tuple[Row, ...]
    by_county: tuple[Row, ...]
    by_sales_point: tuple[Row, ...]
    by_channel: tuple[Row, ...]
    by_product: tuple[Row, ...]
    by_evidence: tuple[Row, ...]
    model_net_fen: dict[str, int | None]
    leverage: tuple[Leverage, ...]
    uplift: ReportedUplift | None
    excluded: tuple[Excluded, ...]
    surroundings: Surroundings
    unmatched_lines: int
    unmatched: Money
    definitions: dict[str, str]
    is_simulated: bool
    indices: PathIndices | None = None

    def for_officials(self) -> CampaignReport:
        """Return the report without what only analysts are shown."""
        shown = {name: self.model_net_fen[name] for name in RULE_COLUMNS}
        return replace(self, model_net_fen=shown, indices=None)

    def as_json(self) -> dict[str, Any]:
        """Return the report under the fixed names of the interface."""
        around = self.surroundings
        return {
            "campaign": self.asked.campaign,
            "name": self.name,
            "simulated": self.is_simulated,
            "version": self.version,
            "run": self.run.run,
            "digest": self.run.digest,
            "as_of": self.run.as_of.isoformat(),
            "pending_orders": self.run.pending_orders,
            "unfinished_run": self.run.unfinished_run,
            "model": self.asked.model,
            "basis": self.asked.basis,
            "view": self.asked.view,
            "window": {
                "start": self.window.start.isoformat(),
                "end": self.window.end.isoformat(),
            },
            "totals": asdict(self.totals),
            "buyers_keyed_orders": self.buyers_keyed_orders,
            "by_day": [
                {"date": row.code, "orders": row.orders, **row.money.as_json()}
                for row in self.by_day
            ],
            "by_county": [row.as_json() for row in self.by_county],
            "by_sales_point": [row.as_json() for row in self.by_sales_point],
            "by_channel": [row.as_json() for row in self.by_channel],
            "by_product": [row.as_json() for row in self.by_product],
            "by_evidence": [_evidence_json(row) for row in self.by_evidence],
            "models": {name: {"net_fen": fen} for name, fen in self.model_net_fen.items()},
            "leverage": [{**asdict(row), "ratio": row.ratio} for row in self.leverage],
            "indices": None if self.indices is None else asdict(self.indices),
            "uplift": self.uplift and self.uplift.as_json(self.totals.subsidy_fen or 0),
            "excluded": [asdict(row) for row in self.excluded],
            "none": {"orders": around.none_orders, **around.none.as_json()},
            "others": {"net_fen": around.others_net_fen},
            "unmatched": {"lines": self.unmatched_lines, **self.unmatched.as_json()},
            "definitions": self.definitions,
        }


def _evidence_json(row: Row) -> dict[str, Any]:
    """Return a row whose code is an evidence level, with the level's stable name."""
    level = Level(int(row.code))
    head = {"level": level.value, "name": level.code, "label": row.name, "orders": row.orders}
    return {**head, **row.money.as_json()}
