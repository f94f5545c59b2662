"""Another file for a picture: everywhere at once, back again, and by whom."""

from django.urls import reverse
from django.utils import timezone

from articles.desk.conflict import shown as clashing
from articles.drafts.differences import differences
from articles.library import renditions
from articles.library.renditions import make_due_renditions
from articles.models import FormerFile, Image
from articles.text.merging import Clash
from articles.workflow.saving import write
from tests.articles.image_form import act, change, upload
from tests.factories import create_article, create_image, create_topic, picture_bytes


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
        monkeypatch.setattr(renditions, "SHOWN", most)
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
