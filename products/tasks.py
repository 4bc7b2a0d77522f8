"""Celery's doors to the catalogue."""

from __future__ import annotations

from celery import shared_task

from products.services.search_entries import refresh_search_entries


@shared_task(name="products.refresh_search_entries", ignore_result=True)
def refresh_search_entries_task() -> None:
    """Catch what changed outside the admin, and what a new day changes: validity."""
    refresh_search_entries()
