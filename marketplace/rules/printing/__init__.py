"""How figures are printed (docs/decisions/0006-counting.md). Exact values in, text out.

The one place that rounds and words figures, for every report. The forms 万元, 亿元, 余 and 近 are
the official ones and stay Chinese in every language.
"""

from marketplace.rules.printing.amounts import (
    FOOTNOTE,
    NOTHING,
    change,
    count,
    decimal,
    half_up,
    headline_count,
    headline_yuan,
    may_say,
    percentage,
    percentage_points,
    prose_yuan,
    ratio,
    wan,
    wan_yuan,
)
from marketplace.rules.printing.declared import ABOUT, EXACT, OVER, declared_figure, is_rounded
from marketplace.rules.printing.words import (
    chinese_day,
    chinese_period,
    chinese_start,
    cooperation,
    counts_households,
    fewer_households_than,
    is_time_of_poverty_relief,
    recent_years,
    short_place,
    speaks_of_the_poor,
    undertaking,
    without_others,
)

__all__ = [
    "ABOUT",
    "EXACT",
    "FOOTNOTE",
    "NOTHING",
    "OVER",
    "change",
    "chinese_day",
    "chinese_period",
    "chinese_start",
    "cooperation",
    "count",
    "counts_households",
    "decimal",
    "declared_figure",
    "fewer_households_than",
    "half_up",
    "headline_count",
    "headline_yuan",
    "is_rounded",
    "is_time_of_poverty_relief",
    "may_say",
    "percentage",
    "percentage_points",
    "prose_yuan",
    "ratio",
    "recent_years",
    "short_place",
    "speaks_of_the_poor",
    "undertaking",
    "wan",
    "wan_yuan",
    "without_others",
]
