"""Ledger rows, rules and evidence in memory, and the engine's answer to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl
from hypothesis import strategies as st

from common.clock import window_of_days
from marketplace.rules.attribution import CREDITS, LINES, candidates
from marketplace.rules.attribution.shapes import microseconds
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.line_evidence import DECISIONS, REDEMPTIONS, LineEvidence
from marketplace.rules.touches import TOUCHES

START, END = window_of_days(date(2020, 5, 1), date(2020, 5, 7))
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Row:
    """A ledger row in memory."""

    pk: int = 1
    order_id: int = 1
    sales_point_code: str = "shop"
    order_number: str = "A1"
    line_key: str = "line"
    component: int = 0
    sequence: int = 1
    kind: str = "sale"
    side: str = "gross"
    channel_class: str = "platform"
    county_code: str = "522631"
    sku_code: str = "SKU-1"
    bundle_sku_code: str = ""
    is_certified: bool = True
    buyer_key: str = ""
    buyer_kind: str = "consumer"
    reference_code: str = ""
    quantity: int = 1
    amount_fen: int = 1000
    consumer_paid_fen: int = 900
    subsidy_fen: int = 100
    paid_at: datetime = START
    order_date: date = date(2020, 5, 1)
    event_date: date = date(2020, 5, 1)


def rules(code: str = "mayday", **changes: object) -> CampaignRules:
    plain = CampaignRules(
        code=code,
        name=code,
        number=1,
        starts_at=START,
        ends_at=END,
        minimum_level=1,
        priority=0,
        lookback_days=30,
        is_certified_only=False,
        minimum_order_fen=0,
        sales_points=frozenset(),
        channel_classes=frozenset(),
        sku_codes=frozenset(),
        has_product_scope=False,
        counties=frozenset(),
        buyer_kinds=frozenset(),
        rule_hash="",
    )
    return replace(plain, **changes)


def frame(rows: list[Row]) -> pl.DataFrame:
    values = [
        {
            **{name: getattr(row, name) for name in LINES if hasattr(row, name)},
            "entry_id": row.pk,
            "is_certified": int(row.is_certified),
            "paid_us": microseconds(row.paid_at),
        }
        for row in rows
        if row.amount_fen
    ]
    return pl.DataFrame(values, schema=LINES)


@dataclass(frozen=True)
class Voucher:
    """A voucher redeemed on an order line, in memory."""

    campaign_code: str
    discount_fen: int = 100
    voucher_code: str = "V1"
    line_key: str = "line"
    order_id: int = 1


@dataclass(frozen=True)
class Decision:
    """A decision in force, in memory."""

    campaign_code: str
    verdict: str = "credit"
    line_key: str = ""
    order_id: int = 1


@dataclass(frozen=True)
class Touch:
    """A touch of a buyer, in memory."""

    campaign_code: str
    occurred_at: datetime = START - timedelta(days=1)
    kind: str = "click"
    buyer_key: str = "buyer"
    source: str = "test"
    source_id: str = "1"

    @property
    def touched_us(self) -> int:
        return microseconds(self.occurred_at)


Evidence = Sequence[Voucher | Decision | Touch]


def evidence_of(found: Evidence) -> LineEvidence:
    def framed(kind: type, schema: pl.Schema) -> pl.DataFrame:
        values = [
            [getattr(each, name) for name in schema] for each in found if isinstance(each, kind)
        ]
        return pl.DataFrame(values, schema=schema, orient="row")

    return LineEvidence(
        framed(Voucher, REDEMPTIONS), framed(Decision, DECISIONS), framed(Touch, TOUCHES)
    )


def judged(rows: list[Row], versions: list[CampaignRules], evidence: Evidence = ()) -> pl.DataFrame:
    return candidates(frame(rows), versions, evidence_of(evidence))


def credited(
    rows: list[Row], versions: list[CampaignRules], evidence: Evidence = ()
) -> dict[tuple, tuple]:
    found = judged(rows, versions, evidence)
    assert found.schema == CREDITS
    return {row[:4]: row[4:] for row in found.iter_rows()}


def ruled(
    rows: list[Row], versions: list[CampaignRules], evidence: Evidence = ()
) -> dict[tuple, tuple]:
    """Return the credits under the direct rule and participation alone."""
    state = credited(rows, versions, evidence)
    return {key: money[:4] for key, money in state.items() if money[1]}


def winner(row: Row, versions: list[CampaignRules], evidence: Evidence = ()) -> tuple[str, int]:
    state = credited([row], versions, evidence)
    [(_, code, level, _)] = [key for key, money in state.items() if money[0]]
    return code, level


campaigns = st.builds(
    rules,
    starts_at=st.sampled_from([START - timedelta(days=1), START, START + SECOND]),
    ends_at=st.sampled_from([START + 2 * SECOND, END, END + timedelta(days=1)]),
    minimum_level=st.sampled_from([1, 1, 2, 3, 4, 5]),
    priority=st.integers(-1, 1),
    lookback_days=st.sampled_from([0, 1, 30]),
    is_certified_only=st.booleans(),
    minimum_order_fen=st.sampled_from([0, 0, 1500]),
    sales_points=st.sampled_from([frozenset(), frozenset({"shop"})]),
    channel_classes=st.sampled_from([frozenset(), frozenset({"platform", "fair"})]),
    sku_codes=st.sampled_from([frozenset(), frozenset({"SKU-1"})]),
    has_product_scope=st.booleans(),
    counties=st.sampled_from([frozenset(), frozenset({"522631"})]),
    buyer_kinds=st.sampled_from([frozenset(), frozenset({"consumer"})]),
)
rows = st.builds(
    Row,
    order_id=st.integers(1, 3),
    line_key=st.sampled_from(["line", "b"]),
    component=st.integers(0, 2),
    bundle_sku_code=st.sampled_from(["", "", "SKU-1"]),
    sales_point_code=st.sampled_from(["shop", "fair"]),
    channel_class=st.sampled_from(["platform", "fair", "centre"]),
    county_code=st.sampled_from(["522631", ""]),
    sku_code=st.sampled_from(["SKU-1", "SKU-2", ""]),
    is_certified=st.booleans(),
    buyer_key=st.sampled_from(["", "buyer", "other"]),
    buyer_kind=st.sampled_from(["consumer", "unit"]),
    reference_code=st.sampled_from(["", "é", "a", "unknown"]),
    side=st.sampled_from(["gross", "gross", "refund"]),
    amount_fen=st.integers(-2000, 2000),
    consumer_paid_fen=st.integers(-2000, 2000),
    paid_at=st.sampled_from([START - SECOND, START, START + SECOND, END - SECOND, END]),
)
CODES = ["é", "a", "Z", "b", "z-1"]
several = st.lists(
    st.tuples(st.sampled_from(CODES), campaigns),
    max_size=4,
    unique_by=lambda pair: pair[0],
)
vouchers = st.lists(
    st.builds(
        Voucher,
        campaign_code=st.sampled_from([*CODES, "unknown"]),
        discount_fen=st.sampled_from([0, 1, 500]),
        voucher_code=st.sampled_from(["V1", "v", "券", "\U00010000", "\uffff"]),
        line_key=st.sampled_from(["line", "b", "gone"]),
        order_id=st.integers(1, 3),
    ),
    max_size=10,
    unique_by=lambda each: (each.order_id, each.line_key, each.voucher_code),
)
decisions = st.lists(
    st.builds(
        Decision,
        campaign_code=st.sampled_from([*CODES, "unknown"]),
        verdict=st.sampled_from(["credit", "exclude"]),
        line_key=st.sampled_from(["", "line", "b"]),
        order_id=st.integers(1, 3),
    ),
    max_size=6,
    unique_by=lambda each: (each.order_id, each.line_key, each.campaign_code),
)
touches = st.lists(
    st.builds(
        Touch,
        campaign_code=st.sampled_from([*CODES, "", "", "unknown"]),
        occurred_at=st.builds(
            lambda days, seconds: START + timedelta(days=days, seconds=seconds),
            st.sampled_from([-31, -30, -1, 0, 1, 6]),
            st.sampled_from([-1, 0, 0, 1]),
        ),
        kind=st.sampled_from(["share", "visit", "click", "scan"]),
        buyer_key=st.sampled_from(["buyer", "other"]),
        source=st.sampled_from(["a", "é"]),
        source_id=st.sampled_from(["1", "10", "2", "\uffff", "\U00010000"]),
    ),
    max_size=8,
    unique_by=lambda each: (each.source, each.source_id),
)
