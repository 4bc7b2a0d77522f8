"""What the catalogue tells an import, and how seller codes and packs are read."""

from __future__ import annotations

from datetime import date

import pytest

from products.models import Certificate, SellerCode
from products.rules.net_content import stated_grams
from products.rules.seller_codes import normalised_seller_code
from products.selectors.catalogue import sku_facts
from tests.builders import make_sku


@pytest.mark.parametrize(
    ("stated", "grams"),
    [
        ("250g", 250),
        ("2.5kg", 2500),
        ("125g×4", 500),
        ("50g×2", 100),
        ("100g(2.5g×40)", 100),
        ("5斤", 2500),
        ("1kg", 1000),
        ("约700g", None),
        ("500ml", None),
        ("300ml×6", None),
        ("20枚", None),
        ("2个/约2.5kg", None),
        ("0.3g", None),
        ("", None),
    ],
)
def test_a_weight_is_what_the_pack_states_and_nothing_else(stated, grams) -> None:
    assert stated_grams(stated) == grams


@pytest.mark.parametrize(
    "typed",
    ["QDN-LS-001", " qdn-ls-001\t", "ＱＤＮ－ＬＳ－００１", "QDN -LS- 001", "\u3000qdn-ls-001\n"],
)
def test_a_seller_code_is_found_however_it_is_typed(db, typed) -> None:
    make_sku("QDN-LS-001")
    facts = sku_facts().find(typed)
    assert facts is not None
    assert (facts.sku_code, facts.county_code, facts.producer_code) == ("QDN-LS-001", "522634", "")
    assert normalised_seller_code(typed) == "QDN-LS-001"


def test_an_unknown_or_empty_code_finds_nothing(db) -> None:
    make_sku("QDN-LS-001")
    book = sku_facts()
    assert book.find("QDN-LS-999") is None
    assert book.find("") is None
    assert book.find("\t") is None


def test_a_sku_listed_under_two_codes_is_found_under_both(db) -> None:
    sku = make_sku("QDN-LS-001")
    SellerCode.objects.create(code="OLD-1", sku=sku)
    book = sku_facts()
    assert book.find("old-1") == book.find("QDN-LS-001")


def test_a_product_is_certified_on_the_days_of_its_certificates(db) -> None:
    product = make_sku("QDN-LS-001").product
    for number, first, last in (
        ("1", date(2019, 1, 1), date(2019, 12, 31)),
        ("2", date(2020, 5, 1), None),
    ):
        Certificate.objects.create(
            product=product,
            kind="扶贫产品",
            number=number,
            valid_from=first,
            valid_to=last,
            source="test",
        )
    facts = sku_facts().find("QDN-LS-001")
    assert facts is not None
    assert [
        facts.is_certified_on(day)
        for day in (
            date(2018, 12, 31),
            date(2019, 1, 1),
            date(2019, 12, 31),
            date(2020, 1, 1),
            date(2020, 5, 1),
            date(2030, 1, 1),
        )
    ] == [False, True, True, False, True, True]


def test_the_book_is_read_in_four_queries_whatever_its_size(db, django_assert_num_queries) -> None:
    for number in range(5):
        make_sku(f"QDN-LS-00{number}")
    with django_assert_num_queries(4):
        book = sku_facts()
        assert len(book.by_seller_code) == 5
