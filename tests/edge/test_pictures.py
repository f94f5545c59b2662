import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from edge.pictures import encode, open_picture
from tests.factories import create_image, picture_bytes


def bomb(side: int) -> bytes:
    """A tiny PNG that claims to be `side` × `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00" + b"\x00" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        bomb(9_000),
        bomb(60_000),
        b"GIF89a<script>alert(1)</script>",
    ],
)
def test_what_is_no_picture_or_a_bomb_is_refused_with_a_sentence(data):
    with pytest.raises(ValidationError):
        open_picture(BytesIO(data))


def test_a_file_of_20_mb_is_refused():
    with pytest.raises(ValidationError, match="larger than 15 MB"):
        open_picture(BytesIO(b"\xff\xd8" + b"\x00" * 20 * 1024 * 1024))


def test_what_hides_in_an_upload_stays_behind():
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "51.5 N 0.1 W <script>"
    Image.new("RGB", (30, 20)).save(out, "JPEG", exif=exif)

    clean = encode(open_picture(BytesIO(out.getvalue() + b"<script>")), 100)

    assert b"script" not in clean
    assert b"51.5" not in clean


def test_a_photo_taken_sideways_stands_upright():
    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 20)).save(out, "JPEG", exif=exif)

    assert open_picture(BytesIO(out.getvalue())).size == (20, 30)


def test_an_upload_is_stored_under_a_name_of_ours(db):
    from django.core.files.base import ContentFile

    image = create_image(file=ContentFile(picture_bytes(), "../../evil.php.png"))

    assert image.file.name.startswith("images/")
    assert image.file.name.endswith(".webp")
    assert "evil" not in image.file.name
    assert (image.width, image.height) == (40, 30)
