"""No form here takes a file. What is sent as one is read past and kept nowhere; the fields beside it count."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing gets here: every file is skipped before its first byte."""

    def file_complete(self, file_size: int) -> None:
        """No file is ever made."""
