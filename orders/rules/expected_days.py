"""Whether payments lie where an operator expects them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

# At most this many order numbers are named; all of them are counted.
NUMBERS_SHOWN = 20


@dataclass(slots=True)
class PaidDays:
    """The payment days of an import, beside the expected period (both days in it, None = open).

    `outside_fen` is what consumers paid for the orders outside it, net of refunds.
    """

    first_expected: date | None = None
    last_expected: date | None = None
    first: date | None = None
    last: date | None = None
    outside_orders: int = 0
    outside_fen: int = 0
    outside_first: date | None = None
    outside_last: date | None = None
    outside_numbers: list[str] = field(default_factory=list)

    def add(self, day: date, *, number: str, paid_fen: int) -> None:
        """Take in one paid order."""
        self.first = min(self.first or day, day)
        self.last = max(self.last or day, day)
        if self.expects(day):
            return
        self.outside_orders += 1
        self.outside_fen += paid_fen
        self.outside_first = min(self.outside_first or day, day)
        self.outside_last = max(self.outside_last or day, day)
        if len(self.outside_numbers) < NUMBERS_SHOWN:
            self.outside_numbers.append(number)

    def expects(self, day: date) -> bool:
        """Say whether a day lies within the expected period."""
        is_early = self.first_expected is not None and day < self.first_expected
        is_late = self.last_expected is not None and day > self.last_expected
        return not (is_early or is_late)
