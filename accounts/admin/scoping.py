"""The base classes of every ModelAdmin and inline: no rows without a declared scope.

    @admin.register(Order)
    class OrderAdmin(ReadOnlyAdmin):
        scope = Scope.by(sales_point="sales_point__code", county="lines__county__code")

Viewing follows the roles (`accounts.rules.roles`), with the model's app label as the area;
changing is refused unless the class names roles in `writable_by`. List, search,
autocomplete, history, actions, deletion and choices of foreign keys all pass through
`get_queryset`.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import DataError, transaction
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin.autocomplete import NUL, RelatedRowSelect
from accounts.admin.constraints import SpeaksOfConstraints
from accounts.selectors.reach import Standing, standing_of
from accounts.selectors.scoping import Scope, declared_scope, rows_in_reach

__all__ = ["ReadOnlyAdmin", "Scope", "ScopedModelAdmin", "ScopedTabularInline", "standing"]


def standing(request: HttpRequest) -> Standing:
    """Return what the signed-in user is today, read once per request."""
    found = getattr(request, "_standing", None)
    if found is None:
        found = standing_of(request.user)
        request._standing = found  # type: ignore[attr-defined]
    return found


class ScopedRows(BaseModelAdmin):
    """What list, form and inline share: rows and permissions follow scope and roles."""

    is_abstract_base = True
    scope: Scope
    # Roles that may add and change, with a duty other than `read`. Superusers always may.
    writable_by: frozenset[str] = frozenset()
    # Roles that may view; None: every role that ROLE_ACTIONS lets view the area.
    viewable_by: frozenset[str] | None = None
    # Rows are ended, reversed or archived, not deleted; a class must say otherwise.
    deletable = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("is_abstract_base", False):
            declared_scope(cls, getattr(cls, "scope", None))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows in the user's reach."""
        rows = super().get_queryset(request)
        return rows_in_reach(rows, self.scope, standing(request), request.user, self.viewable_by)

    def has_view_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        who = standing(request)
        if who.superuser:
            return True
        area = self.opts.app_label
        if self.viewable_by is not None and not (self.viewable_by & who.roles()):
            return False
        return who.may(area, "view") and not self.scope.covers_nothing(
            who.reach(area, self.viewable_by)
        )

    def has_change_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return self._may_write(request)

    def has_add_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return self._may_write(request)

    def has_delete_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return self.deletable and self._may_write(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._limit_choices(db_field, request, kwargs)
        if db_field.name in self.get_autocomplete_fields(request):
            widget = RelatedRowSelect(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", widget)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._limit_choices(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _may_write(self, request: HttpRequest) -> bool:
        who = standing(request)
        return who.may_as(self.writable_by, self.opts.app_label) and self.has_view_permission(
            request
        )

    def _limit_choices(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
        """Offer only rows that the user sees in the related model's own admin."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if related is not None:
            kwargs["queryset"] = related.get_queryset(request)


class ScopedModelAdmin(ScopedRows, ModelAdmin):
    """A model's admin with a declared scope; see the module's docstring."""

    is_abstract_base = True
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app in the index to whoever may view this model."""
        return self.has_view_permission(request)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Offer related rows as filter choices only where visible rows use them."""
        return [
            (entry, admin.RelatedOnlyFieldListFilter)
            if isinstance(entry, str) and _is_relation(self.model, entry)
            else entry
            for entry in super().get_list_filter(request)
        ]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let the form say in words which rule a row breaks."""
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (SpeaksOfConstraints, form), {})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Treat values that no column can hold like any other wrong filter of an address."""
        try:
            # The failed query must not spoil a transaction around the list.
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search without the one character that PostgreSQL refuses in a text."""
        term = search_term.replace(NUL, "")
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, term)
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then refuse (and roll back) a row that ended up outside the user's reach."""
        super().save_model(request, obj, form, change)
        if not self.get_queryset(request).filter(pk=obj.pk).exists():
            raise PermissionDenied


class ReadOnlyAdmin(ScopedModelAdmin):
    """For models that services own: nothing is added, changed or deleted here, by anyone."""

    is_abstract_base = True

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        return False


class ScopedTabularInline(ScopedRows, TabularInline):
    """Rows below a visible parent, limited to the user's reach as well; read-only."""

    is_abstract_base = True
    extra = 0
    can_delete = False
    show_change_link = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Let each row's form say in words which rule it breaks."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type(formset.form.__name__, (SpeaksOfConstraints, formset.form), {})
        return formset

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        return False


def _is_relation(model: type[Model], path: str) -> bool:
    """Say whether a lookup path ends at a relation."""
    current: type[Model] | None = model
    field: Field | Any = None
    for part in path.split("__"):
        if current is None:
            return False
        try:
            field = current._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        current = field.related_model if field.is_relation else None
    return bool(field is not None and field.is_relation)
