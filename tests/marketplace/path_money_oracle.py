"""A second, slow opinion on the models of a path: plain Python, one ledger row at a time.

Written from the specification, not from the engine: weights as whole numbers or powers, the
largest remainder as a sort, the running sums of a line as a loop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.paths.weights import decay_integer

MODELS = (
    *("first", "last", "last_non_direct", "linear", "linear_distinct"),
    *("position", "time_decay"),
)
KINDS = ("share", "visit", "click", "scan")
Step = tuple[str, int]
# Who stands on a ledger row: {campaign: (level, place in the order of the direct rule)}.
Standing = Mapping[str, tuple[int, int]]


def touched(entry: Any, rules: CampaignRules, touches: Iterable[Any]) -> bool:
    """Say whether a campaign touched the buyer of a ledger row inside its lookback."""
    return any(
        touch.campaign_code == rules.code and _counts(entry, touch, rules.lookback_days)
        for touch in touches
    )


def _counts(entry: Any, touch: Any, lookback_days: int) -> bool:
    if not entry.buyer_key or touch.buyer_key != entry.buyer_key:
        return False
    return timedelta(0) <= entry.paid_at - touch.occurred_at <= timedelta(days=lookback_days)


def path_of(
    entry: Any, standing: Standing, versions: list[CampaignRules], touches: Iterable[Any]
) -> list[Step]:
    """Return (campaign, age in seconds) of each touch that led to a ledger row, in order."""
    lookbacks = {rules.code: rules.lookback_days for rules in versions if rules.code in standing}
    lookbacks[""] = max(lookbacks.values(), default=-1)
    steps = []
    for touch in touches:
        code = touch.campaign_code
        if code in lookbacks and _counts(entry, touch, lookbacks[code]):
            order = (KINDS.index(touch.kind), touch.source.encode(), touch.source_id.encode())
            steps.append((touch.occurred_at, 0, order, code))
    for code, (level, place) in standing.items():
        if level >= 3:
            steps.append((entry.paid_at, 1, (place, b"", b""), code))
    steps.sort()
    path = [(code, (entry.paid_at - at) // timedelta(seconds=1)) for at, _, _, code in steps]
    return path if any(code for code, _ in path) else []


def weights_of(path: list[Step], model: str) -> dict[str, int]:
    """Return the weight of each name on a path as a whole number."""
    count, newest = len(path), min(age for _, age in path)
    weights: dict[str, int] = defaultdict(int)
    for place, (code, age) in enumerate(path):
        is_end = place in (0, count - 1)
        weights[code] += {
            "first": int(place == 0),
            "last": int(place == count - 1),
            "last_non_direct": int(
                code != "" and all(after == "" for after, _ in path[place + 1 :])
            ),
            "linear": 1,
            "linear_distinct": 0,
            "position": 2 * (count - 2) if is_end and count > 2 else 1,
            "time_decay": decay_integer(age - newest),
        }[model]
    return dict.fromkeys(weights, 1) if model == "linear_distinct" else dict(weights)


def split(total: int, weights: Mapping[str, int], order: str, line: str) -> dict[str, int]:
    """Split fen over names by largest remainder; equals go by the hash of who and what."""
    if total < 0:
        return {name: -part for name, part in split(-total, weights, order, line).items()}
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    parts = {name: total * weight // whole for name, weight in weights.items()}
    by_rest = sorted(
        weights,
        key=lambda name: (-(total * weights[name] % whole), tie_key(order, line, name)),
    )
    for name in by_rest[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def tie_key(order: str, line: str, name: str) -> int:
    """Return the number whose smaller one takes a fen before its equals."""
    return int.from_bytes(sha256("\x1f".join((order, line, name)).encode()).digest()[:8], "big")


def path_money_of(
    entries: Iterable[Any],
    standings: Mapping[int, Standing],
    versions: list[CampaignRules],
    touches: Iterable[Any],
) -> dict[tuple[int, str], tuple[int, ...]]:
    """Return {(entry id, campaign): fen under each model}; '' is no campaign's."""
    touches = list(touches)
    money: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * len(MODELS))
    lines: dict[tuple, _Line] = defaultdict(_Line)
    for entry in sorted(entries, key=lambda entry: (entry.order_id, entry.sequence, entry.pk)):
        path = path_of(entry, standings[entry.pk], versions, touches)
        line = lines[_judged_alike(entry)]
        line.add(entry)
        for place, model in enumerate(MODELS):
            if path:
                found = line.shares(entry, weights_of(path, model), model)
            else:
                found = {"": entry.amount_fen}
            for name, fen in found.items():
                money[entry.pk, name][place] += fen
    return {key: tuple(amounts) for key, amounts in money.items() if any(amounts)}


class _Line:
    """What a line came to so far: sold, refunded, and what each name reached of either."""

    def __init__(self) -> None:
        self.sold = self.refunded = self.stood = 0
        self.reached: dict[tuple, dict[str, int]] = defaultdict(dict)

    def add(self, entry: Any) -> None:
        if entry.side == "gross":
            self.sold += entry.amount_fen
            self.stood = self.sold or self.stood
        else:
            self.refunded -= entry.amount_fen

    def shares(self, entry: Any, weights: dict[str, int], model: str) -> dict[str, int]:
        names = entry.order_number, entry.line_key
        before = self.reached[entry.side, model]
        if entry.side == "gross":
            now = split(self.sold, weights, *names)
        else:
            earned = split(self.stood or abs(self.refunded), weights, *names)
            bounds = {name: abs(fen) for name, fen in earned.items()}
            now = {name: -fen for name, fen in split(self.refunded, bounds, *names).items()}
        self.reached[entry.side, model] = now
        return {name: fen - before.get(name, 0) for name, fen in now.items()}


def _judged_alike(entry: Any) -> tuple:
    """Return what the rules read of a ledger row, and its line."""
    return (
        *(entry.order_id, entry.line_key, entry.component, entry.paid_at, entry.buyer_key),
        *(entry.buyer_kind, entry.sales_point_code, entry.channel_class, entry.county_code),
        *(entry.sku_code, entry.bundle_sku_code, entry.is_certified, entry.reference_code),
    )
