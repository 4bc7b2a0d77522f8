"""Look at papers (佐证材料) and download them; every download is recorded."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from accounts.admin.columns import person
from accounts.admin.scoping import ReadOnlyAdmin, Scope
from accounts.models import User
from operations.admin.steps import Step, SteppedAdmin
from orders.models import EvidenceFile
from orders.services.papers import read_paper
from products.admin.columns import shown

# A post, because it leaves an audit event.
DOWNLOAD = Step("download", _("下载"), _("已下载。"))


@admin.register(EvidenceFile)
class EvidenceFileAdmin(SteppedAdmin, ReadOnlyAdmin):
    """A paper is seen by who uploaded it and by whoever sees a row that rests on it."""

    scope = Scope.owner("added_by")
    steps = (DOWNLOAD,)
    list_display = ("name", "size_bytes", "sha256", "added_by", "added_at")
    list_filter = ("added_at",)
    list_select_related = ("added_by",)
    search_fields = ("name", "=sha256")
    search_help_text = _("按文件名或文件哈希查找")
    fields = readonly_fields = shown(
        *("name", "size_bytes", "sha256", person("added_by", _("上传人")), "added_at")
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add the papers of every row in the user's reach to the user's own."""
        own = super().get_queryset(request)
        seen = Q(pk__in=own.values("pk"))
        for model, page in self.admin_site._registry.items():
            papers = getattr(model, "papers", None)
            if papers is not None and papers.field.remote_field.model is EvidenceFile:
                rows = page.get_queryset(request).order_by()
                seen |= Q(pk__in=rows.filter(papers__isnull=False).values("papers"))
        return EvidenceFile.objects.filter(seen)

    def may_take(self, request: HttpRequest, _row: Any, _step: Step) -> bool:
        return self.has_view_permission(request)

    def take(
        self, request: HttpRequest, row: EvidenceFile, _step: Step, _values: dict[str, Any]
    ) -> HttpResponse:
        """Send the paper as a file, never as a page."""
        address = request.META.get("REMOTE_ADDR") or None
        content = read_paper(row, actor=cast(User, request.user), address=address)
        answer = HttpResponse(content, content_type="application/octet-stream")
        answer["Content-Disposition"] = content_disposition_header(True, row.name)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "no-store"
        return answer
