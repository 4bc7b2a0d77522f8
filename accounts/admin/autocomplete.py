"""The widget that chooses a related row by searching, safe against addresses typed by hand."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Field

NUL = "\x00"


class RelatedRowSelect(AutocompleteSelect):
    """Prints the chosen row; what cannot be a key at all is no row, not a failing query."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        key = self.field.remote_field.model._meta.get_field(self.field.remote_field.field_name)
        return super().optgroups(name, [one for one in value if _may_be(key, one)], attr)


def _may_be(key: Field[Any, Any], value: Any) -> bool:
    """Say whether a value could be stored in a key column."""
    try:
        key.run_validators(key.to_python(value))
    except ValidationError:
        return False
    return NUL not in str(value)
