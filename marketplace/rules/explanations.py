"""Why each campaign did or did not get a ledger row, as plain values (归因说明).

What the engine found, told one row at a time; `marketplace.rules.attribution.explaining` fills it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

# The verdicts on a campaign that is no candidate; a candidate has WON or LOST.
WON = "won"
LOST = "lost"
EXCLUDED = "excluded"
OUTSIDE_WINDOW = "outside_window"
NOT_IN_SCOPE = "not_in_scope"
BELOW_MINIMUM_LEVEL = "below_minimum_level"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition of a campaign that the row does not meet.

    `name` is a predicate's (`predicates_of`), `found` what the row has: a code, '1' or '0' for
    yes or no, fen, or for the window the moment of payment as ISO text. `asked`: what would do,
    as the same kind of text; for the window its start and its end.
    """

    name: str
    found: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voucher:
    """A redeemed voucher of the campaign that covers the line; the code is not masked here."""

    code: str
    discount_fen: int


@dataclass(frozen=True, slots=True)
class SeenTouch:
    """A touch of the buyer inside the campaign's lookback. `age_seconds`: up to the payment."""

    kind: str
    source: str
    occurred_at: datetime
    age_seconds: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine says of one campaign on one row.

    `outcome` is a constant of this module; `reason` why a LOST one lost
    (marketplace.rules.evidence.Reason). `level` is the evidence found, 0 where window or scope
    fail. `decided`: the verdict of the operators' decision in force on it, '' without one, and
    `decided_on`: the line key of that decision, '' for the order.
    """

    campaign_code: str
    version: int
    outcome: str
    reason: str
    level: int
    minimum_level: int
    unmet: tuple[Unmet, ...]
    vouchers: tuple[Voucher, ...]
    reference: str
    touches: tuple[SeenTouch, ...]
    decided: str
    decided_on: str

    @property
    def is_candidate(self) -> bool:
        """Say whether the state holds a row of this campaign with a level."""
        return self.outcome in (WON, LOST)


@dataclass(frozen=True, slots=True)
class Step:
    """One touch of the path: `kind` of a touch, or the name of the level borne by the order.

    `weights` are integers by model; a share is weight / sum of weights of its path.
    """

    campaign_code: str
    kind: str
    source: str
    occurred_at: datetime
    age_seconds: int
    weights: dict[str, int]


@dataclass(frozen=True, slots=True)
class Share:
    """What one name on the path earns of the row under one model, in fen.

    `total_fen` is what the line came to so far, `exact_fen` the name's part of it before the
    largest remainder and `reached_fen` after it; `moved_fen` is what this row adds to what was
    reached before: the credit. `weight` of `weights`: of the path for a sale, of what the
    campaigns earned of the sale for a refund.
    """

    model: str
    campaign_code: str
    weight: int
    weights: int
    total_fen: int
    exact_fen: Fraction
    reached_fen: int
    moved_fen: int


@dataclass(frozen=True, slots=True)
class RowExplanation:
    """All about one ledger row: the campaigns by the bytes of their codes, path and shares."""

    entry_id: int
    line_key: str
    component: int
    kind: str
    side: str
    amount_fen: int
    paid_at: datetime
    verdicts: tuple[Verdict, ...]
    path: tuple[Step, ...]
    shares: tuple[Share, ...]

    @property
    def winner(self) -> Verdict | None:
        """Return the verdict of the campaign that earned the row; None where none did."""
        return next((each for each in self.verdicts if each.outcome == WON), None)
