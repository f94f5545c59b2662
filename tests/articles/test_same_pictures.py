"""The same picture twice: whoever brings it is told and offered the one there is, and nothing is refused."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as Picture
from PIL.PngImagePlugin import PngInfo

from articles.library.files import put_back, replace_file
from articles.library.same import note_digests, others_like
from articles.models import Image
from tests.articles.image_form import ADD, upload
from tests.factories import create_image

DROP, SEVERAL, PICK = (reverse(f"admin:articles_image_{name}") for name in ("dropped", "several", "pick"))
WORDS = {"alt": "A wall"}


def wall(colour="teal", **how):
    out = BytesIO()
    Picture.new("RGB", (40, 30), colour).save(out, "PNG", **how)
    return out.getvalue()


def said_of_itself():
    info = PngInfo()
    info.add_text("Comment", "Another camera")
    return wall(pnginfo=info)


@pytest.fixture
def there(db):
    return create_image(alt="The wall there is", file=ContentFile(wall(), "a.png"))


@pytest.mark.parametrize("make", [wall, said_of_itself])
def test_the_same_picture_is_known_under_any_name_and_whatever_it_says_of_itself(client, writer, there, make):
    client.force_login(writer)
    assert wall() != said_of_itself()

    answer = client.post(DROP, {"file": upload(make(), "renamed.png"), "asks": "1", **WORDS})

    assert answer.status_code == 200
    assert answer.json() == {"same": {"address": there.file.url, "alt": "The wall there is", "caption": ""}}
    assert Image.objects.count() == 1


def test_another_picture_is_another(client, writer, there):
    client.force_login(writer)

    assert client.post(DROP, {"file": upload(wall("navy")), "asks": "1", **WORDS}).status_code == 201


def test_who_wants_it_twice_has_it_twice_and_who_was_not_asked_is_told(client, writer, there):
    client.force_login(writer)

    meant = client.post(DROP, {"file": upload(wall()), "asks": "1", "again": "on", **WORDS})
    unasked = client.post(DROP, {"file": upload(wall()), **WORDS})

    assert (meant.status_code, unasked.status_code) == (201, 201)
    assert unasked.json()["same"]["alt"] == "The wall there is"
    assert Image.objects.count() == 3


@pytest.mark.parametrize(("address", "prefix"), [(PICK, ""), (SEVERAL, "form-0-")])
def test_the_picker_and_the_page_for_several_ask_first(client, writer, there, address, prefix):
    client.force_login(writer)
    typed = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "asks": "1", f"{prefix}alt": "A wall"}

    page = client.post(address, typed | {f"{prefix}file": upload(wall())}).content.decode()

    assert "The same picture is in the library already" in page
    assert f"/admin/articles/image/{there.pk}/change/" in page
    assert f'name="{prefix}again"' in page
    assert Image.objects.count() == 1
    client.post(address, typed | {f"{prefix}file": upload(wall()), f"{prefix}again": "on"})
    assert Image.objects.count() == 2


def test_the_picker_shows_the_one_there_is_first(client, writer, there):
    for _n in range(3):
        create_image(file=ContentFile(wall("navy"), "b.png"))
    client.force_login(writer)

    page = client.post(PICK, {"asks": "1", "file": upload(wall()), **WORDS}).content.decode()

    assert page.index('class="picture-choice"') < page.index(there.file.url) < page.index("A teal square")


def test_the_librarys_own_form_tells_with_a_link(client, editor, there):
    client.force_login(editor)

    page = client.post(ADD, {"file": upload(wall()), **WORDS}, follow=True).content.decode()

    assert "The same picture is in the library already" in page
    assert Image.objects.count() == 2


def test_the_worker_reads_what_came_in_before(there):
    unreadable = create_image(file=ContentFile(wall("navy"), "c.png"))
    unreadable.file.storage.delete(unreadable.file.name)
    Image.objects.update(digest="")

    assert note_digests() == 2
    assert note_digests() == 0
    assert Image.objects.get(pk=there.pk).digest == there.digest
    assert others_like(Image.objects.get(pk=there.pk)) is None


def test_another_file_for_a_picture_is_known_as_what_it_is(there):
    first = there.digest
    replace_file(there, ContentFile(wall("navy"), "d.png"))
    replaced = Image.objects.get(pk=there.pk)
    assert replaced.digest not in {first, ""}

    put_back(replaced, replaced.former_files.get())
    note_digests()
    assert Image.objects.get(pk=there.pk).digest == first
