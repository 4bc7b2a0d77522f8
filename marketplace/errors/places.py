"""How places, pairings, declared facts and seeds are refused."""

from __future__ import annotations

from common.errors import DomainError


class SeedsNotValid(DomainError):
    """A file of seeds is missing, or one of its rows cannot be read."""

    code = "seeds_not_valid"
    status = 400


class UnknownDistrict(DomainError):
    """There is no district of Hangzhou with that code."""

    code = "unknown_district"
    status = 404


class UnknownCounty(DomainError):
    """There is no county of Qiandongnan with that code."""

    code = "unknown_county"
    status = 404


class PairingOverlaps(DomainError):
    """The two are paired already on some of these days."""

    code = "pairing_overlaps"


class PairingDaysNotValid(DomainError):
    """A day of a pairing lies before its start, after its end, or outside the known years."""

    code = "pairing_days_not_valid"
    status = 422


class PairingVoided(DomainError):
    """The entry was voided; its replacement is the one to change."""

    code = "pairing_voided"


class FactNotValid(DomainError):
    """A declared fact contradicts itself: section, kind, value, key or period."""

    code = "fact_not_valid"
    status = 422


class FactPlaceUnknown(DomainError):
    """The district or county code of a declared fact names nothing."""

    code = "fact_place_unknown"
    status = 422


class FactStatedTwice(DomainError):
    """The same figure is stated already for the same place and period."""

    code = "fact_stated_twice"
