"""The forms of the media library, for the tests that send them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import picture_bytes

LIBRARY = reverse("admin:articles_image_changelist")
ADD = reverse("admin:articles_image_add")


def upload(data=None, name="wall.jpg"):
    return SimpleUploadedFile(name, data or picture_bytes(image_format="JPEG"), "image/jpeg")


def change(image):
    return reverse("admin:articles_image_change", args=[image.pk])


def act(image, name):
    return reverse(f"admin:articles_image_{name}", args=[image.pk])
