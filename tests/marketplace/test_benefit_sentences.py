"""What reports say of who benefits, in official words, and what the seeds say of 浪洞."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from marketplace.rules.benefit import (
    Beneficiaries,
    BenefitKind,
    DeclaredFigure,
    Dividend,
    RosterFigure,
)
from marketplace.selectors.benefit import beneficiaries
from marketplace.services.rendering.benefit import benefit_sentences, dividend_sentence
from products.models import DeclaredLink, Producer, Product
from products.rules.benefit import Range

DECLARED = DeclaredFigure(
    value=1742,
    unit="名建档立卡贫困户",
    wording="",
    bound="exact",
    period_start=date(2018, 1, 1),
    period_end=date(2020, 6, 11),
    source="一份报告。",
)


def found(kind: BenefitKind, **fields: object) -> Beneficiaries:
    return Beneficiaries(kind, date(2020, 5, 1), date(2020, 5, 31), "", "", **fields)


def roster(households: int, persons: int, without: int = 0) -> RosterFigure:
    return RosterFigure(households, persons, (), (), (), 1, without)


def test_a_roster_gives_households_and_persons_apart() -> None:
    told = benefit_sentences(found(BenefitKind.ROSTER, roster=roster(1240, 4321, 2)))
    assert told == [
        "带动农户1,240户、4,321人（名册去重）。",
        "另有2家供货主体有销售而没有名册，其带动的农户未计入。",
    ]


def test_a_public_roster_under_ten_households_says_only_that() -> None:
    public = found(BenefitKind.ROSTER, roster=roster(9, 30)).for_public()
    assert benefit_sentences(public) == ["带动农户不足10户，按规定不公布具体数（名册去重）。"]


@pytest.mark.parametrize(
    ("fields", "stated"),
    [
        ({}, "1,742名建档立卡贫困户（填报数）。"),
        ({"wording": "1742名建档立卡贫困户"}, "1742名建档立卡贫困户（填报数）。"),
        ({"bound": "over"}, "1,742余名建档立卡贫困户（填报数）。"),
        ({"bound": "about"}, "约1,742名建档立卡贫困户（填报数）。"),
    ],
)
def test_a_declared_number_is_marked_and_has_its_source(fields, stated) -> None:
    values = {name: getattr(DECLARED, name) for name in DeclaredFigure.__slots__}
    figure = DeclaredFigure(**(values | fields))
    assert benefit_sentences(found(BenefitKind.DECLARED, declared=figure)) == [
        stated,
        "填报数期间：2018年1月1日至2020年6月11日；来源：一份报告。",
    ]


def test_a_range_is_never_called_distinct() -> None:
    both = {"households_range": Range(970, 1240, 2), "persons_range": Range(3145, 3145, 1)}
    assert benefit_sentences(found(BenefitKind.RANGE, **both)) == [
        "带动农户970户至1,240户、3,145人（申报联结，未去重）。"
    ]
    only = {"households_range": Range(970, 1240, 2)}
    assert benefit_sentences(found(BenefitKind.RANGE, **only)) == [
        "带动农户970户至1,240户（申报联结，未去重）。"
    ]


def test_a_public_range_gives_no_small_link_away() -> None:
    small = found(
        BenefitKind.RANGE, households_range=Range(9, 12, 2), persons_range=Range(30, 40, 2)
    )
    assert benefit_sentences(small.for_public()) == [
        "带动农户数涉及不足10户的联结，按规定不公布具体数（申报联结）。"
    ]


def test_nothing_known_is_said_in_words() -> None:
    assert benefit_sentences(found(BenefitKind.NONE)) == [
        "本期没有可列出的带动户数：没有名册，也没有填报数或申报联结。"
    ]


def test_a_dividend_without_heads_is_printed_by_the_year_only() -> None:
    dividend = Dividend("p", "茶园", 1_000_000_00, 625, 9, 30, "9户", "test")
    assert dividend_sentence(dividend) == (
        "茶园每年分红6.25万元，人均2,083.33元，户均6,944.44元（按100万元×6.25%÷30人、9户计算）。"
    )
    assert dividend_sentence(dividend.for_public()) == (
        "茶园每年分红6.25万元（按100万元×6.25%计算）。"
    )


@pytest.fixture
def seeded(db) -> None:
    call_command("load_seeds", stdout=StringIO())


def test_the_seeded_dividend_of_langdong_prints_as_computed(seeded) -> None:
    year = {"first_day": date(2018, 1, 1), "last_day": date(2020, 6, 30)}
    answer = beneficiaries(**year, county_code="522622", district_code="330105")
    assert benefit_sentences(answer)[-1] == (
        "浪洞镇东西部扶贫协作食用菌产业园每年分红160万元，人均508.74元，户均1,649.48元"
        "（按2000万元×8%÷3145人、970户计算）。"
    )
    assert answer.dividends[0].wording == (
        "按2000万元投资额每年8%固定分红,带动浪洞镇11个行政村贫困户970户3145人分红,"
        "年人均增收500元以上"
    )
    before = {"first_day": date(2018, 1, 1), "last_day": date(2020, 5, 31)}
    assert beneficiaries(**before, county_code="522622").dividends == ()
    assert len(beneficiaries(**year).dividends) == 1
    assert beneficiaries(**year, district_code="330105").dividends == ()
    assert beneficiaries(**year, county_code="522629").dividends == ()


def test_the_mushrooms_are_those_of_the_park_until_an_operator_says_otherwise(seeded) -> None:
    park = Producer.objects.get(code="langdong-mushroom-park")
    assert (park.county_id, park.kind) == ("522622", "unknown")
    assert set(park.products.values_list("code", flat=True)) == {"QDN-HP-001", "QDN-HP-002"}
    Product.objects.filter(code="QDN-HP-001").update(producer=None)
    DeclaredLink.objects.update(valid_from=date(2020, 6, 15), precision="day")
    call_command("load_seeds", stdout=StringIO())
    assert set(park.products.values_list("code", flat=True)) == {"QDN-HP-002"}
    assert DeclaredLink.objects.get().precision == "day"
