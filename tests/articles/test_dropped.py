from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from articles.models import Image

ADDRESS = "/admin/articles/image/dropped/"


def picture(**how):
    out = BytesIO()
    Picture.new("RGB", (40, 30), "teal").save(out, "JPEG", **how)
    return SimpleUploadedFile("eye.jpg", out.getvalue(), "image/jpeg")


def drop(client, file=None, **words):
    return client.post(ADDRESS, {"file": file or picture(), **words})


def test_a_dropped_picture_is_in_the_library_with_its_words(client, writer):
    client.force_login(writer)

    said = drop(client, alt="An eye", caption="In May", credit="Me").json()

    image = Image.objects.get()
    assert said == {"address": image.file.url, "alt": "An eye", "caption": "In May"}
    assert (image.credit, image.uploaded_by) == ("Me", writer)


def test_where_a_picture_was_taken_does_not_come_along(client, writer):
    client.force_login(writer)
    exif = Picture.Exif()
    exif[0x010E] = "somewhere"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)

    drop(client, picture(exif=exif.tobytes()), alt="An eye")

    with Image.objects.get().file.open() as file:
        assert not Picture.open(file).getexif()


def test_a_picture_without_words_is_refused_unless_it_is_decoration(client, writer):
    client.force_login(writer)

    response = drop(client)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "alt"
    assert drop(client, is_decorative="on").json()["alt"] == ""
    assert Image.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg onload=alert(1)>", b"GIF89a" + b"\xff" * 50])
def test_what_is_no_picture_is_refused_with_a_sentence(client, writer, content):
    client.force_login(writer)

    response = drop(client, SimpleUploadedFile("a.png", content, "image/png"), alt="An eye")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "file"
    assert not Image.objects.exists()


def test_too_large_a_picture_is_refused_with_a_sentence(client, writer, settings):
    client.force_login(writer)
    settings.IMAGE_MAX_PIXELS = 100

    assert "too many pixels" in drop(client, alt="An eye").json()["errors"][0]["why"]


def test_who_was_logged_out_meanwhile_is_told_so(client, db):
    response = drop(client, alt="An eye")

    assert response.status_code == 401
    assert "logged out" in response.json()["why"]


def test_who_may_not_add_pictures_may_not_drop_any(client, moderator):
    client.force_login(moderator)

    assert drop(client, alt="An eye").status_code == 403
    assert not Image.objects.exists()
