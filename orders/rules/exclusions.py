"""Lines that are recorded but never counted as sales (docs/decisions/0005-import-accounting.md)."""

from __future__ import annotations

TOP_UP = "top_up"
FREIGHT_LINK = "freight_link"
# Sold to be sold on (进货，不计入): said by the stage, never by a title.
INTERMEDIATE = "intermediate"

_FREIGHT_WORDS = ("补运费", "补邮费", "运费链接", "邮费链接")


def exclusion_reason(title: str, *, is_known_sku: bool) -> str:
    """Return why the importer does not count a line, or '' when it counts.

    Only lines without a known seller code are judged by their title: a price top-up
    (补差价) or a link that sells freight.
    """
    if is_known_sku:
        return ""
    if "补差价" in title:
        return TOP_UP
    if any(word in title for word in _FREIGHT_WORDS):
        return FREIGHT_LINK
    return ""
