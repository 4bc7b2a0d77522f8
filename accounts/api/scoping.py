"""The base of every API list: no rows without a declared scope."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from accounts.selectors.reach import Standing, standing_of
from accounts.selectors.scoping import Scope, declared_scope, rows_in_reach

__all__ = ["Scope", "ScopedQuerysetMixin"]


class ScopedQuerysetMixin(GenericAPIView):
    """Limit `queryset` to the rows in the caller's reach; the class must declare `scope`.

    A row out of reach does not exist for the caller (404, never 403). A class that stands
    between this one and real views sets `is_abstract_base = True`.
    """

    is_abstract_base = True
    scope: Scope
    viewable_by: frozenset[str] | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("is_abstract_base", False):
            declared_scope(cls, getattr(cls, "scope", None))

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows in the caller's reach."""
        rows = super().get_queryset()
        standing = request_standing(self.request)
        return rows_in_reach(rows, self.scope, standing, self.request.user, self.viewable_by)


def request_standing(request: Request) -> Standing:
    """Return what the caller is today, read once per request."""
    found = getattr(request, "_standing", None)
    if found is None:
        found = standing_of(request.user)
        request._standing = found  # type: ignore[attr-defined]
    return found
