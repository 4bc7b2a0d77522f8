"""Refusals of acts on orders, imports and decisions."""

from __future__ import annotations

from common.errors import DomainError


class UnknownSalesPoint(DomainError):
    """There is no sales point with that code."""

    code = "unknown_sales_point"
    status = 404


class UnknownFormatCode(DomainError):
    """There is no file format with that code, or no such version of it."""

    code = "unknown_format_code"
    status = 404


class OrderNotCounted(DomainError):
    """An order has no ledger rows: there is nothing to exclude, link or credit."""

    code = "order_not_counted"


class UnknownLine(DomainError):
    """An order has no line with that key."""

    code = "unknown_line"
    status = 404


class AlreadyDecided(DomainError):
    """A decision on the same thing is prepared or in force."""

    code = "already_decided"


class EvidenceMissing(DomainError):
    """A decision needs its evidence or reason in words."""

    code = "evidence_missing"
    status = 422


class SameOrder(DomainError):
    """An order cannot be its own duplicate."""

    code = "same_order"
    status = 422


class PeriodNotValid(DomainError):
    """A period ends before it starts."""

    code = "period_not_valid"
    status = 422


class UnknownImport(DomainError):
    """There is no such import, or nothing waits to be done with it."""

    code = "unknown_import"
    status = 404


class OrderTooLarge(DomainError):
    """With the recorded lines that a report does not repeat, an order passes the bound of money."""

    code = "order_too_large"
    status = 422


class RefundNotLower(DomainError):
    """A refund correction lowers what is recorded, and not below zero."""

    code = "refund_not_lower"
    status = 422


class RefundMoved(DomainError):
    """The refund is no longer what the correction was made of."""

    code = "refund_moved"


class NothingToExplain(DomainError):
    """A month's figures do not differ there, or have no other side yet."""

    code = "nothing_to_explain"
    status = 422


class ImportDidNotFinish(DomainError):
    """The job of an import or withdrawal failed; its message says why."""

    code = "import_failed"


class ImportNotFinished(DomainError):
    """An import that runs or was withdrawn cannot be withdrawn."""

    code = "import_not_finished"


class UnknownGoods(DomainError):
    """No line in these words waits for a match at the sales point."""

    code = "unknown_goods"
    status = 404


class SellerCodeKnown(DomainError):
    """The catalogue knows the seller code: it goes before any remembered match."""

    code = "seller_code_known"


class MatchEnded(DomainError):
    """A match that was replaced or revoked cannot change again."""

    code = "match_ended"


class ChannelOrderRefused(DomainError):
    """An order that another system reports contradicts itself; `code` is that of files."""

    code = "channel_order_refused"
    status = 422


class ImportCannotChange(DomainError):
    """The state of an import does not allow what was asked, such as confirming it twice."""

    code = "import_cannot_change"


class DatesNotConfirmed(DomainError):
    """An import holds payments outside the expected period, and nobody said that this is right."""

    code = "dates_not_confirmed"
    status = 422
