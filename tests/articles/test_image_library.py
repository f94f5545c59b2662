import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image as PILImage

from articles import pictures
from articles.admin.drafting import shown as clashing
from articles.differences import differences
from articles.library import newest
from articles.merging import Clash
from articles.models import FormerFile, Image
from articles.pictures import make_due_renditions
from articles.revisions import record, write
from articles.usage import note_unused
from tests.factories import create_article, create_image, create_topic, picture_bytes

LIBRARY = reverse("admin:articles_image_changelist")
SEVERAL = reverse("admin:articles_image_several")
UNUSED = reverse("admin:articles_image_unused")
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


def act(image, name):
    return reverse(f"admin:articles_image_{name}", args=[image.pk])


def shown_in(page):
    return set(re.findall(r'picture-card__words"><a href="[^"]*">([^<]*)<', page.content.decode()))


# --- The list --------------------------------------------------------------------------------------------------------


def test_the_library_is_searched_and_filtered(client, writer, editor):
    free = create_image(alt="A free one", caption="Seen in May", uploaded_by=writer, licence="own")
    lead = create_image(alt="A lead", credit="Nerve lab", licence="bought")
    create_image(alt="A broken one", licence="cc-by", credit="N. N.", render_failed_at=timezone.now())
    create_article(image=lead)
    client.force_login(writer)

    def found(**asked):
        return shown_in(client.get(LIBRARY, asked))

    assert found() == {"A free one", "A lead", "A broken one"}
    assert found(q="one may") == found(q=free.file.name.removeprefix("images/")[:9]) == {"A free one"}
    assert found(q="nerve") == found(licence="bought") == {"A lead"}
    assert found(show="mine") == {"A free one"}
    assert found(show="unused") == {"A free one", "A broken one"}
    assert found(show="unclear") == set()
    assert found(show="failed") == {"A broken one"}
    assert found(q="%", show="nonsense", licence="nonsense", before="x") == set()


def test_the_library_costs_the_same_for_many_pictures(client, editor, django_assert_max_num_queries):
    Image.objects.bulk_create(
        Image(alt=f"No. {n}", file=f"images/{n}.webp", licence="own", width=4, height=3) for n in range(90)
    )
    article = create_article()
    Image.used_in.through.objects.bulk_create(
        Image.used_in.through(image=image, article=article) for image in Image.objects.all()
    )
    client.force_login(editor)

    with django_assert_max_num_queries(12):
        page = client.get(LIBRARY)

    assert len(shown_in(page)) == 40
    assert page.content.decode().count("Used in 1 article") == 40
    older = re.search(r'href="\?(q=[^"]*before=\d+)"', page.content.decode())[1].replace("&amp;", "&")
    assert len(shown_in(client.get(f"{LIBRARY}?{older}")) - shown_in(page)) == 40


def test_a_search_looks_through_so_many_and_then_asks(db, monkeypatch):
    monkeypatch.setattr("articles.library.LOOKED_THROUGH", 3)
    old, *_others = [create_image(alt=alt) for alt in ("Wanted", "b", "c", "d", "e")]
    wanted = Image.objects.matching("wanted")

    first = newest(wanted, None, 10)

    assert (first.rows, first.is_cut) == ([], True)
    assert newest(wanted, first.older, 10).rows == [old]


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


# --- Another file ----------------------------------------------------------------------------------------------------


def replaced_by(client, image, data, **more):
    return client.post(act(image, "replace"), {"replaces": image.file.name, "file": upload(data), **more}, follow=True)


