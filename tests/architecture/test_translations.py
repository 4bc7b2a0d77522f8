"""Chinese is the source text; English is complete; nothing a user reads stands outside gettext."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from scripts import translations
from tests.workers import ROOT

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = tuple(translations.PLURAL_FORMS)
SOURCES = [
    path
    for app in translations.APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
# Chinese that is not a text for translation, with the reason.
DATA = {
    "common/masking.py": "pieces of Chinese addresses",
    "config/settings/base.py": "the name of the interface, in both languages at once",
    "marketplace/intake/touch_columns.py": "headers and words of files of touches",
    "marketplace/rules/evidence.py": "pure; its labels are translated where they are shown",
    "marketplace/rules/printing/": "official forms, Chinese in every language",
    "orders/intake/": "headers, words and made-up rows of the platforms' files",
    "orders/rules/exclusions.py": "words in the titles of links that are no goods",
    "orders/rules/suggestions.py": "what shops write before goods, and units of packs",
    "orders/rules/readings.py": "the mark in a simulated row's note",
    "products/intake/": "headers and words of roster files",
    "products/rules/net_content.py": "units as packs print them",
}


def catalogue(language: str) -> translations.Catalogue:
    return translations.read_po(translations.file_of(language, "po").read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_text_has_an_english_translation() -> None:
    english = catalogue("en")
    assert sorted(msgid for msgid in translations.collect() if not english.get(msgid)) == []


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    assert sorted(set(catalogue("en")) - translations.collect()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    differ = [
        source
        for source, translation_ in catalogue(language).items()
        for form in translation_.split("\0")
        if translations.placeholders(source.split("\0")[0]) != translations.placeholders(form)
    ]
    assert differ == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_tidy_and_compiled(language: str) -> None:
    po = translations.file_of(language, "po").read_text(encoding="utf-8")
    assert po == translations.as_po(catalogue(language), language), "run `make messages`"
    assert not re.search(r"^#, fuzzy|^#~|POT-Creation-Date|@", po, re.M)
    mo = translations.file_of(language, "mo").read_bytes()
    assert mo == translations.as_mo(catalogue(language), language), "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_the_readable_one_says(language: str) -> None:
    with translations.file_of(language, "mo").open("rb") as compiled:
        spoken = gettext.GNUTranslations(compiled)
    for source, text in catalogue(language).items():
        one, _, many = source.partition("\0")
        said = spoken.ngettext(one, many, 1) if many else spoken.gettext(one)
        assert said == text.split("\0")[0]


def untranslated(source: str) -> Iterator[tuple[int, str]]:
    """Yield the Chinese string constants outside gettext calls and docstrings."""
    tree = ast.parse(source)
    spoken: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and translations.is_translated(node):
            spoken.update(node.args[:1])
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spoken.add(node.value)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node in spoken:
            continue
        if isinstance(node.value, str) and CHINESE.search(node.value):
            yield node.lineno, node.value


def test_the_finder_finds_what_stands_outside_gettext() -> None:
    source = '"""文档"""\nhelp = "帮助"\nname = _("名称")\nlong = f"共{count}行"\n'
    assert [text for _, text in untranslated(source)] == ["帮助", "共", "行"]


def test_no_chinese_text_in_code_stands_outside_gettext() -> None:
    found = [
        f"{named(path)}:{line} {text}"
        for path in SOURCES
        if not named(path).startswith(tuple(DATA))
        for line, text in untranslated(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("data", DATA)
def test_every_exception_is_still_needed(data: str) -> None:
    holders = [path for path in SOURCES if named(path).startswith(data)]
    assert any(True for path in holders for _ in untranslated(path.read_text(encoding="utf-8")))


def test_no_chinese_text_in_a_template_stands_outside_gettext() -> None:
    found = []
    for app in translations.APPS:
        for path in sorted((ROOT / app).rglob("*.html")):
            text = re.sub(
                r"\{%\s*blocktrans.*?endblocktrans\w*\s*%\}|\{%.*?%\}|\{#.*?#\}|<style>.*?</style>"
                r'|<a href="\?lang=zh-hans" lang="zh-Hans">中文</a>',
                "",
                path.read_text(encoding="utf-8"),
                flags=re.S,
            )
            found += [
                f"{named(path)}: {line}" for line in text.splitlines() if CHINESE.search(line)
            ]
    assert found == []


def test_texts_for_translation_are_whole() -> None:
    """gettext looks texts up before they are filled in, so a text is one plain constant."""
    found = [
        f"{named(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and translations.is_translated(node) and node.args
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert found == []


def test_a_text_of_two_lines_with_quotes_survives_the_catalogue() -> None:
    said = {'一"行\n二\\行': 'a "line"\nand \\ another', "one\0many": "一\0二", "空": ""}
    assert translations.read_po(translations.as_po(said, "en")) == said


@pytest.mark.django_db
def test_who_chose_english_reads_english_names_in_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin", password="x"))
    page = client.get(reverse("admin:index"), {"lang": "en"}).content.decode()
    for name in (
        "Sales ledger",
        "Order import",
        "Attribution entry",
        "Campaign version",
        "Pairing",
    ):
        assert name in page
    assert CHINESE.findall(page.replace("简体中文", "")) == []
    ledger = client.get(reverse("admin:orders_salesentry_changelist")).content.decode()
    assert "Search by order number, SKU code, origin county code or reference code" in ledger


@pytest.mark.django_db
def test_who_chose_nothing_reads_chinese_names_in_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin", password="x"))
    page = client.get(reverse("admin:index"), headers={"accept-language": "en-US"}).content.decode()
    for name in ("销售台账", "订单导入", "归因记录", "活动版本", "结对关系", "搜索应用和数据"):
        assert name in page


def test_every_model_in_the_admin_has_a_name_in_both_languages() -> None:
    own = [
        model
        for model in apps.get_models()
        if admin.site.is_registered(model) and model._meta.app_label in translations.APPS
    ]
    assert own
    for model in own:
        assert CHINESE.search(str(model._meta.verbose_name))
        with translation.override("en"):
            assert not CHINESE.search(str(model._meta.verbose_name))
            for field in model._meta.fields:
                words = [field.verbose_name, *(label for _, label in field.flatchoices)]
                assert not CHINESE.search(" ".join(map(str, words))), field
