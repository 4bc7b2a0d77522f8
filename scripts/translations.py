"""The catalogues under locale/: collect every msgid, keep the .po tidy, compile the .mo.

`make messages` runs this. It needs no gettext tools, so that the catalogues can be renewed and
tested on a bare machine. The source text is Chinese: `en` must hold every msgid of the project,
`zh_Hans` holds only the words of third parties that have no Chinese of their own.

In memory a catalogue is what a .mo holds: source text to translation, plural forms joined by NUL.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ("common", "accounts", "operations", "products", "orders", "marketplace", "config")
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_FORMS = {"en": "nplurals=2; plural=(n != 1);", "zh_Hans": "nplurals=1; plural=0;"}

Catalogue = dict[str, str]

_TAG = re.compile(r"""\{%\s*trans(?:late)?\s+(?P<quote>["'])(?P<text>.*?)(?P=quote)""")
_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?[^%]*%\}(?P<text>.*?)\{%\s*endblocktrans", re.S)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[.\d]*[sdf]")


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a text, sorted: a translation must have the same.

    >>> placeholders("%(file)s 第 %(line)d 行")
    ['%(file)s', '%(line)d']
    """
    return sorted(_PLACEHOLDER.findall(text))


def is_translated(call: ast.Call) -> bool:
    """Say whether a call marks its first argument for translation."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    return name in FUNCTIONS


def msgids_of_code(source: str) -> set[str]:
    """Return the texts that Python code marks for translation."""
    return {
        argument.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and is_translated(node)
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def msgids_of_template(source: str) -> set[str]:
    """Return the texts that a template marks for translation."""
    blocks = {_VARIABLE.sub(r"%(\1)s", found["text"]) for found in _BLOCK.finditer(source)}
    return blocks | {found["text"] for found in _TAG.finditer(source)}


def collect() -> set[str]:
    """Return every msgid of the project."""
    found: set[str] = set()
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= msgids_of_code(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / app).rglob("*.html")):
            found |= msgids_of_template(path.read_text(encoding="utf-8"))
    return found


def file_of(language: str, suffix: str) -> Path:
    """Return where a language's catalogue stands."""
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"


def read_po(text: str) -> Catalogue:
    """Read a .po without its header. Shapes beyond what `as_po` writes are not understood."""
    catalogue: Catalogue = {}
    source = translation = field = ""
    for line in [*text.splitlines(), 'msgid ""']:
        word, _, quoted = line.partition('"')
        word = word.strip()
        if line.startswith("#") or not line.strip():
            continue
        if word == "msgid":
            catalogue[source] = translation
            source = translation = ""
        elif word == "msgid_plural":
            source += "\0"
        elif word.startswith("msgstr[") and word != "msgstr[0]":
            translation += "\0"
        field = word or field
        piece = ast.literal_eval(f'"{quoted}') if quoted else ""
        if field.startswith("msgid"):
            source += piece
        else:
            translation += piece
    catalogue.pop("", None)
    return catalogue


def as_po(catalogue: Catalogue, language: str) -> str:
    """Write a catalogue as .po: sorted, without dates and places, equal for equal content."""
    parts = ['msgid ""\nmsgstr ""\n' + "".join(f"{_quoted(line)}\n" for line in _header(language))]
    for source, translation in sorted(catalogue.items()):
        one, _, many = source.partition("\0")
        lines = ["#, python-format"] if placeholders(source) else []
        lines.append(f"msgid {_quoted(one)}")
        if many:
            lines.append(f"msgid_plural {_quoted(many)}")
            forms = enumerate(translation.split("\0"))
            lines += [f"msgstr[{number}] {_quoted(form)}" for number, form in forms]
        else:
            lines.append(f"msgstr {_quoted(translation)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def as_mo(catalogue: Catalogue, language: str) -> bytes:
    """Compile a catalogue into the binary form that gettext reads."""
    rows = {source: text for source, text in catalogue.items() if text}
    rows[""] = "".join(_header(language))
    pairs = sorted((key.encode(), text.encode()) for key, text in rows.items())
    count, table = len(pairs), 7 * 4
    offset = table + count * 16
    tables, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), offset + len(texts))
            texts += pair[side] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, table, table + count * 8, 0, offset)
    return head + tables[0] + tables[1] + texts


def _header(language: str) -> list[str]:
    return [
        "Project-Id-Version: shanhai\n",
        f"Language: {language}\n",
        "MIME-Version: 1.0\n",
        "Content-Type: text/plain; charset=UTF-8\n",
        "Content-Transfer-Encoding: 8bit\n",
        f"Plural-Forms: {PLURAL_FORMS[language]}\n",
    ]


def _quoted(text: str) -> str:
    """Quote a text for a .po; its characters stay readable."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


def main() -> int:
    """Renew both catalogues; name what has no English yet and fail then."""
    missing: list[str] = []
    for language in PLURAL_FORMS:
        path = file_of(language, "po")
        catalogue = read_po(path.read_text(encoding="utf-8")) if path.exists() else {}
        if language == "en":
            catalogue = {msgid: catalogue.get(msgid, "") for msgid in collect()}
            missing = sorted(msgid for msgid, text in catalogue.items() if not text)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_po(catalogue, language), encoding="utf-8")
        file_of(language, "mo").write_bytes(as_mo(catalogue, language))
    for msgid in missing:
        sys.stdout.write(f"no English yet: {msgid!r}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
