"""What the database's constraints mean, in words, for forms and refusals.

A constraint is named after its rule, in English. Each app says in its admin what the rules
of its models mean (`explain`); forms then print the sentence where Django prints the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model, UniqueConstraint

_MEANINGS: dict[str, Any] = {}


def explain(meanings: Mapping[str, Any]) -> None:
    """Say what constraints mean: from name to one sentence."""
    _MEANINGS.update(meanings)


def meaning_of(name: str) -> str:
    """Return the sentence of a constraint, '' where none was given."""
    return str(_MEANINGS.get(name, ""))


def meaning_in(error: IntegrityError) -> str:
    """Return the sentence of the constraint that the database names, '' for none."""
    text = str(error)
    # Longest first: one name may begin with another.
    names = sorted((name for name in _MEANINGS if name in text), key=len, reverse=True)
    return meaning_of(names[0]) if names else ""


class SpeaksOfConstraints:
    """For a model form: a broken constraint reads as its sentence."""

    _meta: Any

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, _in_words(self._meta.model, error))  # type: ignore[misc]


def _in_words(model: type[Model], error: Any) -> Any:
    if not isinstance(error, ValidationError):
        return error
    if hasattr(error, "error_dict"):
        return ValidationError(
            {name: [_leaf(model, one) for one in found] for name, found in error.error_dict.items()}
        )
    return ValidationError([_leaf(model, one) for one in error.error_list])


def _leaf(model: type[Model], error: ValidationError) -> ValidationError:
    """Return one error, as a sentence where it stands for a constraint of the model."""
    for constraint in model._meta.constraints:
        broken = error.message == constraint.get_violation_error_message()
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            checked = (error.params or {}).get("unique_check", ())
            broken = broken or tuple(checked) == tuple(constraint.fields)
        if broken and meaning_of(constraint.name):
            return ValidationError(meaning_of(constraint.name), code=error.code)
    return error
