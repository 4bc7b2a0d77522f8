"""Tell why, with the functions that the engine itself judges by.

Nothing is decided here: candidates, levels, reasons, paths, weights and shares come from the
engine; only what it left out (which conditions failed) is looked up again, by its predicates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from marketplace.rules.attribution.contacts import in_order
from marketplace.rules.attribution.finding import Judged, judge, levels_of
from marketplace.rules.attribution.path_money import divided, parts_of
from marketplace.rules.attribution.pathing import AFTER_TOUCHES, build_steps
from marketplace.rules.attribution.predicates import (
    MINIMUM_ORDER,
    WINDOW,
    predicates_of,
    with_order_fen,
)
from marketplace.rules.attribution.shapes import DIRECT, PATHS
from marketplace.rules.attribution.standing import Scale, standings
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.evidence import Level, Reason
from marketplace.rules.explanations import (
    BELOW_MINIMUM_LEVEL,
    EXCLUDED,
    LOST,
    NOT_IN_SCOPE,
    OUTSIDE_WINDOW,
    WON,
    RowExplanation,
    SeenTouch,
    Share,
    Step,
    Unmet,
    Verdict,
    Voucher,
)
from marketplace.rules.line_evidence import LineEvidence
from marketplace.rules.paths.weights import SHARED_MODELS, WHOLE_MODELS, touch_weights

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Row = dict[str, Any]


def explain(
    lines: pl.DataFrame, versions: Sequence[CampaignRules], evidence: LineEvidence
) -> list[RowExplanation]:
    """Explain every ledger row (LINES, whole orders) in the order of the ledger."""
    judged = judge(lines, versions, evidence)
    verdicts = _Verdicts(lines, judged, evidence)
    paths = _paths(lines, judged)
    shares = _shares(lines, judged, paths)
    steps = _steps(judged, paths, evidence.touches)
    return [
        RowExplanation(
            entry_id=row["entry_id"],
            line_key=row["line_key"],
            component=row["component"],
            kind=row["kind"],
            side=row["side"],
            amount_fen=row["amount_fen"],
            paid_at=_moment(row["paid_us"]),
            verdicts=tuple(verdicts.on(row)),
            path=tuple(steps[row["entry_id"]]),
            shares=tuple(shares[row["entry_id"]]),
        )
        for row in lines.sort("order_id", "sequence", "entry_id").iter_rows(named=True)
    ]


class _Verdicts:
    """Looks up, row by row, what the engine found on every campaign."""

    def __init__(self, lines: pl.DataFrame, judged: Judged, evidence: LineEvidence) -> None:
        self.judged, self.evidence = judged, evidence
        self.campaigns = sorted(
            enumerate(judged.ranked), key=lambda numbered: numbered[1].code.encode()
        )
        stood = standings(judged.found, judged.ranked, judged.vouchers.discounts)
        self.stood = {
            (row["entry_id"], row["rank"]): (row["level"], row["reason"])
            for row in stood.iter_rows(named=True)
        }
        self.levels = {
            (entry, rank): level
            for _, frame in levels_of(lines, judged.ranked, judged.vouchers, judged.contacts)
            for entry, rank, level in frame.select("entry_id", "rank", "level").iter_rows()
        }
        known = with_order_fen(lines)
        self.order_fen = dict(known.select("entry_id", "order_fen").iter_rows())
        self.met = {rank: _met(known, rules) for rank, rules in self.campaigns}
        self.touches = in_order(evidence.touches).rows_by_key("place", named=True, unique=True)
        self.redeemed = _by_key(evidence.redemptions, "order_id", "line_key", "campaign_code")
        self.decided = _by_key(evidence.decisions, "order_id", "line_key", "campaign_code")
        self.contacts = _by_key(judged.contacts, "buyer_key", "paid_us", "rank")

    def on(self, row: _Row) -> Iterable[Verdict]:
        for rank, rules in self.campaigns:
            yield self._verdict(row, rank, rules)

    def _verdict(self, row: _Row, rank: int, rules: CampaignRules) -> Verdict:
        entry, code = row["entry_id"], rules.code
        unmet = tuple(
            _unmet(name, row, rules, self.order_fen[entry])
            for name, entries in self.met[rank].items()
            if entry not in entries
        )
        decided_on, decided = self._decision(row, code)
        level, reason = self.stood.get((entry, rank), (self.levels.get((entry, rank), 0), ""))
        return Verdict(
            campaign_code=code,
            version=rules.number,
            outcome=self._outcome((entry, rank), unmet, decided),
            reason=reason,
            level=level,
            minimum_level=rules.minimum_level,
            unmet=unmet,
            vouchers=self._vouchers(row, code),
            reference=code if row["reference_code"] == code else "",
            touches=self._touches(row, rank),
            decided=decided,
            decided_on=decided_on,
        )

    def _outcome(self, key: tuple[int, int], unmet: tuple[Unmet, ...], decided: str) -> str:
        if key in self.stood:
            return WON if self.stood[key][1] == Reason.WON else LOST
        if decided:
            return EXCLUDED
        if any(each.name == WINDOW for each in unmet):
            return OUTSIDE_WINDOW
        return NOT_IN_SCOPE if unmet else BELOW_MINIMUM_LEVEL

    def _decision(self, row: _Row, code: str) -> tuple[str, str]:
        """Return (line key, verdict) of the decision that counts: the line's before the order's."""
        for line_key in (row["line_key"], ""):
            for found in self.decided.get((row["order_id"], line_key, code), []):
                return line_key, found["verdict"]
        return "", ""

    def _vouchers(self, row: _Row, code: str) -> tuple[Voucher, ...]:
        found = self.redeemed.get((row["order_id"], row["line_key"], code), [])
        best_first = sorted(
            found, key=lambda each: (-each["discount_fen"], each["voucher_code"].encode())
        )
        return tuple(Voucher(each["voucher_code"], each["discount_fen"]) for each in best_first)

    def _touches(self, row: _Row, rank: int) -> tuple[SeenTouch, ...]:
        found = self.contacts.get((row["buyer_key"], row["paid_us"], rank), [])
        return tuple(
            SeenTouch(
                kind=self.touches[each["place"]]["kind"],
                source=self.touches[each["place"]]["source"],
                occurred_at=_moment(each["touched_us"]),
                age_seconds=(row["paid_us"] - each["touched_us"]) // 10**6,
            )
            for each in sorted(found, key=lambda each: each["place"])
        )


def _met(known: pl.DataFrame, rules: CampaignRules) -> dict[str, set[int]]:
    """Return the entries that meet each condition of a campaign."""
    return {
        name: set(known.filter(condition)["entry_id"])
        for name, condition in predicates_of(rules).items()
    }


def _unmet(name: str, row: _Row, rules: CampaignRules, order_fen: int) -> Unmet:
    """Say what a row has where a campaign asks something else."""
    sku = row["sku_code"]
    said: dict[str, tuple[str, Iterable[str]]] = {
        WINDOW: (
            _moment(row["paid_us"]).isoformat(),
            (rules.starts_at.isoformat(), rules.ends_at.isoformat()),
        ),
        "sales_point": (row["sales_point_code"], sorted(rules.sales_points)),
        "channel_class": (row["channel_class"], sorted(rules.channel_classes)),
        "county": (row["county_code"], sorted(rules.counties)),
        "buyer_kind": (row["buyer_kind"], sorted(rules.buyer_kinds)),
        "product": (sku, sorted(rules.sku_codes)),
        "certified": (str(row["is_certified"]), ("1",)),
        "matched": (sku, ()),
        MINIMUM_ORDER: (str(order_fen), (str(rules.minimum_order_fen),)),
    }
    found, asked = said[name]
    return Unmet(name, found, tuple(asked))


def _paths(lines: pl.DataFrame, judged: Judged) -> pl.DataFrame:
    """Return the paths with the place of each step, in their order."""
    scale = Scale(max(len(judged.ranked), 1), len(judged.vouchers.discounts))
    return build_steps(lines, judged.found, judged.contacts, judged.ranked, scale.score)


def _steps(judged: Judged, paths: pl.DataFrame, touches: pl.DataFrame) -> dict[int, list[Step]]:
    """Return the path of each ledger row."""
    known = in_order(touches).rows_by_key("place", named=True, unique=True)
    level = {(entry, rank): at for entry, rank, at, _ in judged.found.iter_rows()}
    models = [name for name in (*WHOLE_MODELS, *SHARED_MODELS) if name != "linear_distinct"]
    weighed = touch_weights(paths.select(PATHS.names()), DIRECT).select(models)
    found: dict[int, list[Step]] = defaultdict(list)
    for row, weights in zip(
        paths.iter_rows(named=True), weighed.iter_rows(named=True), strict=True
    ):
        entry, rank, place = row["entry_id"], row["rank"], row["place"]
        touch = None if place >= AFTER_TOUCHES else known[place]
        found[entry].append(
            Step(
                campaign_code="" if rank == DIRECT else judged.ranked[rank].code,
                kind=touch["kind"] if touch else Level(level[entry, rank]).code,
                source=touch["source"] if touch else "",
                occurred_at=_moment(row["touched_us"]),
                age_seconds=row["age_seconds"],
                weights=weights,
            )
        )
    return found


def _shares(lines: pl.DataFrame, judged: Judged, paths: pl.DataFrame) -> dict[int, list[Share]]:
    """Return what each name on each path earns under each model, and how that came about."""
    found: dict[int, list[Share]] = defaultdict(list)
    if not paths.height:
        return found
    codes = [rules.code for rules in judged.ranked]
    on_path = lines.join(paths.select("entry_id").unique(), on="entry_id", how="semi")
    parts = parts_of(on_path, paths.select(PATHS.names()), codes)
    for model in WHOLE_MODELS:
        whole = pl.col(model) * pl.col("amount_fen")
        rows = parts.select(
            "entry_id",
            "campaign_code",
            weight=model,
            total="amount_fen",
            reached=whole,
            moved=whole,
        )
        _add_shares(found, model, rows)
    for model in SHARED_MODELS:
        _add_shares(
            found,
            model,
            divided(parts, model).with_columns(campaign_code=parts["campaign_code"]),
        )
    return found


def _add_shares(found: dict[int, list[Share]], model: str, rows: pl.DataFrame) -> None:
    sums = rows.with_columns(weights=pl.col("weight").sum().over("entry_id"))
    for row in sums.iter_rows(named=True):
        weight, weights, total = int(row["weight"]), int(row["weights"]), int(row["total"])
        found[row["entry_id"]].append(
            Share(
                model=model,
                campaign_code=row["campaign_code"],
                weight=weight,
                weights=weights,
                total_fen=total,
                exact_fen=Fraction(total * weight, weights) if weights else Fraction(0),
                reached_fen=int(row["reached"]),
                moved_fen=int(row["moved"]),
            )
        )


def _by_key(frame: pl.DataFrame, *key: str) -> dict[tuple[Any, ...], list[_Row]]:
    found: dict[tuple[Any, ...], list[_Row]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        found[tuple(row[name] for name in key)].append(row)
    return found


def _moment(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)