def test_an_editor_replaces_a_picture_everywhere_and_puts_it_back(client, editor):
    image = create_image()
    make_due_renditions()
    image.refresh_from_db()
    sizes = set(image.renditions.values_list("file", flat=True))
    article = create_article(published=True, body=f'<p>Words</p><figure><img src="{image.file.url}" alt="A"></figure>')
    topic = create_topic(guide=f'<p><img src="{image.file.url}" alt=""></p>')
    former = image.file.name
    client.force_login(editor)

    def shows(name):
        pages = [client.get(page.get_absolute_url()).content.decode() for page in (article, topic)]
        return [name.removeprefix("images/").removesuffix(".webp") in page for page in pages]

    assert "Used in 1 article, which will show the new one" in client.get(act(image, "replace")).content.decode()
    replaced_by(client, image, picture_bytes(90, 60))

    image.refresh_from_db()
    assert (image.width, image.file.name != former) == (90, True)
    assert shows(image.file.name) == [True, True]
    assert shows(former) == [False, False]
    assert make_due_renditions() == 1
    assert all(image.file.storage.exists(name) for name in sizes)

    client.post(act(image, "put_back"), {"name": former})

    image.refresh_from_db()
    assert (image.file.name, image.width) == (former, 40)
    assert set(image.renditions.values_list("file", flat=True)) == sizes
    assert shows(former) == [True, True]
    assert make_due_renditions() == 0


def test_a_changed_credit_stands_in_the_texts_at_once_and_in_many_of_them_soon(client, editor, monkeypatch):
    image = create_image(credit="Ann Lee")
    body = f'<figure><img src="{image.file.url}" alt="A"></figure>'
    articles = [create_article(published=True, body=body) for _n in range(2)]
    make_due_renditions()
    client.force_login(editor)

    def shows(credit, most):
        monkeypatch.setattr(pictures, "SHOWN", most)
        client.post(change(image), {"alt": "A", "credit": credit})
        return [credit in client.get(article.get_absolute_url()).content.decode() for article in articles]

    assert shows("Bo Wu", 3) == [True, True]
    assert make_due_renditions() == 0
    assert shows("Cy Roe", 1) == [False, True]
    assert make_due_renditions() == 1
    assert "Cy Roe" in client.get(articles[0].get_absolute_url()).content.decode()


def test_writing_goes_on_with_the_present_file(client, draft, writer):
    image = create_image(uploaded_by=writer)
    content = {**draft.content, "body": f'<figure><img src="{image.file.url}" alt="A"></figure>'}
    write(draft, content, by=writer, since=draft.edition)
    client.force_login(writer)
    former = image.file.url

    replaced_by(client, image, picture_bytes(90, 60))

    present = Image.objects.get().file.url
    for name in ("change", "compare"):
        page = client.get(reverse(f"admin:articles_article_{name}", args=[draft.pk])).content.decode()
        assert present in page
        assert former not in page
    [(_label, _is_html, *sides)] = clashing([Clash("body", "", content["body"], f"<p>x</p>{content['body']}")])
    assert all(present in side and former not in side for side in sides[1:])
    assert differences(content, {**content, "body": content["body"].replace(former, present)}) == []


def test_nobody_replaces_what_somebody_else_has_just_put_there(client, editor):
    image = create_image()
    client.force_login(editor)
    replaced_by(client, image, picture_bytes(90, 60))

    page = replaced_by(client, image, picture_bytes(70, 60)).content.decode()

    assert "Somebody has replaced this picture meanwhile." in page
    assert Image.objects.get().width == 90


def test_what_is_no_picture_replaces_nothing(client, editor):
    image = create_image()
    client.force_login(editor)

    page = replaced_by(client, image, b"MZ").content.decode()

    assert "This is not a picture we can read." in page
    assert not FormerFile.objects.exists()


def test_a_writer_replaces_her_own_picture_until_readers_see_it(client, writer):
    image, others = create_image(uploaded_by=writer), create_image()
    client.force_login(writer)

    assert replaced_by(client, others, picture_bytes(90, 60)).status_code == 403
    replaced_by(client, image, picture_bytes(90, 60))
    create_article(published=True, image=image)
    image.refresh_from_db()
    page = replaced_by(client, image, picture_bytes(50, 60)).content.decode()
    put_back = client.post(act(image, "put_back"), {"name": FormerFile.objects.get().name})

    assert "Please ask an editor to replace it" in page
    assert put_back.status_code == 403
    assert list(Image.objects.order_by("id").values_list("width", flat=True)) == [90, 40]


