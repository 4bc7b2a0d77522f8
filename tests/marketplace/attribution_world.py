"""Random stories of sales, refunds, corrections, publications and runs, played on the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st

from marketplace.models import AttributionRun
from marketplace.selectors.campaigns import current_versions
from marketplace.services.attribution import request_run, work_run
from marketplace.services.attribution_decisions import confirm_decision_revocation
from operations.services.reviewing import ask_revocation
from orders.models import SalesEntry
from tests.marketplace.ledger_builders import Line, Sale, campaign, moment, person, touch

FIRST = moment("2020-05-01 00:00:00")


def attribute(kind: str = "changed", batch: int = 500, code: str = "") -> AttributionRun:
    run = request_run(kind=kind, campaign_code=code, batch_orders=batch)
    return work_run(run.pk)


@contextmanager
def undone() -> Iterator[None]:
    """Run a block and take back what it wrote, so that each example starts empty."""

    class Undo(Exception):
        pass

    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


@dataclass(frozen=True)
class Step:
    """One thing that happens: what, to which order, how much."""

    what: str
    which: int
    size: int


steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(
            [
                *("sell", "sell", "sell", "refund", "close", "restate", "exclude"),
                *("publish", "run", "redeem", "redeem", "unredeem", "decide", "decide", "revoke"),
                *("touch", "touch", "touch"),
            ]
        ),
        which=st.integers(0, 30),
        size=st.integers(0, 30),
    ),
    min_size=4,
    max_size=20,
)
SKUS = ["SKU-1", "SKU-2", ""]
CODES = ["a", "Z", "é"]
MARKS = [*CODES, "unknown", ""]
LEVELS = [1, 1, 1, 2, 3, 4, 5]
BUYERS = ["", "buyer", "buyer", "other"]
# How long before a payment a touch lies: at it, at the edge of a lookback, a second past it.
AGES = [
    *(timedelta(0), timedelta(seconds=-1), timedelta(hours=5)),
    *(timedelta(days=2), timedelta(days=2, seconds=1), timedelta(days=30, seconds=1)),
]
SCOPES: list[dict] = [
    {},
    {"county": ["522631"]},
    {"sales_point": ["shop"]},
    {"channel_class": ["fair"]},
]


class World:
    """Plays steps against the database."""

    def __init__(self) -> None:
        self.sales: list[Sale] = []

    def play(self, step: Step) -> None:
        if step.what == "sell":
            self.sell(step)
        elif step.what == "publish":
            self.publish(step)
        elif step.what == "run":
            kind = ("changed", "full", "campaign")[step.which % 3]
            known = [version.code for version in current_versions()]
            if kind == "campaign" and not known:
                kind = "full"
            attribute(kind, (1, 7, 500)[step.size % 3], known[0] if kind == "campaign" else "")
        elif self.sales:
            self.change(self.sales[step.which % len(self.sales)], step)

    def sell(self, step: Step) -> None:
        gift = [
            Line("box", 700 + step.size, sku="SKU-1", bundle="BOX", component=1),
            Line("box", 1, sku="SKU-2", bundle="BOX", component=2, county="522625", quantity=3),
        ]
        lines = [
            Line(
                key=f"line{place}",
                amount_fen=1 + step.size * 137 + place,
                subsidy_fen=step.size * 11,
                quantity=1 + place,
                sku=SKUS[(step.which + place) % 3],
                county="522631" if (step.which + place) % 2 else "522625",
                is_certified=bool(step.size % 2),
            )
            for place in range(1 + step.size % 3)
        ]
        self.sales.append(
            Sale(
                f"N{len(self.sales)}",
                FIRST + timedelta(hours=7 * step.which, seconds=step.size - 15),
                [*lines, *gift] if step.which % 3 == 2 else lines,
                shop=("shop", "fair")[step.size % 2],
                channel=("platform", "fair")[step.size % 2],
                reference_code=("", "", "a", "é")[step.which % 4],
                buyer_key=BUYERS[(step.which + step.size) % 4],
            )
        )

    def publish(self, step: Step) -> None:
        start = FIRST + timedelta(hours=12 * (step.size % 5))
        campaign(
            CODES[step.which % 3],
            start,
            start + timedelta(days=1 + step.which % 7),
            minimum_level=LEVELS[step.size % 7],
            priority=step.which % 2,
            scopes=SCOPES[step.size % 4],
            is_certified_only=step.which % 5 == 4,
            minimum_order_fen=2000 if step.which % 6 == 5 else 0,
            lookback_days=(30, 2, 0)[step.size % 3],
        )
        for sale in self.sales:
            sale.mark()

    def change(self, sale: Sale, step: Step) -> None:
        key = sorted(sale.standing)[step.size % len(sale.standing)]
        standing = sum(entry.amount_fen for entry in sale.standing[key])
        if step.what == "exclude":
            sale.exclude(f"extra{SalesEntry.objects.count()}", 500)
            sale.mark()
        elif step.what == "restate":
            sale.restate(key, sku_code=SKUS[step.size % 3], county_code="522625")
        elif step.what == "touch":
            self.touch(sale, step)
        elif step.what in ("redeem", "unredeem"):
            self.redeem(sale, sale.sold[key].line_key, step)
        elif step.what in ("decide", "revoke"):
            self.decide(sale, sale.sold[key].line_key, step)
        elif standing:
            part = standing if step.what == "close" else 1 + step.size % standing
            sale.refund(key, part, sale.paid_at + timedelta(days=step.size))

    def touch(self, sale: Sale, step: Step) -> None:
        """Touch a buyer about the time of a sale; the touch may come long after the sale."""
        if not sale.buyer_key:
            return
        touch(
            sale.buyer_key,
            sale.paid_at - AGES[step.size % len(AGES)],
            ("a", "Z", "é", "", "unknown")[step.which % 5],
            kind=("share", "visit", "click", "scan")[step.size % 4],
        )
        for other in self.sales:
            if other.buyer_key == sale.buyer_key:
                other.mark()

    def redeem(self, sale: Sale, line_key: str, step: Step) -> None:
        voucher = ("V1", "v", "券")[step.size % 3]
        if step.what == "redeem":
            sale.redeem(line_key, MARKS[step.which % 5], (0, 300)[step.size % 2], voucher)
        else:
            sale.order.redemptions.filter(voucher_code=voucher).delete()
            sale.mark()

    def decide(self, sale: Sale, line_key: str, step: Step) -> None:
        """Decide where nothing was decided, or revoke what was; the feed is the service's."""
        standing = sale.order.attribution_decisions.filter(state="approved")
        if step.what == "revoke":
            for decision in standing[:1]:
                ask_revocation(decision, person("jingban"), "误判")
                confirm_decision_revocation(decision, person("shenhe"))
            return
        known = [version.code for version in current_versions()]
        where = ("", line_key)[step.size % 2]
        verdict = ("credit", "exclude")[step.which % 2]
        free = [
            code
            for code in known
            if not standing.filter(campaign__code=code, line_key=where).exists()
        ]
        if free:
            sale.decide(free[step.which % len(free)], verdict, where)
