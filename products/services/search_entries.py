"""The only writer of search entries and tokens: derived rows, made anew from the catalogue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from common.clock import now, today
from products.models import Product, SearchEntry, SearchToken
from products.rules.search import weighted_tokens
from products.selectors.documents import Document, product_documents

# How much a token counts by where it stands: a name before what surrounds it.
_IN_NAME, _IN_CATEGORY, _IN_SKU, _AROUND = 8, 4, 4, 2


@transaction.atomic
def refresh_search_entries() -> int:
    """Bring what is derived of the catalogue up to date; return how many products moved.

    Looks at every product and writes those alone whose public document differs from what was
    last seen, published or not, so `modified_at` says when a client has to read one again.
    """
    is_published = dict(
        Product.objects.select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "is_published")
    )
    standing = dict(SearchEntry.objects.values_list("product_id", "digest"))
    documents = product_documents(is_published, today())
    moved = {}
    for pk, document in documents.items():
        del document["modified_at"]
        digest = _digest([document, is_published[pk]])
        if standing.get(pk) != digest:
            moved[pk] = digest
    _write_entries(moved)
    _write_tokens({pk: documents[pk] for pk in moved})
    return len(moved)


def _digest(seen: Any) -> str:
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _write_entries(digests: dict[int, str]) -> None:
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(product_id=pk, digest=digest, modified_at=now())
            for pk, digest in digests.items()
        ],
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["digest", "modified_at"],
    )


def _write_tokens(documents: dict[int, Document]) -> None:
    SearchToken.objects.filter(product_id__in=documents).delete()
    SearchToken.objects.bulk_create(
        SearchToken(product_id=pk, token=token, weight=weight)
        for pk, document in documents.items()
        for token, weight in weighted_tokens(_texts(document)).items()
    )


def _texts(document: Document) -> Iterable[tuple[str, int]]:
    yield document["name"], _IN_NAME
    yield document["name_en"], _IN_NAME
    yield document["category"]["name"], _IN_CATEGORY
    yield document["county"]["name"], _AROUND
    yield document["code"], _AROUND
    if document["producer"]:
        yield document["producer"]["name"], _AROUND
    for sku in document["skus"]:
        yield sku["name"], _IN_SKU
        for part in sku["parts"]:
            yield part["name"], _AROUND
            yield part["county"]["name"], _AROUND
