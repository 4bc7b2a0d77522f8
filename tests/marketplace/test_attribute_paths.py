"""`attribute_paths`: anybody's paths, nine models, and refusals that say what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from marketplace.rules.attribution_models import PATH_MODELS

GOLDEN = json.loads((Path(__file__).parents[1] / "data/golden/paths_exact.json").read_text("utf-8"))
PATH_SETS = {name: case for name, case in GOLDEN.items() if "paths" in case}
# The six conversions of a data package's integration test, restated: touches and value.
SIX_CONVERSIONS = (
    ("Campaign 1 > Campaign 1", 1, 100),
    ("Campaign 2 > Campaign 1 > Campaign 2", 1, 50),
    ("Campaign 3", 2, 20),
    ("direct > Campaign 3 > direct", 1, 140),
    ("direct", 1, 10),
)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "paths.csv"
    path.write_bytes(text.encode(encoding))
    return path


def asked(path: Path, model: str, *more: str) -> dict[str, Any]:
    """Run the command with `--json` and return what it answers."""
    out = StringIO()
    call_command("attribute_paths", str(path), "--model", model, "--json", *more, stdout=out)
    return json.loads(out.getvalue())


def refused(path: Path, model: str = "linear") -> dict[str, str]:
    """Run the command, which must end with exit code 1, and return its refusal."""
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("attribute_paths", str(path), "--model", model, "--json", stdout=out)
    assert ended.value.code == 1
    return json.loads(out.getvalue())["error"]


def conversions(answer: dict[str, Any]) -> dict[str, float]:
    return {name: credit["conversions"] for name, credit in answer["credits"].items()}


def as_file(folder: Path, paths: Iterable[dict[str, Any]]) -> Path:
    rows = [f'"{" > ".join(each["path"])}",{each["conversions"]},{each["nulls"]}' for each in paths]
    return write(folder, "\n".join(["path,conversions,nulls", *rows, ""]))


def exact(figures: dict[str, dict[str, Any]]) -> dict[str, float]:
    return {name: float(Fraction(figure["exact"])) for name, figure in figures.items()}


def is_close(found: dict[str, float], expected: dict[str, float]) -> bool:
    """Say whether the figures agree to 1e-9; a name that is not expected has 0."""
    assert expected.keys() <= found.keys()
    return found == pytest.approx(dict.fromkeys(found, 0.0) | expected, rel=1e-9, abs=1e-12)


class TestGoldenData:
    @pytest.mark.parametrize("case", PATH_SETS)
    @pytest.mark.parametrize("model", [name for name in PATH_MODELS if name != "time_decay"])
    def test_heuristic_models(self, tmp_path: Path, case: str, model: str) -> None:
        path = as_file(tmp_path, PATH_SETS[case]["paths"])
        expected = exact(PATH_SETS[case]["heuristic"][model])
        assert is_close(conversions(asked(path, model)), expected)

    @pytest.mark.parametrize("case", PATH_SETS)
    def test_markov(self, tmp_path: Path, case: str) -> None:
        answer = asked(as_file(tmp_path, PATH_SETS[case]["paths"]), "markov")
        expected = PATH_SETS[case]["markov_order1"]
        assert is_close(answer["removal_effects"], exact(expected["removal_effect"]))
        assert is_close(answer["shares"], exact(expected["share"]))
        assert is_close(conversions(answer), exact(expected["attributed_conversions"]))
        assert answer["p_conversion"] == pytest.approx(expected["p_conversion"]["decimal"])

    @pytest.mark.parametrize("case", PATH_SETS)
    def test_shapley_of_the_sum_game(self, tmp_path: Path, case: str) -> None:
        answer = asked(as_file(tmp_path, PATH_SETS[case]["paths"]), "shapley")
        assert is_close(conversions(answer), exact(PATH_SETS[case]["shapley_sum_game"]))

    @pytest.mark.parametrize("case", GOLDEN["time_decay"])
    def test_time_decay(self, tmp_path: Path, case: str) -> None:
        told = GOLDEN["time_decay"][case]
        per_day = 24 if "ages_h" in told else 1
        ages = [age / per_day for age in told.get("ages_h", told.get("ages_d"))]
        half_life = told.get("half_life_h", told.get("half_life_d")) / per_day
        names = [f"touch {place}" for place in range(len(ages))]
        row = f"{' > '.join(names)},1,{told['value']},{' > '.join(map(str, ages))}"
        path = write(tmp_path, f"path,conversions,value,ages_days\n{row}\n")
        answer = asked(path, "time_decay", "--half-life-days", str(half_life))
        value = {name: credit["value"] for name, credit in answer["credits"].items()}
        expected = [float(Fraction(credit)) for credit in told["credit"]]
        assert is_close(value, dict(zip(names, expected, strict=True)))


class TestWhatCounts:
    def test_value_is_divided_as_the_conversions_are(self, tmp_path: Path) -> None:
        rows = [f"{path},{count},{value}" for path, count, value in SIX_CONVERSIONS]
        path = write(tmp_path, "\n".join(["path,conversions,value", *rows]))
        credits_ = asked(path, "position")["credits"]
        assert credits_["Campaign 1"]["value"] == pytest.approx(100 + 50 * 0.2)
        assert credits_["Campaign 2"]["value"] == pytest.approx(50 * 0.8)
        assert credits_["Campaign 3"]["value"] == pytest.approx(20 + 140 * 0.2)
        assert credits_["direct"] == {
            "conversions": pytest.approx(1.8),
            "value": pytest.approx(10 + 140 * 0.8),
        }
        for model in (*PATH_MODELS[:-1], "shapley", "markov"):
            found = asked(path, model)["credits"].values()
            assert sum(each["conversions"] for each in found) == pytest.approx(6)
            assert sum(each["value"] for each in found) == pytest.approx(320)

    def test_equal_paths_may_repeat_and_columns_stand_in_any_order(self, tmp_path: Path) -> None:
        one = write(tmp_path, "nulls,note,path,conversions\n2,x,a > b,3\n,y,b,1\n")
        first = asked(one, "markov")
        text = "path,conversions,nulls\na>b,1,2\nb,1,0\n  a  >  b  ,2,0\n"
        assert asked(write(tmp_path, text), "markov") == first

    def test_a_name_that_earns_nothing_is_listed_with_0(self, tmp_path: Path) -> None:
        path = write(tmp_path, "path,conversions,nulls\na > b,1,0\nc,0,4\n")
        assert conversions(asked(path, "last")) == {"a": 0, "b": 1, "c": 0}
        assert asked(path, "markov")["removal_effects"] == {"a": 1, "b": 1, "c": 0}

    def test_without_any_conversion_effects_are_0_and_shares_unknown(self, tmp_path: Path) -> None:
        answer = asked(write(tmp_path, "path,conversions,nulls\na > b,0,3\na,0,1\n"), "markov")
        assert answer["removal_effects"] == {"a": 0, "b": 0}
        assert answer["shares"] is None
        assert conversions(answer) == {"a": 0, "b": 0}

    def test_direct_keeps_a_conversion_only_where_all_touches_are_direct(
        self, tmp_path: Path
    ) -> None:
        path = write(tmp_path, "path,conversions\na > direct > direct,1\ndirect > direct,5\n")
        assert conversions(asked(path, "last_non_direct")) == {"a": 1, "direct": 5}

    def test_a_path_that_never_converts_needs_no_ages(self, tmp_path: Path) -> None:
        text = "path,conversions,nulls,ages_days\na > b,2,0,7 > 0\na,0,5,\n"
        answer = asked(write(tmp_path, text), "time_decay")
        assert is_close(conversions(answer), {"a": 2 / 3, "b": 4 / 3})

    def test_the_half_life_is_seven_days_unless_told(self, tmp_path: Path) -> None:
        path = write(tmp_path, "path,conversions,ages_days\na > b,3,8 > 1\n")
        assert is_close(conversions(asked(path, "time_decay")), {"a": 1, "b": 2})
        quick = asked(path, "time_decay", "--half-life-days", "0.001")
        assert is_close(conversions(quick), {"a": 0, "b": 3})

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_chinese_names_in_the_usual_encodings(self, tmp_path: Path, encoding: str) -> None:
        path = write(tmp_path, "path,conversions\n扫码 > 五一直播,1\n", encoding)
        assert conversions(asked(path, "first")) == {"五一直播": 0, "扫码": 1}

    def test_a_person_reads_one_line_per_name(self, tmp_path: Path) -> None:
        path = write(tmp_path, "path,conversions,value\na > b,1,68.5\nb,1,0\n")
        out = StringIO()
        call_command("attribute_paths", str(path), "--model", "markov", stdout=out)
        assert out.getvalue().splitlines() == [
            "b：转化 1.3333，金额 45.6667，移除效应 1.0000",
            "a：转化 0.6667，金额 22.8333，移除效应 0.5000",
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("path,value\na,1\n", "missing_columns"),
            ("path,conversions,path\na,1,b\n", "duplicate_headers"),
            ("path,conversions\n", "header_only"),
            ("", "empty_file"),
            ("path,conversions\na,x\n", "bad_number"),
            ("path,conversions\na,\n", "bad_number"),
            ("path,conversions\na,-1\n", "bad_number"),
            ("path,conversions\na,nan\n", "bad_number"),
            ("path,conversions\na,inf\n", "bad_number"),
            ("path,conversions\na,1e300\n", "bad_number"),
            ("path,conversions,nulls\na,1,-2\n", "bad_number"),
            ("path,conversions,value\na,1,-2\n", "bad_number"),
            ("path,conversions,value\na,0,2\n", "value_without_conversion"),
            ('path,conversions\n"",1\n', "empty_path"),
            ("path,conversions\na > > b,1\n", "empty_path"),
            ("path,conversions\na >,1\n", "empty_path"),
            ("path,conversions\na,1,2\na,1,2,3\n", "wrong_cell_count"),
            ("path,conversions\na,1\na\n", "wrong_cell_count"),
            ("path,conversions\na,1\na", "wrong_cell_count"),
            (f"path,conversions\n{'a > ' * 50_000}a,1\n", "truncated"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, text: str, code: str) -> None:
        refusal = refused(write(tmp_path, text))
        assert refusal["code"] == code
        assert refusal["message"].endswith("。")

    def test_bytes_of_no_encoding(self, tmp_path: Path) -> None:
        path = tmp_path / "paths.csv"
        path.write_bytes(b"path,conversions\n\xff\xff\xff > b,1\n")
        assert refused(path)["code"] == "not_decodable"

    def test_no_such_file(self, tmp_path: Path) -> None:
        assert refused(tmp_path / "nothing.csv")["code"] == "file_not_found"

    def test_the_row_is_named_and_far_rows_are_checked_too(self, tmp_path: Path) -> None:
        rows = "a > b,1\n" * 100_001
        refusal = refused(write(tmp_path, f"path,conversions\n{rows}a,many\n"))
        assert refusal["message"].startswith("第 100002 行：“conversions”")

    def test_time_decay_without_ages(self, tmp_path: Path) -> None:
        refusal = refused(write(tmp_path, "path,conversions\na,1\n"), "time_decay")
        assert refusal["code"] == "missing_columns"
        assert "ages_days" in refusal["message"]

    @pytest.mark.parametrize("ages", ["1", "3 > 2 > 1", "2 > x", "2 > -1", "2 >", "nan > 1", ""])
    def test_ages_that_do_not_fit_the_path(self, tmp_path: Path, ages: str) -> None:
        path = write(tmp_path, f"path,conversions,ages_days\na > b,1,{ages}\n")
        assert refused(path, "time_decay")["code"] == "bad_ages"

    def test_more_names_than_a_markov_index_takes(self, tmp_path: Path) -> None:
        rows = "".join(f"name {number},1\n" for number in range(501))
        path = write(tmp_path, f"path,conversions\n{rows}")
        assert refused(path, "markov")["code"] == "too_many_names"
        assert len(conversions(asked(path, "linear"))) == 501

    @pytest.mark.parametrize(
        "words", [("--model", "nope"), ("--model", "time_decay", "--half-life-days", "0"), ()]
    )
    def test_a_model_or_half_life_that_is_none(self, tmp_path: Path, words: tuple[str]) -> None:
        path = write(tmp_path, "path,conversions\na,1\n")
        with pytest.raises(CommandError):
            call_command("attribute_paths", str(path), *words)
