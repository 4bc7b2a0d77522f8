"""Which SKU goods may be: words are compared, weights are numbers, the price breaks ties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.suggestions import Candidate, measures, plain_name, prepare, suggestions


def sku(sku_id: int, name: str, content: str = "", price_fen: int = 1000, *names: str) -> Candidate:
    return Candidate(sku_id, (name, *names), content, price_fen)


def ranked(title: str, *candidates: Candidate, attributes: str = "", price_fen: int = 1000):
    found = suggestions(title, attributes, price_fen, prepare(candidates))
    return [one.sku_id for one in found]


SMALL, LARGE = sku(1, "雷山银球茶", "250g"), sku(2, "雷山银球茶", "500g")
HONEY = sku(3, "锦屏野桂花蜜", "500g")


@pytest.mark.parametrize(
    ("title", "attributes", "first"),
    [
        ("【消费扶贫】寻黔记 雷山银球茶 250g", "", 1),
        ("雷山银球茶500克礼盒", "", 2),
        ("雷山银球茶 半斤装", "规格:0.5kg", 2),
        ("雷山银球茶 250g*2盒", "", 2),
        ("雷山银球茶 250g 2盒装", "", 2),
        ("雷山银球茶 1斤", "", 2),
        ("雷山银球茶 250g/500g", "净含量：２５０ｇ", 1),
        ("黔东南苗侗山珍 野桂花蜂蜜 500g", "", 3),
    ],
)
def test_the_likeliest_stands_first(title: str, attributes: str, first: int) -> None:
    assert ranked(title, SMALL, LARGE, HONEY, attributes=attributes)[0] == first


def test_the_nearest_price_breaks_a_tie() -> None:
    cheap, dear = sku(1, "苗银手镯", "", 5000), sku(2, "苗银手镯", "", 50000)
    assert ranked("苗银手镯", cheap, dear, price_fen=48000) == [2, 1]
    assert ranked("苗银手镯", cheap, dear, price_fen=6000) == [1, 2]


def test_the_titles_that_were_matched_before_count_as_names() -> None:
    known = sku(1, "QDN-1", "", 1000, "高山云雾好茶")
    assert ranked("高山云雾好茶 特惠", known, HONEY) == [1]


def test_goods_like_nothing_we_have_get_no_suggestion() -> None:
    assert ranked("手工蜡染围巾", SMALL, LARGE, HONEY) == []


def test_at_most_five_are_offered_with_scores_from_best_to_worst() -> None:
    many = prepare(sku(number, f"雷山银球茶{number}") for number in range(9))
    found = suggestions("雷山银球茶", "", 0, many)
    scores = [one.score for one in found]
    assert len(found) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)


@pytest.mark.parametrize(
    ("text", "grams"),
    [("2.5kg", 2500), ("5斤", 2500), ("3两", 150), ("125g×4", 500), ("100g(2.5g×40)", 100)],
)
def test_weights_are_read_in_every_unit(text: str, grams: float) -> None:
    assert [one.amount for one in measures(text)] == [grams]


def test_shop_words_blanks_and_weights_are_no_name() -> None:
    assert plain_name("【扶贫】 消费扶贫　寻黔记-雷山 银球茶（250g）") == "雷山银球茶"


@given(title=st.text(max_size=300), attributes=st.text(max_size=60))
def test_any_text_is_ranked(title: str, attributes: str) -> None:
    assert len(suggestions(title, attributes, 0, prepare([SMALL, LARGE, HONEY]))) <= 3
