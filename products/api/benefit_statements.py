"""What the storefront says about who benefits, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from products.models import Mechanism


def with_statements(document: dict[str, Any]) -> dict[str, Any]:
    """Return a product's document whose benefits carry a `statement` each."""
    benefits = [{**benefit, "statement": _statement(benefit)} for benefit in document["benefits"]]
    return {**document, "benefits": benefits}


def _statement(benefit: dict[str, Any]) -> str:
    if benefit["basis"] == "roster":
        return _("农户名册：联结 %(households)d 户") % benefit
    facts = {**benefit, "how": Mechanism(benefit["mechanism"]).label}
    if benefit["households"] is not None and benefit["persons"] is not None:
        return _("供货主体申报：以%(how)s联结 %(households)d 户 %(persons)d 人") % facts
    if benefit["households"] is not None:
        return _("供货主体申报：以%(how)s联结 %(households)d 户") % facts
    return _("供货主体申报：以%(how)s联结农户") % facts
