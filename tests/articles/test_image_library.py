"""The library's list, what shows a picture, and what nothing shows any more."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles.library.files import replace_file
from articles.library.renditions import make_due_renditions
from articles.library.search import newest
from articles.library.usage import note_unused
from articles.models import FormerFile, Image
from articles.workflow.saving import adopt, write
from tests.articles.image_form import LIBRARY, change, upload
from tests.factories import create_article, create_image, picture_bytes

UNUSED = reverse("admin:articles_image_unused")


def shown_in(page):
    return set(re.findall(r'picture-card__words"><a href="[^"]*"\s*>([^<]*)<', page.content.decode()))


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

    with django_assert_max_num_queries(10):
        page = client.get(LIBRARY)

    assert len(shown_in(page)) == 40
    assert page.content.decode().count("Used in 1 article") == 40
    older = re.search(r'href="\?(q=[^"]*before=\d+)"', page.content.decode())[1].replace("&amp;", "&")
    assert len(shown_in(client.get(f"{LIBRARY}?{older}")) - shown_in(page)) == 40


def test_a_search_looks_through_so_many_and_then_asks(db, monkeypatch):
    monkeypatch.setattr("articles.library.search.LOOKED_THROUGH", 3)
    old, *_others = [create_image(alt=alt) for alt in ("Wanted", "b", "c", "d", "e")]
    wanted = Image.objects.matching("wanted")

    first = newest(wanted, None, 10)

    assert (first.rows, first.is_cut) == ([], True)
    assert newest(wanted, first.older, 10).rows == [old]


# --- Where it is shown -----------------------------------------------------------------------------------------------


def test_a_picture_says_where_it_is_shown_but_not_which_drafts_of_others_show_it(client, writer, editor):
    image = create_image()
    own = create_article(title="My own", writer=writer.writer, image=image)
    create_article(title="A secret draft", image=image)
    live = create_article(title="For all to read", published=True, image=image)
    hidden = create_article(title="Shown only in the next text", published=True)
    adopt(hidden, by=editor)
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
def test_a_deleted_picture_takes_its_files_along(client, editor):
    image = create_image()
    make_due_renditions()
    image.refresh_from_db()
    replace_file(image, upload(picture_bytes(50, 50)))
    names = [image.file.name, *FormerFile.objects.get().file_names]
    assert len(names) > 2
    client.force_login(editor)

    client.post(reverse("admin:articles_image_delete", args=[image.pk]), {"post": "yes"})

    assert not any(image.file.storage.exists(name) for name in names)


def test_files_that_no_row_knows_are_listed_and_deleted_on_request(db, capsys, monkeypatch):
    image = create_image()
    make_due_renditions()
    image.refresh_from_db()
    replace_file(image, upload(picture_bytes(50, 50)))
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
