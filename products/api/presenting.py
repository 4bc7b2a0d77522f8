"""A product as the storefront shows it now: availability, and benefit in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from products.models import Mechanism
from products.selectors.documents import Document
from products.selectors.stock import available_codes


def presented(documents: Sequence[Document], day: date) -> list[Document]:
    """Return documents whose SKUs say `is_available`, and whose benefits carry a `statement`."""
    codes = {sku["code"] for document in documents for sku in document["skus"]}
    available = available_codes(codes, day)
    return [
        {
            **document,
            "skus": [{**sku, "is_available": sku["code"] in available} for sku in document["skus"]],
            "benefits": [
                {**benefit, "statement": _statement(benefit)} for benefit in document["benefits"]
            ],
        }
        for document in documents
    ]


def _statement(benefit: dict[str, Any]) -> str:
    if benefit["basis"] == "roster":
        return _("农户名册：联结 %(households)d 户") % benefit
    facts = {**benefit, "how": Mechanism(benefit["mechanism"]).label}
    if benefit["households"] is not None and benefit["persons"] is not None:
        return _("供货主体申报：以%(how)s联结 %(households)d 户 %(persons)d 人") % facts
    if benefit["households"] is not None:
        return _("供货主体申报：以%(how)s联结 %(households)d 户") % facts
    return _("供货主体申报：以%(how)s联结农户") % facts
