"""Pages that belong to no app: the landing page and the probes."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this site is and lead to its doors."""
    return render(request, "landing.html")


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process lives; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is reachable and every migration applied, else 503.

    Shape: `{"status": "ready" | "not_ready", "database": bool, "migrations": bool}`.
    """
    database = migrations = False
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = True
        executor = MigrationExecutor(connection)
        migrations = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        pass  # the answer itself says it; a probe must not raise
    ready = database and migrations
    return JsonResponse(
        {
            "status": "ready" if ready else "not_ready",
            "database": database,
            "migrations": migrations,
        },
        status=200 if ready else 503,
    )
