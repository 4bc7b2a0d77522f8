"""Uploads as operators make them, and their jobs worked in this process."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Duty, Role, ScopeKind
from operations.models import Job
from operations.services.running import run_job
from orders.intake.import_jobs import receive_upload, work_import, work_preview
from orders.models import OrderImport, SalesPoint
from orders.services.importing import IMPORT_TASK
from orders.services.receiving import UploadTerms
from orders.services.steering import confirm_import
from tests.back_office import desk

UPLOAD_PAGE = "admin:orders_orderimport_add"


def shop_desk(name: str = "dianyuan", point: str = "xunqianji", duty: str = Duty.PREPARE) -> Client:
    """Sign in as an operator of one shop."""
    return desk(name, Role.STORE_OPERATOR, duty, ScopeKind.SALES_POINT, point)


def post_files(client: Client, point: SalesPoint, *paths: Path, **fields: Any) -> HttpResponse:
    """Post the upload form."""
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")) for path in paths]
        form = {"sales_point": point.pk, "uploads": files, "format": "auto", **fields}
        return client.post(reverse(UPLOAD_PAGE), form)


def upload(point: SalesPoint, *paths: Path, **terms: Any) -> OrderImport:
    """Take files in as the page does, without anybody signed in."""
    return receive_upload(sales_point=point, paths=paths, terms=UploadTerms(**terms), actor=None)


def work(order_import: OrderImport) -> OrderImport:
    """Work the import's job here, as a worker would, and read the import again."""
    job = Job.objects.get(pk=OrderImport.objects.get(pk=order_import.pk).job_id)
    run_job(job.pk, work_import if job.task_name == IMPORT_TASK else work_preview)
    return OrderImport.objects.select_related("job", "sales_point").get(pk=order_import.pk)


def previewed(point: SalesPoint, *paths: Path, **terms: Any) -> OrderImport:
    """Upload files and preview them."""
    return work(upload(point, *paths, **terms))


def imported(point: SalesPoint, *paths: Path, **terms: Any) -> OrderImport:
    """Upload, preview, confirm and write."""
    confirmed = confirm_import(previewed(point, *paths, **terms), None, dates_confirmed=True)
    return work(confirmed)
