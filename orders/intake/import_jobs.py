"""Work an import job: read its uploads again and hand them to the writer."""

from __future__ import annotations

from typing import Any

from common.errors import DomainError
from operations.services.jobs import Claim
from orders.intake.reading import read_files
from orders.models import OrderImport
from orders.rules.readings import Reading
from orders.services.importing import fail_import, run_import
from orders.services.uploads import opened_uploads


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
    point = order_import.sales_point
    with opened_uploads(order_import) as paths:
        return read_files(
            paths,
            sales_point_platform=point.platform,
            shop_id=point.shop_id,
            shop_name=point.shop_name,
            format=order_import.format,
        )
