"""What a roster file is checked against: the counties and producers that are known."""

from __future__ import annotations

from dataclasses import dataclass

from products.models import County, Producer


@dataclass(frozen=True, slots=True)
class RosterReference:
    """Codes of counties; producer codes by code and by name ('' where two share the name)."""

    counties: frozenset[str]
    producers: dict[str, str]


def roster_reference() -> RosterReference:
    """Read the codes of all counties and producers, in two queries."""
    by_code, by_name = {}, {}
    for code, name in Producer.objects.values_list("code", "name"):
        by_code[code] = code
        by_name[name] = "" if name in by_name else code
    return RosterReference(
        counties=frozenset(County.objects.values_list("code", flat=True)),
        producers=by_name | by_code,
    )
