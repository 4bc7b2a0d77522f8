"""Read a sales point's files in every known format, and work the jobs of its imports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from operations.errors import LeaseLost
from operations.services.jobs import Claim
from operations.services.leases import kept_alive
from orders.errors import UnknownFormatCode
from orders.intake.archives import unpacked
from orders.intake.layouts import Format
from orders.intake.reading import FORMAT_CODES, read_files
from orders.intake.taught.reading import taught_format
from orders.models import OrderImport, SalesPoint
from orders.rules.readings import Reading
from orders.selectors.taught_formats import definitions_in_use, taught_version
from orders.services.importing import fail_import, run_import
from orders.services.previewing import preview_upload, refuse_import
from orders.services.receiving import UploadTerms, check_sizes, keep_upload
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


def receive_upload(
    *, sales_point: SalesPoint, paths: Sequence[Path], terms: UploadTerms, actor: User | None
) -> OrderImport:
    """Take uploaded files in, archives unpacked, as an import that waits for its preview.

    Raises UploadTooLarge, PeriodNotValid, and what archives are refused for.
    """
    check_sizes(paths)
    with unpacked(paths) as files:
        return keep_upload(sales_point=sales_point, paths=files, terms=terms, actor=actor)


def work_preview(claim: Claim) -> dict[str, Any]:
    """Read the upload that a claimed job names and keep what it would do.

    Raises what reading refuses; the import is then marked refused.
    """
    order_import = _import_of(claim)
    try:
        with kept_alive(claim):
            reading = read_uploads(order_import)
        return preview_upload(claim, order_import, reading)
    except LeaseLost:
        raise
    except DomainError as refusal:
        refuse_import(claim, order_import.pk, refusal)
        raise


def work_import(claim: Claim, reading: Reading | None = None) -> dict[str, Any]:
    """Run the import that a claimed job names; `reading` saves reading the files again.

    Raises what reading or writing refuses; the import is then marked failed.
    """
    order_import = _import_of(claim)
    try:
        if reading is None:
            with kept_alive(claim):
                reading = read_uploads(order_import)
        return run_import(claim, order_import, reading)
    except LeaseLost:
        raise
    except DomainError as refusal:
        fail_import(claim, order_import.pk, refusal)
        raise


def read_uploads(order_import: OrderImport) -> Reading:
    """Read an import's stored files, in the format that is known or asked for."""
    with opened_uploads(order_import) as paths:
        return read_for(
            order_import.sales_point,
            paths,
            order_import.format,
            version=order_import.format_version,
        )


def _import_of(claim: Claim) -> OrderImport:
    return OrderImport.objects.select_related("sales_point").get(pk=claim.payload["import"])
