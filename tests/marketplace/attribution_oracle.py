"""A second, slow opinion on attribution: plain Python over ledger rows, no frames.

Written from the specification, not from the engine. `credits_of` is the state that the ledger
deserves; `totals_of`, `counts_of` and `digest_of` are what must then stand in the tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from marketplace.rules.campaigns import CampaignRules
from tests.marketplace.path_money_oracle import MODELS, path_money_of, touched

REASONS = (
    *("lower_level", "smaller_discount", "voucher_order"),
    *("lower_priority", "earlier_start", "longer_window", "code_order"),
)
Credit = tuple[int, str, int, str]
# direct, participation, the same of consumers, then one amount per model of a path.
Money = tuple[int, ...]
_NOTHING = (0,) * len(MODELS)


def credits_of(
    entries: Iterable[Any],
    versions: list[CampaignRules],
    vouchers: Iterable[Any] = (),
    decisions: Iterable[Any] = (),
    touches: Iterable[Any] = (),
) -> dict[Credit, Money]:
    """Return {(entry id, campaign, level, reason): money} of every ledger row with an amount.

    Vouchers and decisions have the columns of REDEMPTIONS and DECISIONS as attributes, touches
    those of Touchpoint.
    """
    entries = [entry for entry in entries if entry.amount_fen]
    vouchers, decisions, touches = list(vouchers), list(decisions), list(touches)
    ranked = {
        entry.pk: _ranked(standing)
        for entry, standing in _standings(entries, versions, vouchers, decisions, touches)
    }
    places = {
        pk: {code: (level, -place) for place, (code, level, _) in enumerate(row) if code}
        for pk, row in ranked.items()
    }
    paths = path_money_of(entries, places, versions, touches)
    state: dict[Credit, Money] = {}
    for entry in entries:
        whole = (entry.amount_fen, entry.consumer_paid_fen)
        rows = {code: (level, reason) for code, level, reason in ranked[entry.pk]}
        for code, (level, reason) in {"": (0, "none"), **rows}.items():
            if reason == "none":
                money = (0, 0, 0, 0)
            else:
                direct = whole if reason == "" else (0, 0)
                money = (direct[0], whole[0], direct[1], whole[1])
            money += paths.get((entry.pk, code), _NOTHING)
            if any(money):
                state[entry.pk, code, level, reason.replace("none", "")] = money
    return state


def _standings(
    entries: list[Any],
    versions: list[CampaignRules],
    vouchers: list[Any],
    decisions: list[Any],
    touches: list[Any],
) -> Iterator[tuple[Any, list[tuple[int, int, bytes, CampaignRules]]]]:
    """Yield each ledger row with the campaigns that stand on it."""
    gross: dict[int, int] = defaultdict(int)
    for entry in entries:
        if entry.side == "gross":
            gross[entry.order_id] += entry.amount_fen
    for entry in entries:
        standing = []
        for rules in versions:
            level, *voucher = _level(entry, rules, vouchers, touches)
            counts = _counts(entry, gross[entry.order_id], rules)
            counts = counts and level >= rules.minimum_level
            word = _verdict(entry, rules.code, decisions)
            if word == "credit":
                standing.append((5, 0, b"", rules))
            elif counts and word is None:
                standing.append((level, *voucher, rules))
        yield entry, standing


def _level(
    entry: Any, rules: CampaignRules, vouchers: list[Any], touches: list[Any]
) -> tuple[int, int, bytes]:
    """Return the level of a campaign that counts; at level 4 its best voucher too."""
    best, code = None, rules.code
    for voucher in vouchers:
        if (voucher.order_id, voucher.line_key) != (entry.order_id, entry.line_key):
            continue
        rank = (-voucher.discount_fen, voucher.voucher_code.encode())
        if voucher.campaign_code == code and (best is None or rank < best):
            best = rank
    if best is not None:
        return (4, -best[0], best[1])
    if entry.reference_code == code:
        return (3, 0, b"")
    return (2 if touched(entry, rules, touches) else 1, 0, b"")


def _verdict(entry: Any, code: str, decisions: list[Any]) -> str | None:
    """Return what was decided: on the line, else on the order, else None."""
    words = {
        each.line_key: each.verdict
        for each in decisions
        if (each.order_id, each.campaign_code) == (entry.order_id, code)
    }
    return words.get(entry.line_key, words.get(""))


def _ranked(standing: list[tuple[int, int, bytes, CampaignRules]]) -> list[tuple[str, int, str]]:
    if not standing:
        return [("", 0, "")]

    def criteria(item: tuple[int, int, bytes, CampaignRules]) -> tuple[Any, ...]:
        level, discount, voucher, rules = item
        length = rules.ends_at - rules.starts_at
        return (
            *(-level, -discount, voucher),
            *(-rules.priority, -rules.starts_at.timestamp(), length, rules.code.encode()),
        )

    winner = min(standing, key=criteria)
    found = []
    for item in sorted(standing, key=criteria):
        differing = [a != b for a, b in zip(criteria(item), criteria(winner), strict=True)]
        reason = REASONS[differing.index(True)] if True in differing else ""
        found.append((item[3].code, item[0], reason))
    return found


def _counts(entry: Any, order_fen: int, rules: CampaignRules) -> bool:
    if not rules.starts_at <= entry.paid_at < rules.ends_at:
        return False
    if rules.sales_points and entry.sales_point_code not in rules.sales_points:
        return False
    if rules.channel_classes and entry.channel_class not in rules.channel_classes:
        return False
    if rules.buyer_kinds and entry.buyer_kind not in rules.buyer_kinds:
        return False
    matched = bool(entry.sku_code or entry.bundle_sku_code)
    names = {entry.sku_code, entry.bundle_sku_code}
    if rules.has_product_scope and not (matched and names & rules.sku_codes):
        return False
    if rules.counties and not (matched and entry.county_code in rules.counties):
        return False
    if rules.is_certified_only and not (matched and entry.is_certified):
        return False
    return order_fen >= rules.minimum_order_fen if rules.minimum_order_fen else True


def totals_of(entries: Mapping[int, Any], state: Mapping[Credit, Money]) -> dict[tuple, tuple]:
    """Return {daily money key: all its amounts}, without rows of zeros."""
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0] * (14 + 2 * len(MODELS)))
    for (entry_id, code, level, _), money in state.items():
        entry = entries[entry_id]
        if entry.component > 1:
            lines = 0
        elif entry.kind == "sale":
            lines = 1
        elif entry.side == "gross":
            lines = (entry.quantity > 0) - (entry.quantity < 0)
        else:
            lines = 0
        for view, date in (("cohort", entry.order_date), ("cash", entry.event_date)):
            key = (
                code, view, date, entry.sales_point_code, entry.channel_class,
                entry.county_code, entry.sku_code, level,
            )  # fmt: skip
            for place, fen in enumerate(money[4:]):
                sums[key][14 + 2 * place + (entry.side != "gross")] += fen
            for start, fen, consumer in ((0, money[0], money[2]), (7, money[1], money[3])):
                if not fen:
                    continue
                gross = entry.side == "gross"
                added = [
                    fen if gross else 0,
                    0 if gross else fen,
                    consumer if gross else 0,
                    0 if gross else consumer,
                    entry.subsidy_fen,
                    entry.quantity if gross else 0,
                    lines,
                ]
                for place, amount in enumerate(added):
                    sums[key][start + place] += amount
    return {key: tuple(amounts) for key, amounts in sums.items() if any(amounts)}


def counts_of(entries: Mapping[int, Any], state: Mapping[Credit, Money]) -> dict[tuple, tuple]:
    """Return {daily count key: (orders, stood) of both models}, without rows of zeros."""
    orders: dict[tuple, list[int]] = defaultdict(lambda: [0] * 4)
    for (entry_id, code, level, _), money in state.items():
        entry = entries[entry_id]
        for dimension, value in (
            ("all", ""),
            ("county", entry.county_code),
            ("sales_point", entry.sales_point_code),
            ("channel", entry.channel_class),
            ("product", entry.sku_code),
            ("level", str(level)),
        ):
            sums = orders[code, entry.order_date, dimension, value, entry.order_id]
            for start, fen in ((0, money[0]), (2, money[1])):
                sums[start] += fen if entry.side == "gross" else 0
                sums[start + 1] += fen
    counts: dict[tuple, list[int]] = defaultdict(lambda: [0] * 4)
    for key, (gross, net, all_gross, all_net) in orders.items():
        flags = (gross != 0, net > 0, all_gross != 0, all_net > 0)
        counts[key[:4]] = [a + b for a, b in zip(counts[key[:4]], flags, strict=True)]
    return {key: tuple(amounts) for key, amounts in counts.items() if any(amounts)}


def digest_of(
    entries: Mapping[int, Any], state: Mapping[Credit, Money], campaign: str | None = None
) -> str:
    """Return the digest of a state, or of one campaign's part, as 40 hexadecimal characters."""
    width = 4 + len(MODELS)
    lines: dict[tuple, list[int]] = defaultdict(lambda: [0] * 2 * width)
    for (entry_id, code, level, reason), money in state.items():
        entry = entries[entry_id]
        key = (
            entry.sales_point_code, entry.order_number, entry.component, code, level, reason,
            entry.order_date.isoformat(), entry.county_code, entry.sku_code, entry.line_key,
        )  # fmt: skip
        start = 0 if entry.side == "gross" else width
        for place, fen in enumerate(money):
            lines[key][start + place] += fen
    total = 0
    for key, sums in lines.items():
        if any(sums) and campaign in (None, key[3]):
            rules, paths = (
                [*sums[first:last], *sums[width + first : width + last]]
                for first, last in ((0, 4), (4, width))
            )
            text = "\x1f".join(str(part) for part in (*key[:-1], *rules, key[-1]))
            if any(paths):
                text += "\x1e" + "\x1f".join(str(part) for part in paths)
            total += int.from_bytes(sha256(text.encode()).digest()[:20], "little")
    return f"{total % 2**160:040x}"
