"""Papers (佐证材料) on forms and pages: uploaded with a statement, linked from its page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from accounts.models import User
from operations.admin.steps import page_of
from orders.models import EvidenceFile
from orders.services.papers import keep_paper
from products.admin.columns import EMPTY


class ManyFilesInput(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Takes any number of files; its value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        widget = ManyFilesInput(attrs={"class": " ".join(INPUT_CLASSES)})
        super().__init__(**{"widget": widget, "required": False, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            return [] if not self.required else super().clean(None, initial)
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class PapersForm(forms.ModelForm):
    """Asks for papers beside what a statement says."""

    uploads = ManyFilesField(
        label=_("佐证材料"), help_text=_("可以一次选择多个文件，每个不超过 20 MB；加密保存。")
    )


class WithPapers:
    """For an admin whose form is a PapersForm: its service receives `papers`."""

    def stated(self, request: HttpRequest, form: forms.ModelForm) -> dict[str, Any]:
        """Keep what was uploaded and hand the papers on."""
        values: dict[str, Any] = super().stated(request, form)  # type: ignore[misc]
        uploads = values.pop("uploads", [])
        return {**values, "papers": kept(uploads, cast(User, request.user))}

    @admin.display(description=_("佐证材料"))
    def papers_linked(self, row: Any) -> str:
        """Link to the pages of a row's papers."""
        papers = [(page_of(paper), paper.name) for paper in row.papers.all()]
        return format_html_join("、", '<a class="underline" href="{}">{}</a>', papers) or EMPTY


def kept(uploads: Iterable[UploadedFile], actor: User) -> tuple[EvidenceFile, ...]:
    """Keep uploaded files encrypted, under the names they came with. Raises PaperRefused."""
    papers = []
    for upload in uploads:
        with tempfile.NamedTemporaryFile(prefix="shanhai-paper-") as aside:
            for chunk in upload.chunks():
                aside.write(chunk)
            aside.flush()
            papers.append(keep_paper(Path(aside.name), name=upload.name or "", actor=actor))
    return tuple(papers)
