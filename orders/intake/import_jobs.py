"""Work the jobs of an import: read its uploads and hand them to the preview or to the writer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from accounts.models import User
from common.errors import DomainError
from operations.errors import LeaseLost
from operations.services.jobs import Claim
from operations.services.leases import kept_alive
from orders.intake.archives import unpacked
from orders.intake.reading import read_files
from orders.models import OrderImport, SalesPoint
from orders.rules.readings import Reading
from orders.services.importing import fail_import, run_import
from orders.services.previewing import preview_upload, refuse_import
from orders.services.receiving import UploadTerms, check_sizes, keep_upload
from orders.services.uploads import opened_uploads


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
        fail_import(order_import.pk, refusal)
        raise


def read_uploads(order_import: OrderImport) -> Reading:
    """Read an import's stored files, in the format that is known or asked for."""
    point = order_import.sales_point
    with opened_uploads(order_import) as paths:
        return read_files(
            paths,
            sales_point_platform=point.platform,
            shop_id=point.shop_id,
            shop_name=point.shop_name,
            format=order_import.format,
        )


def _import_of(claim: Claim) -> OrderImport:
    return OrderImport.objects.select_related("sales_point").get(pk=claim.payload["import"])
