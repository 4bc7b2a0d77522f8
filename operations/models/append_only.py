"""How a model declares that its rows are written once and never changed.

The triggers that hold it to that are installed after every migrate by
`operations.services.append_only`. Apps above use the decorator; `accounts`, which lies
below this app, sets the class attribute `is_append_only = True` itself.
"""

from __future__ import annotations

from typing import TypeVar

from django.apps import apps
from django.db.models import Model

ModelClass = TypeVar("ModelClass", bound=type[Model])


def append_only(model: ModelClass) -> ModelClass:
    """Declare a model append-only: no UPDATE, DELETE or TRUNCATE of its table, by anyone."""
    model.is_append_only = True  # type: ignore[attr-defined]
    return model


def append_only_tables() -> list[str]:
    """Return the table names of every model declared append-only, sorted."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if getattr(model, "is_append_only", False)
    )
