"""How much anybody may send at once. Anybody: files are received before a view can ask who is sending them."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Larger than a picture may be, so that a form can still say so and give back the words beside it.
PICTURES = 4


class Limit(FileUploadHandler):
    """Refuses what would fill the disk, before a byte of it is read."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        if content_length > PICTURES * settings.IMAGE_MAX_BYTES:
            raise RequestDataTooBig("More files than anybody here may send at once.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
