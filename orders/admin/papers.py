"""Papers (佐证材料) on forms and pages: uploaded with a statement, linked from its page."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from accounts.models import User
from operations.admin.steps import page_of
from orders.admin.uploaded import laid_aside
from orders.models import EvidenceFile
from orders.services.papers import MOST_PAPER_BYTES, enter_paper, store_paper
from products.admin.columns import EMPTY

MOST_PAPERS = 20


class ManyFilesInput(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Takes several files; its value is a list."""

    most_files = MOST_PAPERS

    def __init__(self, **kwargs: Any) -> None:
        widget = ManyFilesInput(attrs={"class": " ".join(INPUT_CLASSES)})
        super().__init__(**{"widget": widget, "required": False, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            return [] if not self.required else super().clean(None, initial)
        if len(files) > self.most_files:
            raise ValidationError(
                gettext("一次最多上传 %(most)s 个文件，请分次登记。") % {"most": self.most_files}
            )
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class PapersField(ManyFilesField):
    """Takes several papers, none too large to keep."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = super().clean(data, initial)
        for file in files:
            if file.size > MOST_PAPER_BYTES:
                raise ValidationError(
                    gettext("“%(name)s”超过 20 MB，请压缩或拆分后再上传。") % {"name": file.name}
                )
        return files


class PapersForm(forms.ModelForm):
    """Asks for papers beside what a statement says."""

    uploads = PapersField(
        label=_("佐证材料"),
        help_text=_("可以一次选择多个文件，最多 20 个，每个不超过 20 MB；加密保存。"),
    )


class WithPapers:
    """For an admin whose form is a PapersForm: its service receives `papers`."""

    def stated(self, request: HttpRequest, form: forms.ModelForm) -> dict[str, Any]:
        """Enter what was uploaded and hand the papers on."""
        values: dict[str, Any] = super().stated(request, form)  # type: ignore[misc]
        actor, papers = cast(User, request.user), []
        for upload in values.pop("uploads", []):
            with laid_aside(upload) as (path,):
                papers.append(enter_paper(path, name=upload.name or "", actor=actor))
        form.entered = papers  # type: ignore[attr-defined]
        return {**values, "papers": tuple(papers)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the files last: a statement that was refused leaves none behind."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        for upload, paper in zip(form.cleaned_data["uploads"], form.entered, strict=True):
            with laid_aside(upload) as (path,):
                store_paper(path, paper)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find a row, and whether its papers may be opened by who looks at it."""
        row: Any = super().get_object(request, *args, **kwargs)  # type: ignore[misc]
        if row is not None:
            page = admin.site._registry[EvidenceFile]
            row.are_papers_open = page.has_view_permission(request)
        return row

    @admin.display(description=_("佐证材料"))
    def papers_linked(self, row: Any) -> str:
        """Name a row's papers, with links to their pages for whom may open them."""
        papers = row.papers.all()
        if not getattr(row, "are_papers_open", False):
            return "、".join(paper.name for paper in papers) or EMPTY
        links = [(page_of(paper), paper.name) for paper in papers]
        return format_html_join("、", '<a class="underline" href="{}">{}</a>', links) or EMPTY
