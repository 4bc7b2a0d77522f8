"""What the documents say of the tree is true: paths, words, commands."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from tests.architecture.test_house import APPS, FILES, lines_of_text, named
from tests.workers import ROOT

MODEL_APPS = ("accounts", "operations", "products", "orders", "marketplace")
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (
    *(*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
    *("docs/glossary.md", "docs/flows.md"),
    *sorted(named(page) for page in (ROOT / "docs" / "decisions").glob("*.md")),
)
# Folders a path may begin with; anything else between backticks is a command or a name.
_PLACE = "|".join((*APPS, "tests", "seeds", "docs", "scripts"))
_MENTIONED = re.compile(rf"`((?:{_PLACE})/[\w./-]*|[\w-]+\.(?:toml|md|py))`")
_LINKED = re.compile(r"\]\(([^)#\s]+)\)")
_COMMAND = re.compile(r"^\| `([a-z_]+)` \|", re.M)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def glossary_rows() -> list[list[str]]:
    """Return the cells of each row, without the heads of the tables."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in read("docs/glossary.md").splitlines()
        if line.startswith("| ")
    ]
    return [row for row in rows if row[0] not in {"中文", "---"}]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_in_a_document_exists(name: str) -> None:
    text = read(name)
    folder = (ROOT / name).parent
    mentioned = {ROOT / path for path in _MENTIONED.findall(text)}
    linked = {folder / link for link in _LINKED.findall(text) if "://" not in link}
    assert [str(path) for path in sorted(mentioned | linked) if not path.exists()] == []


def test_every_page_that_the_code_refers_to_exists() -> None:
    page = re.compile(r"docs/[\w/.-]*\w\.md")
    missing = [
        f"{name}:{number} {path}"
        for name, number, line in lines_of_text()
        for path in page.findall(line)
        if not (ROOT / path).is_file()
    ]
    assert missing == []


def test_every_decision_has_context_decision_and_consequences() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
        assert heads[0].startswith(page.name[:4])
        assert heads[1:] == ["Context", "Decision", "Consequences"], page.name


def test_the_glossary_names_every_model_in_both_languages() -> None:
    rows = glossary_rows()
    words = {row[0] for row in rows}
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row[2])}
    models = [model for app in MODEL_APPS for model in apps.get_app_config(app).get_models()]
    assert models
    assert [model.__name__ for model in models if model.__name__ not in names] == []
    assert [
        f"{model.__name__} {model._meta.verbose_name}"
        for model in models
        if str(model._meta.verbose_name) not in words
    ] == []


def test_the_glossary_gives_each_word_one_row() -> None:
    rows = glossary_rows()
    assert all(len(row) == 4 for row in rows)
    assert [word for word, count in Counter(row[0] for row in rows).items() if count > 1] == []


@pytest.mark.parametrize("name", READMES)
def test_the_readme_lists_every_command_of_ours_and_no_other(name: str) -> None:
    ours = {command for command, app in get_commands().items() if app in MODEL_APPS}
    assert set(_COMMAND.findall(read(name))) == ours


@pytest.mark.parametrize("name", READMES)
def test_every_example_of_the_readme_is_correct_usage(name: str) -> None:
    examples = re.findall(r"^\| `[a-z_]+` \|.*\| `([^`]+)` \|$", read(name), re.M)
    assert examples
    for example in examples:
        command, *arguments = example.split()
        parser = load_command_class(get_commands()[command], command).create_parser("", command)
        parser.parse_args(arguments)


def test_every_make_target_in_a_document_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    mentioned = {
        target
        for name in DOCUMENTS
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", read(name), re.M)
    }
    assert mentioned
    assert mentioned - targets == set()


def test_both_readmes_say_the_same() -> None:
    def shape(name: str) -> list[str]:
        """Return heads, table rows by their first cell in code, and code blocks, in order."""
        text = read(name)
        heads = ["#" * len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]
        blocks = [line for line in text.splitlines() if line.startswith(("export ", ".venv/"))]
        rows = re.findall(r"^\|(?=.*\|)", text, re.M)
        points = re.findall(r"^(?:- |\d\. )", text, re.M)
        return [*heads, *blocks, *rows, *points]

    assert shape("README.md") == shape("README.zh-CN.md")


def test_the_changelog_speaks_of_the_version_that_is_built() -> None:
    version = re.search(r'^version = "([^"]+)"', read("pyproject.toml"), re.M)
    assert version is not None
    assert f"## v{version[1]} - " in read("CHANGELOG.md")


def test_the_licence_is_whole_and_ours() -> None:
    text = read("LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "Copyright The Shanhai authors" in text
    assert Path(ROOT / "LICENSE") in FILES


def test_every_test_that_holds_an_invariant_exists() -> None:
    page = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:marketplace|orders|soak)/\w+\.py)(?:::(\w+))?`", page)
    assert len(named) > 30
    gone = [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / "tests" / file).is_file()
        or f"def {test}" not in (ROOT / "tests" / file).read_text(encoding="utf-8")
    ]
    assert gone == []
