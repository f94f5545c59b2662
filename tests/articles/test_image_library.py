import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as PILImage

from articles.models import Image, Rendition
from articles.pictures import make_due_renditions
from tests.factories import create_article, create_image, picture_bytes

ADD = reverse("admin:articles_image_add")
PICK = reverse("admin:articles_image_pick")


def upload(data=None, name="wall.jpg"):
    return SimpleUploadedFile(name, data or picture_bytes(image_format="JPEG"), "image/jpeg")


def change(image):
    return reverse("admin:articles_image_change", args=[image.pk])


def test_a_writer_adds_a_picture_with_words_for_those_who_cannot_see_it(client, writer):
    client.force_login(writer)

    client.post(ADD, {"file": upload(), "alt": "A wall"})

    image = Image.objects.get()
    assert (image.alt, image.uploaded_by) == ("A wall", writer)
    assert "wall" not in image.file.name


@pytest.mark.parametrize(("decorative", "stored"), [("", 0), ("on", 1)])
def test_a_picture_without_words_has_to_be_marked_as_decoration(client, writer, decorative, stored):
    client.force_login(writer)

    response = client.post(ADD, {"file": upload(), "alt": "", "is_decorative": decorative, "caption": "Kept words"})

    assert Image.objects.count() == stored
    if not stored:
        page = response.content.decode()
        assert page.count("Say what the picture shows, or mark it as decoration.") == 1
        assert "Kept words" in page


def big_file():
    return picture_bytes(image_format="PNG") + b"0" * (20 * 1024 * 1024)


def bomb():
    import struct
    import zlib

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00 an executable",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0 half a jpeg",
        bomb(),
        pytest.param(big_file(), id="20 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(client, writer, data):
    client.force_login(writer)

    response = client.post(ADD, {"file": upload(data), "alt": "Words stay"})

    page = response.content.decode()
    assert response.status_code == 200
    assert 'class="errorlist"' in page
    assert "Words stay" in page
    assert not Image.objects.exists()


def test_a_picture_is_encoded_anew_so_nothing_hides_in_it(client, writer):
    client.force_login(writer)

    client.post(ADD, {"file": upload(picture_bytes() + b"<script>alert(1)</script>"), "alt": "A wall"})

    with Image.objects.get().file.open() as file:
        data = file.read()
        file.seek(0)
        assert PILImage.open(file).format == "WEBP"
    assert b"script" not in data


def test_a_writer_changes_the_words_of_her_own_pictures_only(client, writer, editor):
    own, other = create_image(uploaded_by=writer), create_image(uploaded_by=editor)
    client.force_login(writer)

    for image in (own, other):
        client.post(change(image), {"alt": "New words"})

    assert set(Image.objects.values_list("pk", "alt")) == {(own.pk, "New words"), (other.pk, "A teal square")}


def test_an_editor_changes_all_words(client, editor):
    image = create_image()
    client.force_login(editor)

    client.post(change(image), {"alt": "New words"})

    image.refresh_from_db()
    assert image.alt == "New words"


def test_a_picture_in_use_is_not_deleted(client, editor):
    free, used = create_image(), create_image()
    create_article(image=used)
    client.force_login(editor)

    for image in (free, used):
        client.post(reverse("admin:articles_image_delete", args=[image.pk]), {"post": "yes"})

    assert list(Image.objects.all()) == [used]


def test_the_picker_finds_pictures_by_their_words(client, writer):
    create_image(alt="A red wall")
    create_image(alt="A nerve", caption="Seen in May")
    client.force_login(writer)

    page = client.get(PICK, {"CKEditorFuncNum": "-1", "q": "nerve may"}).content.decode()

    assert 'data-alt="A nerve" data-caption="Seen in May"' in page
    assert "A red wall" not in page


def test_adding_in_the_picker_leads_back_to_it(client, writer):
    client.force_login(writer)

    response = client.post(f"{PICK}?CKEditorFuncNum=-3", {"file": upload(), "alt": "A wall"}, follow=True)

    assert f"?CKEditorFuncNum=-3&new={Image.objects.get().pk}" in response.redirect_chain[0][0]
    assert 'data-number="-3"' in response.content.decode()
    assert Image.objects.get().uploaded_by == writer


@pytest.mark.parametrize(("role", "status"), [("writer", 200), ("editor", 200), ("reviewer", 200), ("moderator", 403)])
def test_who_may_open_the_picker(client, request, role, status):
    client.force_login(request.getfixturevalue(role))

    assert client.get(PICK).status_code == status


def test_nobody_puts_code_into_the_picker(client, writer):
    client.force_login(writer)
    create_image(alt='"><script>alert(1)</script>')

    page = client.get(PICK, {"CKEditorFuncNum": '"><script>', "q": "<script>"}).content.decode()

    assert "<script>alert" not in page
    assert 'data-number=""' in client.get(PICK, {"CKEditorFuncNum": '"><script>'}).content.decode()


def test_a_moderator_adds_no_picture_through_the_picker(client, reviewer):
    client.force_login(reviewer)

    client.post(PICK, {"file": upload(), "alt": "A wall"})

    assert not Image.objects.exists()
