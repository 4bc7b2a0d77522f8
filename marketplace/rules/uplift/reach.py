"""What lines a campaign or a control can touch, and whether two can touch the same line."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Reach:
    """Codes that lines must have; None does not restrict. `skus`: those scoped as goods."""

    sales_points: frozenset[str] | None = None
    counties: frozenset[str] | None = None
    skus: frozenset[str] | None = None
    buyer_kinds: frozenset[str] | None = None

    def may_share(self, other: Reach) -> bool:
        """Say whether some line could lie in both: false only where one kind rules it out."""
        for field in fields(self):
            ours, theirs = getattr(self, field.name), getattr(other, field.name)
            if ours is not None and theirs is not None and not ours & theirs:
                return False
        return True
