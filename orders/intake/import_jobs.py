"""Read the files of a sales point in every format that is known, and work import jobs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError
from operations.services.jobs import Claim
from orders.errors import UnknownFormatCode
from orders.intake.layouts import Format
from orders.intake.reading import FORMAT_CODES, read_files
from orders.intake.taught.reading import taught_format
from orders.models import OrderImport, SalesPoint
from orders.rules.readings import Reading
from orders.selectors.taught_formats import definitions_in_use, taught_version
from orders.services.importing import fail_import, run_import
from orders.services.uploads import opened_uploads


def read_for(
    sales_point: SalesPoint, paths: Sequence[Path], format: str = "auto", *, version: int = 0
) -> Reading:
    """Read plain files of one export at a sales point, in a built-in or a taught format.

    `format` is "auto" or a format's code; `version` is the version of a taught one, 0 for the
    newest. Raises UnknownFormatCode, and what `read_files` raises.
    """
    return read_files(
        paths,
        sales_point_platform=sales_point.platform,
        shop_id=sales_point.shop_id,
        shop_name=sales_point.shop_name,
        format=format,
        taught=_taught(sales_point.platform, format, version),
    )


def _taught(platform: str, asked: str, version: int) -> list[Format]:
    """Return the taught formats that may be meant, those of the platform first."""
    if asked in FORMAT_CODES:
        return []
    if version:
        found = taught_version(asked, version)
        definitions = [found] if found else []
    else:
        definitions = [one for one in definitions_in_use() if asked in ("auto", one.code)]
    if asked != "auto" and not definitions:
        raise UnknownFormatCode(_("没有编码为“%(code)s”的格式。") % {"code": asked}, format=asked)
    definitions.sort(key=lambda one: one.platform != platform)
    return [taught_format(one, is_asked=asked == one.code) for one in definitions]


def work_import(claim: Claim, reading: Reading | None = None) -> dict[str, Any]:
    """Run the import that a claimed job names; `reading` saves reading the files again.

    Raises what reading or writing refuses; the import is then marked failed.
    """
    order_import = OrderImport.objects.select_related("sales_point").get(pk=claim.payload["import"])
    try:
        return run_import(claim, order_import, reading or read_uploads(order_import))
    except DomainError:
        fail_import(order_import.pk)
        raise


def read_uploads(order_import: OrderImport) -> Reading:
    """Read an import's stored files as they were read when it was staged."""
    with opened_uploads(order_import) as paths:
        return read_for(
            order_import.sales_point,
            paths,
            order_import.format,
            version=order_import.format_version,
        )
