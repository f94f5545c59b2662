"""Pictures people upload: how much may come at once; decoded, checked and encoded anew, so that nothing hides in them."""

import warnings
from hashlib import sha256
from io import BytesIO
from math import isqrt
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
# The most that an original keeps. No format of ours holds a height of more than 16,383, and no page needs it.
ORIGINAL_WIDTH, ORIGINAL_HEIGHT = 2400, 8000
SHARED = (1200, 630)
# The most that come in one form. Larger than one may be, so that a form can still say so and give back the words beside it.
AT_ONCE = 4
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class UploadLimit(FileUploadHandler):
    """Refuses what would fill the disk, before a byte of it is read: files are received before a view can ask who sends them."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        if content_length > AT_ONCE * settings.IMAGE_MAX_BYTES:
            raise RequestDataTooBig("More files than anybody here may send at once.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def open_picture(file: IO[bytes]) -> Image.Image:
    """The decoded picture, upright, in 8 bits and sRGB, without metadata. Of a moving one it is the first picture.

    Raises ValidationError with a sentence for the person: too large a file, too many pixels, not a picture.
    """
    file.seek(0, 2)
    if file.tell() > settings.IMAGE_MAX_BYTES:
        limit = settings.IMAGE_MAX_BYTES // 1024 // 1024
        raise ValidationError(_("This file is larger than %(limit)s MB. Please make it smaller.") % {"limit": limit})
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
            if picture.width * picture.height > settings.IMAGE_MAX_PIXELS:
                raise Image.DecompressionBombError
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        most = {"limit": settings.IMAGE_MAX_PIXELS // 1_000_000, "side": isqrt(settings.IMAGE_MAX_PIXELS) // 100 * 100}
        words = _(
            "This picture has too many pixels: %(limit)s million are allowed, such as %(side)s by %(side)s. Please make it"
            " smaller."
        )
        raise ValidationError(words % most) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise ValidationError(_("This is not a picture we can read. JPEG, PNG, WebP, AVIF and GIF work.")) from error
    return _bare(_in_srgb(ImageOps.exif_transpose(picture)))


def _in_srgb(picture: Image.Image) -> Image.Image:
    """In the colours that every screen means. Cameras and printers write theirs beside the picture, as a profile; one
    that cannot be read changes nothing."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode not in {"L", "CMYK"} or not profile:
        converted = picture.convert(mode)
        return converted if not profile else _through(profile, converted, mode)
    return _through(profile, picture, mode)


def _through(profile: bytes, picture: Image.Image, mode: str) -> Image.Image:
    try:
        meant = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(picture, meant, SRGB, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert(mode)


def _bare(picture: Image.Image) -> Image.Image:
    """Pixels and nothing else: encoders write some of what they find beside them, where somebody stood, for instance."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def encode(picture: Image.Image, width: int, image_format: str = "WEBP") -> bytes:
    """The picture at most `width` pixels wide, encoded anew: what was hidden in the upload stays behind."""
    scale = min(1, width / picture.width, ORIGINAL_HEIGHT / picture.height)
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    # AVIF at speed 8 takes a third of the time of its default, for a tenth more bytes (measured on drawings).
    how = {"WEBP": {"quality": 82}, "AVIF": {"quality": 62, "speed": 8}, "JPEG": {"quality": 82}}[image_format]
    out = BytesIO()
    picture.save(out, image_format, **how)
    return out.getvalue()


def for_sharing(picture: Image.Image, focus: tuple[float, float]) -> Image.Image:
    """Cut to the shape in which messengers and networks show it, around the focal point (0 to 1 from the left and the top)."""
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return ImageOps.fit(ground, SHARED, Image.Resampling.LANCZOS, centering=focus)


class PictureFile(models.fields.files.ImageFieldFile):
    """An uploaded picture is stored under a name of ours, as WebP: neither its bytes nor its name are the sender's."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        data = stored_bytes(content)
        if digest_field := getattr(self.field, "digest_field", ""):
            setattr(self.instance, digest_field, digest_of(data))
        name = f"{get_random_string(16).lower()}.webp"
        # The content needs a name too: Django measures width and height only of files that have one.
        super().save(name, ContentFile(data, name), save)


def stored_bytes(file: Any) -> bytes:
    """What is kept of an upload; made once, however often it is asked for."""
    if not hasattr(file, "encoded"):
        file.encoded = encode(open_picture(file), ORIGINAL_WIDTH)
    encoded: bytes = file.encoded
    return encoded


def digest_of(stored: bytes) -> str:
    """The same for the same picture, whatever its file was called and said of itself: of both nothing is stored."""
    return sha256(stored).hexdigest()


class PictureFormField(forms.ImageField):
    """Looks into the file before Django does, whose one sentence for everything helps nobody.

    What the file is called, and how long its name is, does not matter: it gets another one.
    """

    default_validators = []

    def to_python(self, data: Any) -> Any:
        if data:
            stored_bytes(data)
            data.seek(0)
        # Not the look of Django's own, which opens every format that Pillow knows.
        return super(forms.ImageField, self).to_python(data)


class PictureField(models.ImageField):
    """An ImageField that decodes and re-encodes what it stores, and refuses bombs and disguised files with a sentence."""

    attr_class = PictureFile

    def __init__(self, *args: Any, digest_field: str = "", **kwargs: Any) -> None:
        """`digest_field`, like `width_field`, names the field that is filled along with the file."""
        super().__init__(*args, **kwargs)
        self.digest_field = digest_field

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        return super().formfield(**{"form_class": PictureFormField, "max_length": None, **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs
