"""A mistake in any model is caught by the everyday tests: each is made, and they must fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workers import ROOT

pytestmark = pytest.mark.soak
RULES = "marketplace/rules"
WEIGHTS = f"{RULES}/paths/weights.py"
SPLITTING = f"{RULES}/paths/splitting.py"
CONTACTS = f"{RULES}/attribution/contacts.py"
PATHING = f"{RULES}/attribution/pathing.py"
PATH_MONEY = f"{RULES}/attribution/path_money.py"
FINDING = f"{RULES}/attribution/finding.py"
STANDING = f"{RULES}/attribution/standing.py"
PREDICATES = f"{RULES}/attribution/predicates.py"
CREDITING = f"{RULES}/attribution/crediting.py"
# The everyday tests of the engine on frames; what nothing here catches is tried on the database.
QUICK = (
    "tests/marketplace/test_path_models.py",
    "tests/marketplace/test_path_splitting.py",
    "tests/marketplace/test_touches_that_count.py",
    "tests/marketplace/test_attribution_invariants.py",
    "tests/marketplace/test_attribution_rules.py",
    "tests/marketplace/test_attribution_decisions.py",
    "tests/marketplace/test_attribution_vouchers.py",
    "tests/marketplace/test_worked_examples.py",
)
TOOLS = ("tests/marketplace/test_attribute_paths.py", "tests/marketplace/test_path_indices.py")


@dataclass(frozen=True)
class Mistake:
    """Text that stands once in a file, and what it becomes."""

    name: str
    path: str
    right: str
    wrong: str
    tests: tuple[str, ...] = QUICK


MISTAKES = [
    Mistake("last for first", WEIGHTS, "first=(position == 0)", "first=(position == length - 1)"),
    Mistake("first for last", WEIGHTS, "last=(position == length - 1)", "last=(position == 0)"),
    Mistake("direct is a campaign", WEIGHTS, 'pl.col("rank") != direct', 'pl.col("rank") != -2'),
    Mistake(
        "linear by place", WEIGHTS, "linear=pl.lit(1, dtype=pl.Int64),", "linear=position + 1,"
    ),
    Mistake(
        "distinct counts touches",
        WEIGHTS,
        "linear_distinct=pl.lit(1, dtype=pl.Int64)",
        "linear_distinct=pl.len().cast(pl.Int64)",
    ),
    Mistake("ends get thirds", WEIGHTS, ".then(2 * (length - 2))", ".then(length - 2)"),
    Mistake("two touches are ends", WEIGHTS, "(length > 2) & is_end", "(length > 1) & is_end"),
    Mistake("half-life of 8 days", WEIGHTS, "7 * 86_400", "8 * 86_400"),
    Mistake(
        "age in half-lives only",
        WEIGHTS,
        "left = age_seconds % HALF_LIFE_SECONDS\n    coarse = (left",
        "left = age_seconds * 0\n    coarse = (left",
    ),
    Mistake(
        "decay in floats",
        WEIGHTS,
        "whole = coarse.cast(pl.Int128) * fine.cast(pl.Int128) // ONE",
        "whole = (coarse.cast(pl.Float64) * fine.cast(pl.Float64) / ONE).cast(pl.Int128)",
    ),
    Mistake(
        "split in floats",
        SPLITTING,
        'share=pl.col("whole") * pl.col("weight") // pl.col("sum")',
        'share=(pl.col("whole") * pl.col("weight") / pl.col("sum")).round().cast(kind)',
    ),
    Mistake(
        "smallest remainder",
        SPLITTING,
        "descending=[False, True, False]",
        "descending=[False, False, False]",
    ),
    Mistake(
        "ties the other way",
        SPLITTING,
        "descending=[False, True, False]",
        "descending=[False, True, True]",
    ),
    Mistake(
        "ties by code",
        SPLITTING,
        "sha256(text.encode()).digest()[:8]",
        'text.split("\\x1f")[2].encode()[:8].ljust(8, b" ")',
    ),
    Mistake(
        "lost remainder", SPLITTING, 'pl.col("turn") < pl.col("missing")', 'pl.col("turn") < 1'
    ),
    Mistake("lookback open", CONTACTS, 'age.le(pl.col("reach_us"))', 'age.lt(pl.col("reach_us"))'),
    Mistake(
        "a second more", CONTACTS, "lookback_days * _DAY_US", "lookback_days * _DAY_US + 10**6"
    ),
    Mistake("at payment left out", CONTACTS, "age.ge(0)", "age.gt(0)"),
    Mistake("after payment too", CONTACTS, "age.ge(0) & ", ""),
    Mistake(
        "kinds unordered",
        CONTACTS,
        '.sort("touched_us", "strength", "source", "source_id")',
        '.sort("touched_us", "source", "source_id")',
    ),
    Mistake(
        "ids unordered",
        CONTACTS,
        '"source", "source_id")\n        .with_row_index',
        '"source")\n        .with_row_index',
    ),
    Mistake("place is a touch", PATHING, "int(Level.REFERENCE)", "int(Level.PLACE)"),
    Mistake("a reference is no touch", PATHING, "int(Level.REFERENCE)", "int(Level.VOUCHER)"),
    Mistake(
        "evidence before touches", PATHING, "AFTER_TOUCHES = 2**40", "AFTER_TOUCHES = -(2**40)"
    ),
    Mistake(
        "direct as far as it goes",
        PATHING,
        '.filter(pl.col("paid_us") - pl.col("touched_us") <= pl.col("reach_us"))',
        "",
    ),
    Mistake(
        "refunds by weight",
        PATH_MONEY,
        'total="refunded", weight="earned"',
        'total="refunded", weight="weight"',
    ),
    Mistake(
        "refunds one by one",
        PATH_MONEY,
        "otherwise(-amount).cum_sum().over",
        "otherwise(-amount).sum().over",
    ),
    Mistake("window closed", PREDICATES, "(paid < microseconds", "(paid <= microseconds"),
    Mistake("window open", PREDICATES, "(paid >= microseconds", "(paid > microseconds"),
    Mistake("above the minimum", PREDICATES, 'pl.col("order_fen") >=', 'pl.col("order_fen") >'),
    Mistake("the line's amount", PREDICATES, '.over("order_id")', '.over("entry_id")'),
    Mistake("unmatched in scope", PREDICATES, "if rules.needs_matched_line:", "if False:"),
    Mistake(
        "minimum level open",
        FINDING,
        'pl.col("level") >= rules.minimum_level',
        'pl.col("level") > rules.minimum_level',
    ),
    Mistake(
        "exclusions forgotten",
        FINDING,
        'found.join(verdicts, on=["entry_id", "rank"], how="anti")',
        "found",
    ),
    Mistake("credits weaker", FINDING, "int(Level.MANUAL)", "int(Level.PLACE)"),
    Mistake("vouchers forgotten", FINDING, "then(int(Level.VOUCHER))", "then(int(Level.PLACE))"),
    Mistake("touches forgotten", FINDING, "then(int(Level.TOUCH))", "then(int(Level.PLACE))"),
    Mistake(
        "priority ignored",
        STANDING,
        "(rules.priority, rules.starts_at, rules.starts_at - rules.ends_at)",
        "(rules.starts_at, rules.starts_at - rules.ends_at)",
    ),
    Mistake(
        "longer window first",
        STANDING,
        "rules.starts_at - rules.ends_at)",
        "rules.ends_at - rules.starts_at)",
    ),
    Mistake(
        "earlier start first",
        STANDING,
        "(rules.priority, rules.starts_at, rules",
        "(rules.priority, -rules.starts_at.timestamp(), rules",
    ),
    Mistake("largest code first", STANDING, "reverse=True", "reverse=False"),
    Mistake(
        "nothing for none",
        CREDITING,
        "return pl.concat([credited, _unearned(money, judged.found, earned)])",
        "return credited",
    ),
    Mistake(
        "participation split",
        CREDITING,
        'participation_fen="amount_fen"',
        'participation_fen=pl.when(won).then("amount_fen").otherwise(0)',
    ),
    Mistake(
        "consumers pay it all",
        CREDITING,
        'direct_consumer_fen=pl.when(won).then("consumer_paid_fen")',
        'direct_consumer_fen=pl.when(won).then("amount_fen")',
    ),
    Mistake(
        "direct money lost",
        CREDITING,
        ".then(pl.col(name).fill_null(0)).otherwise(whole)",
        ".then(0).otherwise(whole)",
    ),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the files that git knows."""
    folder = tmp_path_factory.mktemp("mistakes")
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / "var").mkdir(exist_ok=True)
    return folder


def run(folder: Path, tests: tuple[str, ...]) -> int:
    """Run tests there on SQLite until the first failure; return how pytest ended."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    for name in ("TEST_DATABASE_URL", "DATABASE_URL", "TEST_REDIS_URL", "REDIS_URL"):
        kept.pop(name, None)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *tests], cwd=folder, env=kept, capture_output=True, check=False
    )
    return done.returncode


def test_without_a_mistake_the_same_tests_pass(copy: Path) -> None:
    assert run(copy, (*QUICK, *TOOLS)) == 0


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_the_everyday_tests_fail_on(copy: Path, mistake: Mistake) -> None:
    file = copy / mistake.path
    right = file.read_text(encoding="utf-8")
    assert right.count(mistake.right) == 1
    file.write_text(right.replace(mistake.right, mistake.wrong), encoding="utf-8")
    try:
        assert run(copy, mistake.tests) == 1
    finally:
        file.write_text(right, encoding="utf-8")
