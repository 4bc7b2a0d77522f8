"""`uplift`: the estimate as a tool on anybody's file of blocks."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.uplift.estimating import Block
from tests.marketplace.uplift_panels import Panel, as_csv, expected, golden_panels, invented

CASES = expected()["cases"]


def ran(path: Path, *options: str) -> tuple[dict[str, Any], int]:
    """Run the command with `--json`; return what it answers and its exit code."""
    out = StringIO()
    try:
        call_command("uplift", str(path), "--json", *options, stdout=out)
    except SystemExit as end:
        return json.loads(out.getvalue()), int(str(end.code))
    return json.loads(out.getvalue()), 0


def written(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path = folder / "blocks.csv"
    path.write_bytes("\n".join([*rows, ""]).encode(encoding))
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['rep']}")
def test_golden_panels_give_the_golden_answer(case: dict[str, Any], tmp_path: Path) -> None:
    path = as_csv(tmp_path, golden_panels()[case["kind"], case["rep"]])
    answer, code = ran(path, "--pre", "8")
    figures = {
        "estimate": "est", "low": "lo90", "high": "hi90",
        "log_effect": "log_effect", "standard_error": "se",
    }  # fmt: skip
    for ours, theirs in figures.items():
        assert answer[ours] == pytest.approx(case[theirs], rel=1e-6), ours
    assert (answer["grade"], answer["refusal"], code) == ("B", None, 0)


def test_only_the_latest_blocks_count_and_the_order_of_rows_does_not(tmp_path: Path) -> None:
    panel = golden_panels()["holiday", 0]
    plain, _ = ran(as_csv(tmp_path, panel))
    turned, _ = ran(as_csv(tmp_path, panel, weeks=sorted(panel, reverse=True)))
    spoilt = {**panel, -9: Block(0.0, 0.0), -16: Block(-4.0, 1.0)}
    assert turned == plain
    assert ran(as_csv(tmp_path, spoilt))[0] == plain
    assert ran(as_csv(tmp_path, panel), "--pre", "16")[0]["estimate"] != plain["estimate"]
    assert ran(as_csv(tmp_path, panel), "--level", "0.95")[0]["low"] < plain["low"]


def test_without_a_control_column_the_grade_is_d_and_a_holiday_takes_the_interval(
    tmp_path: Path,
) -> None:
    path = as_csv(tmp_path, golden_panels()["low", 0], control=False)
    answer, code = ran(path)
    assert (answer["grade"], answer["design"], code) == ("D", "history", 0)
    assert answer["low"] < answer["estimate"] < answer["high"]
    blind, _ = ran(path, "--holiday")
    assert (blind["estimate"], blind["low"], blind["high"]) == (answer["estimate"], None, None)
    assert blind["warnings"] == ["holiday_in_window"]


def test_blocks_after_give_the_dip_and_the_sum(tmp_path: Path) -> None:
    panel: Panel = invented(2, effect=0.5)
    panel |= {week: Block(4e4, panel[-week].control) for week in (1, 2, 3, 4)}
    answer, _ = ran(as_csv(tmp_path, panel))
    assert answer["after"]["estimate"] < 0
    total = answer["estimate"] + answer["after"]["estimate"]
    assert answer["cumulative"]["estimate"] == pytest.approx(total)


def test_a_block_marked_unclean_is_passed_over_and_one_left_out_is_refused(
    tmp_path: Path,
) -> None:
    rows = [f"{week},{100 - week},1000,{int(week != -2)}" for week in range(-9, 1)]
    header = "week_rel,treated_total,control_total,clean"
    marked, code = ran(written(tmp_path, header, *rows))
    assert code == 0
    without = [row for row in rows if not row.startswith("-2,")]
    refused, code = ran(written(tmp_path, header, *without))
    assert (refused["refusal"], refused["estimate"], code) == ("missing_block", None, 1)
    moved = [f"{week + (week < -2)},{100 - week},1000,1" for week in range(-9, 1) if week != -2]
    closed, _ = ran(written(tmp_path, header, *moved))
    assert closed["estimate"] == marked["estimate"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({-1: "0,1000"}, "zero_block"),
        ({0: "0,1000"}, "zero_block"),
        ({-3: ",1000"}, "missing_block"),
        ({-3: "-5,1000"}, "negative_block"),
        ({-3: "100,0"}, "zero_control"),
        ({-3: "100,"}, "missing_control"),
        ({0: ""}, "missing_block"),
        ({-4: "", -5: "", -6: "", -7: "", -8: ""}, "too_few_blocks"),
    ],
)
def test_no_baseline_is_said_in_words_with_a_stable_code(
    tmp_path: Path, change: dict[int, str], refusal: str
) -> None:
    cells = {week: f"{100 + week % 3},1000" for week in range(-8, 1)} | change
    rows = [f"{week},{cell}" for week, cell in cells.items() if cell]
    path = written(tmp_path, "week_rel,treated_total,control_total", *rows)
    answer, code = ran(path)
    figures = ("estimate", "low", "high", "log_effect", "standard_error", "grade")
    assert {answer[name] for name in figures} == {None}
    assert (answer["refusal"], code) == (refusal, 1)
    assert "无基线" in answer["message"]
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("uplift", str(path), stdout=out)
    assert out.getvalue().strip() == answer["message"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["week,treated_total", "0,1"], "missing_columns"),
        (["week_rel,treated_total,treated_total", "0,1,1"], "duplicate_headers"),
        (["week_rel,treated_total,control_total"], "header_only"),
        (["week_rel,treated_total", "x,1"], "bad_week"),
        (["week_rel,treated_total", "1.5,1"], "bad_week"),
        (["week_rel,treated_total", "0,1e99"], "bad_number"),
        (["week_rel,treated_total", "0,nan"], "bad_number"),
        (["week_rel,treated_total", "0,1", "0,2"], "week_repeated"),
        (["week_rel,treated_total,clean", "0,1,maybe"], "bad_clean"),
    ],
)
def test_a_bad_file_is_refused_with_a_code(tmp_path: Path, rows: list[str], code: str) -> None:
    answer, exit_code = ran(written(tmp_path, *rows))
    assert (answer["error"]["code"], exit_code) == (code, 1)
    assert answer["error"]["message"]


def test_a_missing_file_is_refused_and_impossible_options_are_usage_errors(
    tmp_path: Path,
) -> None:
    assert ran(tmp_path / "nosuch.csv")[1] == 1
    path = as_csv(tmp_path, invented(1))
    for options in (("--pre", "3"), ("--level", "1"), ("--level", "0"), ("--level", "nan")):
        with pytest.raises(CommandError):
            ran(path, *options)


def test_people_read_the_estimate_with_its_interval_and_grade(tmp_path: Path) -> None:
    out = StringIO()
    call_command("uplift", str(as_csv(tmp_path, golden_panels()["holiday", 0])), stdout=out)
    assert "118313.40，90% 区间 103627.38 至 131739.21" in out.getvalue()
    assert "证据等级：B" in out.getvalue()


NASTY = ("", "0", "-1", "1e3", "1e-7", "1e15", "999", "nan", "inf", "١٢", "１２", "=1+1", '"', "-")


@given(
    st.lists(
        st.tuples(*[st.sampled_from(NASTY) | st.integers(-9, 9).map(str)] * 3),
        min_size=1,
        max_size=14,
    ),
    st.sampled_from(["0.5", "0.9", "0.999"]),
)
def test_whatever_stands_in_the_cells_the_answer_is_an_estimate_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], level: str
) -> None:
    header = ",".join(("week_rel", "treated_total", "control_total"))
    path = written(tmp_path_factory.mktemp("fuzz"), header, *map(",".join, rows))
    answer, code = ran(path, "--level", level, "--pre", "4")
    if "error" in answer or answer["refusal"]:
        assert code == 1
    else:
        assert (code, answer["low"] <= answer["estimate"] <= answer["high"]) == (0, True)


@given(st.lists(st.tuples(st.floats(1e-6, 1e15), st.floats(1e-6, 1e15)), min_size=5, max_size=9))
def test_positive_figures_of_any_size_give_ordered_bounds_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, figures: list[tuple[float, float]]
) -> None:
    panel = {-place: Block(*pair) for place, pair in enumerate(figures)}
    answer, code = ran(as_csv(tmp_path_factory.mktemp("fuzz"), panel), "--level", "0.999")
    if code:
        assert answer["refusal"] == "too_noisy"
    else:
        assert float("-inf") < answer["low"] <= answer["estimate"] <= answer["high"]
