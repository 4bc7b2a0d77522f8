"""What was published of comparable vouchers: quoted beside our figures, never mixed with them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elasticity:
    """More spending per yuan, as a paper found it; both ends are one where it gives one figure.

    `per`: what the yuan is of, `subsidy` or `out_of_pocket` (beyond the subsidy).
    `pulled_forward_months`: from how far ahead purchases were pulled forward; 0 = not stated.
    """

    source: str
    subject: str
    per: str
    low: float
    high: float
    pulled_forward_months: int = 0


PUBLISHED = (
    Elasticity(
        "Liu, Shen, Li, Chen (2021), Management Science 67(12): 7291-7307",
        "Hangzhou, 2020-03-27 to 2020-04-30",
        "subsidy",
        3.4,
        5.8,
    ),
    Elasticity(
        "Xing et al. (2023), AEJ: Macroeconomics 15(4): 249-304",
        "China, digital coupons",
        "out_of_pocket",
        3.0,
        3.0,
        pulled_forward_months=4,
    ),
)