def test_what_could_not_be_read_is_tried_again(client, editor):
    image = create_image(render_failed_at=timezone.now())
    client.force_login(editor)

    assert "Try again" in client.get(change(image)).content.decode()
    assert client.get(act(image, "render")).status_code == 405
    client.post(act(image, "render"))

    assert make_due_renditions() == 1


# --- Where it is shown -----------------------------------------------------------------------------------------------


def test_a_picture_says_where_it_is_shown_but_not_which_drafts_of_others_show_it(client, writer, editor):
    image = create_image()
    own = create_article(title="My own", writer=writer.writer, image=image)
    create_article(title="A secret draft", image=image)
    live = create_article(title="For all to read", published=True, image=image)
    hidden = create_article(title="Shown only in the next text", published=True)
    record(hidden, editor)
    write(hidden, {**hidden.content, "image": image.pk}, by=editor, since=hidden.edition)

    def said_to(user):
        client.force_login(user)
        return client.get(change(image)).content.decode()

    page = said_to(writer)
    assert str(own) in page
    assert str(live) in page
    assert "Used in 4 articles" in page
    assert "and 2 more, which you may not open" in page
    assert "secret" not in page
    assert "next text" not in page
    assert "Shown only in the next text" in said_to(editor)


# --- What nothing shows ----------------------------------------------------------------------------------------------


def long_ago():
    return timezone.now() - timedelta(days=31)


def test_an_editor_deletes_what_nothing_has_shown_for_a_month(client, editor):
    gone, used, fresh = (create_image(alt=alt) for alt in ("Gone", "Used since", "Fresh"))
    note_unused()
    Image.objects.filter(pk__in=[gone.pk, used.pk]).update(unused_since=long_ago())
    client.force_login(editor)

    report = client.get(UNUSED).content.decode()
    assert "Gone" in report
    assert "Fresh" not in report
    create_article(image=used)
    chosen = {"picture": [gone.pk, used.pk]}
    asked = client.post(UNUSED, chosen).content.decode()
    assert "Delete these 2 pictures" in asked
    assert Image.objects.count() == 3
    done = client.post(UNUSED, {**chosen, "sure": "yes"}, follow=True).content.decode()

    assert "1 picture was deleted." in done
    assert "“Used since” is in use, and stays." in done
    assert set(Image.objects.all()) == {used, fresh}


@pytest.mark.django_db(transaction=True)
def test_a_deleted_picture_takes_its_files_along(editor):
    image = create_image()
    make_due_renditions()
    image.refresh_from_db()
    image.replace(upload(picture_bytes(50, 50)))
    names = [image.file.name, *FormerFile.objects.get().file_names]
    assert len(names) > 2

    image.delete()

    assert not any(image.file.storage.exists(name) for name in names)


def test_files_that_no_row_knows_are_listed_and_deleted_on_request(db, capsys, monkeypatch):
    image = create_image()
    make_due_renditions()
    image.refresh_from_db()
    image.replace(upload(picture_bytes(50, 50)))
    lost = image.file.storage.save("images/lost.webp", upload())
    young = image.file.storage.save("renditions/just-now.webp", upload())
    monkeypatch.setattr("articles.management.commands.unused_files.is_young", lambda name: name == young)

    call_command("unused_files")
    assert capsys.readouterr().out.splitlines()[0].endswith(" images/lost.webp")
    assert image.file.storage.exists(lost)
    call_command("unused_files", "--delete")

    assert not image.file.storage.exists(lost)
    kept = [young, image.file.name, *FormerFile.objects.get().file_names]
    assert all(image.file.storage.exists(name) for name in kept)


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
