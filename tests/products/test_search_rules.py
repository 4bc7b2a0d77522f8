"""What a query asks for, and under which tokens goods are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.search import MOST_SIGNS, QueryTooLong, read_query, weighted_tokens

COUNTIES = ["雷山县", "麻江县", "凯里市", "黎平县"]
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("茶", {"茶"}),
        ("香菇", {"香菇"}),
        ("山茶油", {"山茶", "茶油"}),
        ("雷山茶", {"雷山", "茶"}),
        ("麻江县蓝莓", {"麻江", "江县", "蓝莓"}),
        ("银球茶雷山", {"银球", "球茶", "雷山"}),
        ("ＸｉａｎｇＧｕ", {"xianggu"}),
        ("QDN-LS-001", {"qdn-ls-001"}),
        ("茶 蓝莓", {"茶", "蓝莓"}),
        ("，。！", set()),
        ("", set()),
    ],
)
def test_a_query_is_read_into_tokens(query: str, tokens: set[str]) -> None:
    assert read_query(query, COUNTIES).tokens == tokens


@pytest.mark.parametrize("query", ["茶" * (MOST_SIGNS + 1), "一 二 三 四 五 六"])
def test_a_query_that_nobody_means_is_refused(query: str) -> None:
    with pytest.raises(QueryTooLong):
        read_query(query, COUNTIES)


@given(HAN, st.data())
def test_any_piece_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert read_query(name[start:end], COUNTIES).tokens <= set(weighted_tokens([(name, 1)]))


@pytest.mark.parametrize("query", ["xianggu", "xg", "jianhe", "jhxxg", "jianhexiaoxianggu", "菇"])
def test_a_name_is_found_by_pinyin_and_initials(query: str) -> None:
    assert read_query(query, COUNTIES).tokens <= set(weighted_tokens([("剑河小香菇", 1)]))


def test_a_token_has_the_weight_of_the_best_place_it_stands() -> None:
    assert weighted_tokens([("茶", 2), ("银球茶", 8), ("茶", 4)])["茶"] == 8
