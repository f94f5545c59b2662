"""Pictures come into the library: what is taken, what is refused, and who may add and describe them."""

import pytest
from django.urls import reverse
from PIL import Image as PILImage

from articles.models import Image
from tests.articles.image_form import ADD, LIBRARY, change, upload
from tests.factories import create_article, create_image, picture_bytes

SEVERAL = reverse("admin:articles_image_several")
PICK = reverse("admin:articles_image_pick")


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

    assert 'data-alt="A nerve" data-caption="Seen in May"' in " ".join(page.split())
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


# --- Rights ----------------------------------------------------------------------------------------------------------


def test_a_licence_that_asks_for_a_credit_gets_one(client, writer):
    client.force_login(writer)
    typed = {"alt": "A wall", "licence": "cc-by-sa", "source": "example.org/wall"}

    refused = client.post(ADD, {**typed, "file": upload()}).content.decode()
    assert refused.count("This licence asks for a credit: please say who made the picture.") == 1
    client.post(ADD, {**typed, "file": upload(), "credit": "Ann Lee"})

    image = Image.objects.get()
    assert (image.credit, image.source) == ("Ann Lee", "https://example.org/wall")
    assert image.deed == "https://creativecommons.org/licenses/by-sa/4.0/"


def test_who_sends_words_alone_leaves_the_focal_point_where_it_is(client, editor):
    image = create_image(focus_x=80, focus_y=10)
    client.force_login(editor)

    client.post(change(image), {"alt": "New words"})
    kept = Image.objects.get()
    client.post(change(image), {"alt": "New words", "focus_x": "0", "focus_y": "100"})
    moved = Image.objects.get()
    client.post(change(image), {"alt": "New words", "focus_x": "101", "focus_y": "-1"})

    assert [(i.focus_x, i.focus_y) for i in (kept, moved, Image.objects.get())] == [(80, 10), (0, 100), (0, 100)]


# --- Several at once -------------------------------------------------------------------------------------------------


def test_of_several_pictures_the_good_ones_are_kept_and_the_rest_comes_back(client, writer):
    client.force_login(writer)
    typed = {
        "form-TOTAL_FORMS": 4, "form-INITIAL_FORMS": 0,
        "form-0-file": upload(), "form-0-alt": "A wall",
        "form-1-file": upload(b"MZ"), "form-1-alt": "Kept words",
        "form-3-file": upload(), "form-3-is_decorative": "on",
    }  # fmt: skip

    page = client.post(SEVERAL, typed).content.decode()

    assert set(Image.objects.values_list("alt", "uploaded_by")) == {("A wall", writer.pk), ("", writer.pk)}
    assert "Kept words" in page
    assert "A wall" not in page
    assert "This is not a picture we can read." in page
    again = {"form-TOTAL_FORMS": 4, "form-INITIAL_FORMS": 0, "form-1-file": upload(), "form-1-alt": "Kept words"}
    assert client.post(SEVERAL, again)["Location"] == LIBRARY
