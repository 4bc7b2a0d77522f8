"""A product as the storefront shows it now: availability, and benefit in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from products.models import Mechanism
from products.selectors.documents import Document
from products.selectors.stock import free_packs


def presented(documents: Sequence[Document]) -> list[Document]:
    """Return documents whose SKUs say `is_available` and whose benefits have a `statement`."""
    skus = [sku for document in documents for sku in document["skus"]]
    packs = {sku["code"]: _packs_of(sku) for sku in skus}
    free = free_packs({code for needed in packs.values() for code in needed})
    return [
        {
            **document,
            "skus": [
                {**sku, "is_available": _is_there(packs[sku["code"]], free)}
                for sku in document["skus"]
            ],
            "benefits": [
                {**benefit, "statement": _statement(benefit)} for benefit in document["benefits"]
            ],
        }
        for document in documents
    ]


def _packs_of(sku: Document) -> dict[str, int]:
    """Return what one of a SKU takes off the shelf, by SKU code: a gift box takes its parts."""
    needed: dict[str, int] = {}
    for part in sku["parts"]:
        code = part["sku_code"]
        needed[code] = needed.get(code, 0) + part["quantity"]
    return needed or {sku["code"]: 1}


def _is_there(needed: Mapping[str, int], free: Mapping[str, int]) -> bool:
    return all(free.get(code, 0) >= packs for code, packs in needed.items())


def _statement(benefit: dict[str, Any]) -> str:
    if benefit["basis"] == "roster":
        return _("农户名册：联结 %(households)d 户") % benefit
    facts = {**benefit, "how": Mechanism(benefit["mechanism"]).label}
    if benefit["households"] is not None and benefit["persons"] is not None:
        return _("供货主体申报：以%(how)s联结 %(households)d 户 %(persons)d 人") % facts
    if benefit["households"] is not None:
        return _("供货主体申报：以%(how)s联结 %(households)d 户") % facts
    return _("供货主体申报：以%(how)s联结农户") % facts
