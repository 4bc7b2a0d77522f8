"""A sales figure and what it is made of: order lines, declared ledgers, opening figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sales:
    """Money and pieces of order lines. Fen; `refund_fen` is positive, pieces as sold."""

    gross_fen: int = 0
    refund_fen: int = 0
    consumer_paid_fen: int = 0
    subsidy_fen: int = 0
    quantity: int = 0

    @property
    def net_fen(self) -> int:
        """Return gross less refunds."""
        return self.gross_fen - self.refund_fen

    def __add__(self, other: Sales) -> Sales:
        return Sales(
            self.gross_fen + other.gross_fen,
            self.refund_fen + other.refund_fen,
            self.consumer_paid_fen + other.consumer_paid_fen,
            self.subsidy_fen + other.subsidy_fen,
            self.quantity + other.quantity,
        )

    def __sub__(self, other: Sales) -> Sales:
        return Sales(
            self.gross_fen - other.gross_fen,
            self.refund_fen - other.refund_fen,
            self.consumer_paid_fen - other.consumer_paid_fen,
            self.subsidy_fen - other.subsidy_fen,
            self.quantity - other.quantity,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One sales figure: 其中逐单 `lines`, 台账申报 `declared_fen`, 期初 `opening`.

    `gross_fen` is the 支付口径, `net_fen` the 结算口径; a declared amount is the same in both.
    """

    lines: Sales = Sales()
    declared_fen: int = 0
    opening: Sales = Sales()

    @property
    def gross_fen(self) -> int:
        """Return what was paid, refunds not deducted."""
        return self.lines.gross_fen + self.declared_fen + self.opening.gross_fen

    @property
    def refund_fen(self) -> int:
        """Return what went back."""
        return self.lines.refund_fen + self.opening.refund_fen

    @property
    def net_fen(self) -> int:
        """Return what stays after refunds."""
        return self.gross_fen - self.refund_fen

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.lines + other.lines,
            self.declared_fen + other.declared_fen,
            self.opening + other.opening,
        )

    def as_json(self) -> dict[str, Any]:
        """Return both bases and the three parts; the parts are net and add up to `net_fen`."""
        return {
            "gross_fen": self.gross_fen,
            "refund_fen": self.refund_fen,
            "net_fen": self.net_fen,
            "order_lines_fen": self.lines.net_fen,
            "declared_fen": self.declared_fen,
            "opening_fen": self.opening.net_fen,
            "consumer_paid_fen": self.lines.consumer_paid_fen,
            "subsidy_fen": self.lines.subsidy_fen,
            "quantity": self.lines.quantity,
        }
