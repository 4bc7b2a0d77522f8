"""Forms with files that are too long to be received at all."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Files of the largest size that one form may bring together.
_MOST_FILES = 10
_MEGABYTE = 1024 * 1024


class RefuseOverlongForms(FileUploadHandler):
    """Refuses a form by its announced length; takes no file itself."""

    def handle_raw_input(
        self,
        _input_data: Any,
        _meta: Any,
        content_length: int,
        _boundary: Any,
        _encoding: Any = None,
    ) -> None:
        """Raise RequestDataTooBig for a form of more than ten of the largest files."""
        if content_length > _MOST_FILES * settings.IMPORT_MOST_MB * _MEGABYTE:
            raise RequestDataTooBig("The form brings more than may be uploaded.")

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        """Leave every piece to the handlers that follow."""
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        """Leave every file to the handlers that follow."""
        return
