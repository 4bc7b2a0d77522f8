"""The form of a dated row that names a district by its code."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from products.admin.dated import DatedRowForm

# Districts live upstairs: only the form of a code is known here.
_CODE = re.compile(r"[0-9]{6}")


class DistrictRowForm(DatedRowForm):
    """Takes six digits for the district."""

    def clean_district_code(self) -> str:
        code: str = self.cleaned_data["district_code"]
        if not _CODE.fullmatch(code):
            raise ValidationError(_("请填写六位行政区划代码，如 330105。"))
        return code
