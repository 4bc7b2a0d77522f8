"""An explanation in words and tables: one shape for the page and for the command."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from common.money import yuan
from marketplace.rules.attribution_models import PATH_MODELS
from marketplace.rules.explanations import RowExplanation, Share, Step, Verdict
from marketplace.selectors import explanation_words as words
from marketplace.selectors.reports.names import Names, read_names
from marketplace.services.attribution.explaining import OrderExplanation


@dataclass(frozen=True, slots=True)
class ToldCampaign:
    """One campaign on one row: what became of it, why, and on what evidence."""

    verdict: Verdict
    campaign: str
    sentence: str
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class ToldShare:
    """One name on the path: per model its share in yuan, beside the exact part where it differs."""

    campaign: str
    cells: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One ledger row. `path`: (step, words, when, how long before), `weights` by model."""

    row: RowExplanation
    title: str
    amount: str
    campaigns: list[ToldCampaign]
    path: list[tuple[int, str, str, str, str, list[str]]]
    shares: list[ToldShare]


def tell(
    told: OrderExplanation,
    rows: list[RowExplanation],
    *,
    campaign_code: str = "",
) -> list[ToldRow]:
    """Put some rows of an explanation into words, candidates first, all campaigns or one."""
    names = read_names()
    return [_told_row(told, row, names, campaign_code) for row in rows]


def step_models() -> list[str]:
    """Return the models that weigh single touches, in the order of the columns of a path."""
    return [model for model in PATH_MODELS if model != "linear_distinct"]


def exact_words(fen: Fraction) -> str:
    """Return an exact amount in fen: a whole number, or a number and a fraction."""
    whole, rest = divmod(abs(fen.numerator), fen.denominator)
    sign = "-" if fen < 0 else ""
    part = f" {rest}/{fen.denominator}" if rest else ""
    # The weights of time decay have 60 bits; nobody reads such a fraction.
    if fen.denominator > 10_000:
        part = f".{rest * 10**6 // fen.denominator:06d}…"
    return f"{sign}{whole}{part}"


def _told_row(
    told: OrderExplanation, row: RowExplanation, names: Names, campaign_code: str
) -> ToldRow:
    verdicts = [
        each for each in row.verdicts if not campaign_code or each.campaign_code == campaign_code
    ]
    verdicts.sort(key=lambda each: (each is not row.winner, not each.is_candidate))
    return ToldRow(
        row=row,
        title=words.row_words(row),
        amount=yuan(row.amount_fen),
        campaigns=[
            ToldCampaign(
                verdict=each,
                campaign=words.campaign_words(each.campaign_code, told.versions),
                sentence=words.sentence(each, row, told.versions, names),
                evidence=words.evidence_words(each, told.decisions),
            )
            for each in verdicts
        ],
        path=[_told_step(number, row.path, told) for number in range(1, len(row.path) + 1)],
        shares=_told_shares(row, told),
    )


def _told_step(
    number: int, path: tuple[Step, ...], told: OrderExplanation
) -> tuple[int, str, str, str, str, list[str]]:
    step = path[number - 1]
    return (
        number,
        words.campaign_words(step.campaign_code, told.versions)
        if step.campaign_code
        else _("直接触点"),
        words.touch_words(step.kind),
        words.moment_words(step.occurred_at),
        words.age_words(step.age_seconds),
        [_weight_words(model, step, path) for model in step_models()],
    )


def _weight_words(model: str, step: Step, path: tuple[Step, ...]) -> str:
    """Return a weight as people read it: time decay, whose numbers have 60 bits, in per cent."""
    weight = step.weights[model]
    if model != "time_decay":
        return str(weight)
    hundredths = 10_000 * weight // sum(each.weights[model] for each in path)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _told_shares(row: RowExplanation, told: OrderExplanation) -> list[ToldShare]:
    by_name: dict[str, dict[str, Share]] = {}
    for share in row.shares:
        by_name.setdefault(share.campaign_code, {})[share.model] = share
    return [
        ToldShare(
            campaign=words.campaign_words(code, told.versions),
            cells=[_told_share(model, shares[model]) for model in PATH_MODELS],
        )
        for code, shares in by_name.items()
    ]


def _told_share(model: str, share: Share) -> tuple[str, str, str]:
    """Return the model, what the row adds in yuan, and the exact fen where they were rounded."""
    is_exact = share.exact_fen.denominator == 1
    return model, yuan(share.moved_fen), "" if is_exact else exact_words(share.exact_fen)
