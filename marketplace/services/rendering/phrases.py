"""Put clauses and sentences together in the punctuation of the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def clauses(*parts: str) -> str:
    """Join the parts of a sentence, empty ones left out."""
    return _("，").join(part for part in parts if part)


def listed(*parts: str) -> str:
    """Join what a sentence lists, empty ones left out."""
    return _("、").join(part for part in parts if part)


def itemised(*parts: str) -> str:
    """Join statements that stand beside one another, without the full stops they end in."""
    return _("；").join(part.rstrip("。.") for part in parts if part)


def sentence(text: str) -> str:
    """Return a clause as a sentence of its own, '' for nothing."""
    return _("%(sentence)s。") % {"sentence": _capitalised(text)} if text else ""


def paragraph(*sentences: str) -> str:
    """Join whole sentences, empty ones left out."""
    found = ""
    for one in sentences:
        found = _("%(before)s%(sentence)s") % {"before": found, "sentence": one} if found else one
    return found


def stated(label: str, figure: str) -> str:
    """Return a figure after its name."""
    return _("%(label)s：%(figure)s") % {"label": label, "figure": figure}


def _capitalised(text: str) -> str:
    """Begin with a capital letter, which a Chinese sentence with a Latin name does not."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return text if is_chinese else text[:1].upper() + text[1:]
