"""Columns and base classes that the admin of goods, sales and campaigns share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.admin.scoping import Scope, ScopedModelAdmin, ScopedTabularInline, standing
from accounts.selectors.scoping import rows_in_reach
from common.money import yuan
from products.services.search_entries import refresh_search_entries

EMPTY = "—"


def in_yuan(field: str, label: Any) -> Callable[[Any], str]:
    """Return a column that prints a `*_fen` field in yuan and sorts by it."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> str:
        fen = getattr(row, field)
        return EMPTY if fen is None else yuan(fen)

    return column


def in_words(field: str, label: Any, words: Mapping[str, Any]) -> Callable[[Any], str]:
    """Return a column that prints a frozen code in words; a code without words stays as it is."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> str:
        code = getattr(row, field)
        return str(words.get(code, code)) or EMPTY

    return column


def shown(*names: str | Callable[[Any], str]) -> Any:
    """Return what a page to look at shows, in order: names of fields, and columns."""
    return names


class FixedCode:
    """The code of a row is frozen in the ledger: it is given once and never changed."""

    fixed_fields: tuple[str, ...] = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Lock the fixed fields once the row exists."""
        names: tuple[Any, ...] = tuple(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        return names if obj is None else (*names, *self.fixed_fields)


class OwnRowsAdmin(ScopedModelAdmin):
    """Rows that everyone may look at and only their own office may change.

    `scope` says who sees a row, `own` who changes it: the reach of the roles in `writable_by`.
    """

    is_abstract_base = True
    own: Scope

    def owns(self, request: HttpRequest, obj: Any) -> bool:
        """Say whether a saved row lies where the user may write; reading alone is not enough."""
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        who = standing(request).preparing(self.writable_by, self.opts.app_label)
        return rows_in_reach(rows, self.own, who, request.user).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None, **_kwargs: Any) -> bool:
        may_write = super().has_change_permission(request)
        return may_write and (obj is None or self.owns(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then refuse (and roll back) a row that belongs to another office."""
        super().save_model(request, obj, form, change)
        if not self.owns(request, obj):
            raise PermissionDenied


class SeenBySearch:
    """Rows that the catalogue shows: search follows them in the same transaction."""

    def save_related(self, *args: Any, **kwargs: Any) -> None:
        """Save what stands below the row, then bring search up to date."""
        super().save_related(*args, **kwargs)  # type: ignore[misc]
        refresh_search_entries()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row, then bring search up to date."""
        super().delete_model(request, obj)  # type: ignore[misc]
        refresh_search_entries()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete the rows, then bring search up to date."""
        super().delete_queryset(request, queryset)  # type: ignore[misc]
        refresh_search_entries()


class EditableInline(ScopedTabularInline):
    """Rows below a parent that whoever may write adds and corrects in place."""

    is_abstract_base = True
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return self._may_write(request)

    def has_change_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return self._may_write(request)
