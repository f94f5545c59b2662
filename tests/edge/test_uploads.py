import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Image
from edge.pictures import AT_ONCE
from tests.factories import create_article, picture_bytes

pytestmark = pytest.mark.django_db


def test_a_stranger_cannot_fill_the_disk(client, settings):
    settings.IMAGE_MAX_BYTES = 10_000
    thread = create_article(published=True).thread

    file = SimpleUploadedFile("a.bin", b"x" * AT_ONCE * settings.IMAGE_MAX_BYTES)
    answer = client.post(f"/comments/threads/{thread.pk}/add/", {"body": "Words", "file": file})

    assert answer.status_code == 400


def test_a_picture_that_is_too_large_is_refused_with_a_sentence(client, writer, settings):
    settings.IMAGE_MAX_BYTES = 10_000
    client.force_login(writer)

    file = SimpleUploadedFile("a.png", picture_bytes() + b"x" * 20_000)
    answer = client.post("/admin/articles/image/add/", {"file": file, "alt": "A teal square"})

    assert "larger than" in answer.content.decode()
    assert "A teal square" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.png", b"<!doctype html><script>alert(1)</script>"),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"),
    ],
)
def test_what_is_no_picture_is_not_stored(client, writer, name, data):
    client.force_login(writer)

    client.post("/admin/articles/image/add/", {"file": SimpleUploadedFile(name, data), "alt": "A square"})

    assert not Image.objects.exists()


@pytest.mark.parametrize("name", ["a.html", "../../a.py"])
def test_a_picture_is_stored_under_a_name_of_ours_whatever_it_was_called(client, writer, name):
    client.force_login(writer)

    client.post("/admin/articles/image/add/", {"file": SimpleUploadedFile(name, picture_bytes()), "alt": "A square"})

    assert re.fullmatch(r"images/[a-z0-9]+\.webp", Image.objects.get().file.name)


def test_what_hides_in_a_picture_stays_behind_and_so_does_its_name(client, writer):
    client.force_login(writer)
    both = picture_bytes(image_format="GIF") + b"<script>alert(document.domain)</script>"

    client.post(
        "/admin/articles/image/add/", {"file": SimpleUploadedFile("../../Rosa Zzqx.gif", both), "alt": "A square"}
    )

    image = Image.objects.get()
    assert image.file.name.startswith("images/")
    assert image.file.name.endswith(".webp")
    assert "osa" not in image.file.name
    assert b"script" not in image.file.read()


def test_an_upload_is_served_as_nothing_but_a_picture(client, writer):
    client.force_login(writer)
    file = SimpleUploadedFile("a.png", picture_bytes())
    client.post("/admin/articles/image/add/", {"file": file, "alt": "A square"})

    answer = client.get(Image.objects.get().file.url)

    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
