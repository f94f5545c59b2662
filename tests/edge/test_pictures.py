import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from edge.pictures import PictureFormField, encode, open_picture
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


def photo(mode: str = "RGB", colour=(200, 40, 40), image_format: str = "JPEG", size=(64, 48), **how) -> bytes:
    out = BytesIO()
    Image.new(mode, size, colour).save(out, image_format, **how)
    return out.getvalue()


def stored(data: bytes, image_format: str = "WEBP") -> Image.Image:
    return Image.open(BytesIO(encode(open_picture(BytesIO(data)), 2400, image_format)))


@pytest.mark.parametrize("image_format", ["WEBP", "AVIF", "JPEG"])
def test_where_a_photo_was_taken_is_not_kept_in_any_format(image_format):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)})
    exif[0x010F] = "A camera"
    data = photo(exif=exif, comment=b"taken at home")
    assert Image.open(BytesIO(data)).getexif().get_ifd(0x8825)

    clean = stored(data, image_format)

    assert not clean.getexif()
    assert not set(clean.info) & {"exif", "comment", "xmp", "icc_profile"}


def test_colours_of_another_profile_are_those_that_every_screen_means():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # One in which red means blue.
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")

    red, blue, unread = (
        stored(photo(icc_profile=profile, quality=95)) for profile in (srgb, swapped, b"no profile at all")
    )

    assert [kept.getpixel((9, 9)).index(max(kept.getpixel((9, 9)))) for kept in (red, blue, unread)] == [0, 2, 0]
    assert not any("icc_profile" in kept.info for kept in (red, blue, unread))


@pytest.mark.parametrize(
    ("data", "pixel"),
    [
        (photo("CMYK", (0, 255, 255, 0)), (255, 0, 0)),
        (photo("I;16", 0x8000, "PNG"), (128, 128, 128)),
        (photo("L", 90), (90, 90, 90)),
        (photo("P", 0, "GIF"), (0, 0, 0)),
        (photo("1", 1, "PNG"), (255, 255, 255)),
    ],
    ids=["CMYK", "16 bits", "grey", "palette", "1 bit"],
)
def test_pictures_of_every_kind_become_what_a_screen_shows(data, pixel):
    kept = stored(data)

    assert kept.mode == "RGB"
    assert max(abs(a - b) for a, b in zip(kept.getpixel((9, 9)), pixel, strict=True)) < 9


def test_of_a_moving_picture_the_first_one_is_kept():
    out = BytesIO()
    first, *others = (Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue"))
    first.save(out, "GIF", save_all=True, append_images=others, duration=100)

    kept = stored(out.getvalue())

    assert getattr(kept, "n_frames", 1) == 1
    assert kept.getpixel((5, 5))[0] > 200


@pytest.mark.parametrize(("size", "becomes"), [((1, 1), (1, 1)), ((20_000, 10), (2400, 1)), ((10, 20_000), (4, 8000))])
def test_pictures_of_odd_measures_fit(size, becomes):
    assert stored(photo(size=size, image_format="PNG")).size == becomes


def test_half_a_picture_is_refused():
    whole = photo(size=(400, 400), quality=95)

    for data in (whole[: len(whole) // 2], photo("RGB", (1, 2, 3), "PNG", (300, 300))[:-40]):
        with pytest.raises(ValidationError, match="not a picture we can read"):
            open_picture(BytesIO(data))


def test_what_a_file_is_called_does_not_matter():
    field = PictureFormField()

    for name in ("photo", "photo.txt", "a" * 300 + ".jpg", "x.svg"):
        assert field.clean(SimpleUploadedFile(name, photo()))
