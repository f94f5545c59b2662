import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone
from PIL import Image as PILImage

from articles.indexing import index_due
from articles.library.files import remove_former_files, replace_file
from articles.library.renditions import cut_anew, make_due_renditions, widths_for
from articles.library.usage import counts_for, is_used, note_unused
from articles.models import Article, FormerFile, Image, Rendition
from articles.rendering import refresh
from articles.workflow.saving import adopt, write
from edge.pictures import encode
from pages.models import Page
from tests.factories import create_article, create_image, create_issue, create_topic, picture_bytes


def big_image(width=1000, height=500):
    return create_image(file=ContentFile(picture_bytes(width, height), "a.png"))


@pytest.mark.parametrize(
    ("original", "widths"),
    [(300, [300]), (480, [480]), (1000, [480, 960, 1000]), (1600, [480, 960, 1600]), (2400, [480, 960, 1600])],
)
def test_sizes_up_to_the_original(original, widths):
    assert widths_for(original) == widths


def test_the_worker_makes_each_size_once_in_both_formats(db):
    image = big_image()

    assert make_due_renditions() == 1
    assert make_due_renditions() == 0

    image.refresh_from_db()
    assert image.rendered_at
    made = list(image.renditions.exclude(type=Rendition.SHARED).values_list("type", "width", "height"))
    assert made == [
        (content_type, width, width // 2) for content_type in ("image/avif", "image/webp") for width in (480, 960, 1000)
    ]
    with image.renditions.get(type="image/avif", width=480).file.open() as file:
        assert (PILImage.open(file).format, PILImage.open(file).size) == ("AVIF", (480, 240))


def test_whoever_is_sent_a_link_sees_a_jpeg_around_the_focal_point(client, db):
    data = BytesIO()
    picture = PILImage.new("RGBA", (3000, 1000), (0, 0, 0, 0))
    picture.paste("red", (2000, 0, 3000, 1000))
    picture.save(data, "PNG")
    article = create_article(
        published=True, image=create_image(file=ContentFile(data.getvalue(), "a.png"), focus_x=100)
    )
    make_due_renditions()

    html = client.get(article.get_absolute_url()).content.decode()

    shared = article.image.renditions.get(type="image/jpeg")
    assert f'<meta property="og:image" content="http://localhost:8000{shared.file.url}">' in html
    assert '<meta property="og:image:width" content="1200">' in html
    assert '<meta property="og:image:height" content="630">' in html
    with shared.file.open() as file:
        shown = PILImage.open(file)
        assert (shown.format, shown.size) == ("JPEG", (1200, 630))
        assert shown.getpixel((1100, 300))[1] < 30
        assert min(shown.getpixel((10, 300))) > 240  # what is transparent is white


def test_where_the_focal_point_is_moved_the_shared_picture_is_cut_anew(db, django_capture_on_commit_callbacks):
    image = big_image()
    make_due_renditions()
    kept = set(image.renditions.exclude(type=Rendition.SHARED).values_list("pk", flat=True))
    shared = image.renditions.get(type=Rendition.SHARED).file

    with django_capture_on_commit_callbacks(execute=True):
        cut_anew(image)
    assert not shared.storage.exists(shared.name)
    assert make_due_renditions() == 1

    assert set(image.renditions.exclude(type=Rendition.SHARED).values_list("pk", flat=True)) == kept
    assert image.renditions.filter(type=Rendition.SHARED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_each_size_once():
    images = [big_image(), big_image()]

    def work(_):
        try:
            return make_due_renditions()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(work, range(2)))

    assert sum(counts) == 2
    assert Rendition.objects.count() == 7 * len(images)


def test_a_picture_of_a_worker_that_died_is_taken_up_after_its_lease(db):
    image = big_image(100, 100)
    Image.objects.filter(pk=image.pk).update(render_claimed_at=timezone.now())
    assert make_due_renditions() == 0

    Image.objects.filter(pk=image.pk).update(
        render_claimed_at=timezone.now() - Image.RENDER_LEASE - timedelta(seconds=1)
    )
    assert make_due_renditions() == 1


@pytest.mark.parametrize("trouble", ["gone", "broken"])
def test_a_file_that_cannot_be_read_is_marked_and_left_alone(db, trouble):
    image = big_image(100, 100)
    if trouble == "gone":
        image.file.storage.delete(image.file.name)
    else:
        with image.file.storage.open(image.file.name, "wb") as file:
            file.write(b"MZ not a picture")

    assert make_due_renditions() == 1
    assert make_due_renditions() == 0

    image = Image.objects.get()
    assert image.render_failed_at
    assert not image.rendered_at


def test_texts_show_the_sizes_as_soon_as_they_exist(db):
    image = big_image()
    article = create_article(body=f'<figure><img src="{image.file.url}" alt="A nerve"></figure>')
    refresh(article)

    make_due_renditions()

    html = Article.objects.get().body_html
    assert '<source type="image/avif" srcset="/media/renditions/' in html
    assert "-480.webp 480w, " in html
    assert 'alt="A nerve" width="1000" height="500" loading="lazy"' in html


def test_sources_need_no_query_when_renditions_were_fetched(db, django_assert_num_queries):
    big_image()
    make_due_renditions()
    image = Image.objects.prefetch_related("renditions").get()

    with django_assert_num_queries(0):
        html = render_to_string("articles/picture.html", {"image": image, "alt": "", "sizes": "100vw"})

    assert 'alt=""' in html
    assert 'sizes="100vw"' in html


def test_a_picture_without_sizes_yet_is_shown_as_it_is(db):
    image = create_image()

    html = render_to_string("articles/picture.html", {"image": image})

    assert f'src="{image.file.url}" alt="A teal square" width="40" height="30"' in html
    assert "<source" not in html


def test_a_large_upload_is_kept_at_a_sensible_size(db):
    image = big_image(3000, 300)

    image.refresh_from_db()
    assert (image.width, image.height) == (2400, 240)


def test_a_picture_that_anything_shows_is_in_use(db, editor):
    free, lead, inside, guide, page, issue, next_body, next_lead, former = (create_image() for _ in range(9))
    create_topic(guide=f'<p><img src="{guide.file.url}" alt=""></p>')
    create_article(image=lead, body=f'<p><img src="{inside.file.url}" alt=""></p>')
    Page.objects.first().versions.create(number=99, body=f'<p><img src="{page.file.url}" alt=""></p>')
    create_issue(intro=f'<p><img src="{issue.file.url}" alt=""></p>')
    live = create_article(published=True, body=f'<p><img src="{former.file.url}" alt=""></p>')
    adopt(live, by=editor)
    content = {**live.content, "image": next_lead.pk, "body": f'<p><img src="{next_body.file.url}" alt=""></p>'}
    write(live, content, by=editor, since=live.edition)
    replace_file(former, ContentFile(picture_bytes(50, 50)))

    def used():
        images = (free, lead, inside, guide, page, issue, next_body, next_lead, former)
        return [is_used(image) for image in images]

    assert used() == [False] + [True] * 8
    while index_due():
        pass
    assert used() == [False] + [True] * 8


def test_an_article_counts_once_however_often_it_shows_a_picture(db):
    image, other = create_image(), create_image()
    create_article(image=image, body=f'<p><img src="{image.file.url}" alt=""></p>')
    create_article(image=other, body=f'<p><img src="{image.file.url}" alt=""></p>')
    create_article(image=image)
    index_due()

    assert counts_for([image, other]) == {image.pk: 3, other.pk: 1}
    # Main pictures, too, are found where the worker has not been yet.
    Image.used_in.through.objects.all().delete()
    assert counts_for([image, other]) == {image.pk: 2, other.pk: 1}


def test_since_when_a_picture_is_unused_is_noted_and_forgotten(db):
    free, lead, guide = (create_image() for _ in range(3))
    create_article(image=lead)
    topic = create_topic(guide=f'<p><img src="{guide.file.url}" alt=""></p>')

    def unused():
        note_unused()
        return set(Image.objects.filter(unused_since__isnull=False))

    assert unused() == {free}
    since = Image.objects.get(pk=free.pk).unused_since
    topic.guide = ""
    topic.save()
    assert unused() == {free, guide}
    assert Image.objects.get(pk=free.pk).unused_since == since
    create_article(image=free)
    assert unused() == {guide}


def test_a_former_file_is_deleted_after_a_month_unless_a_text_outside_the_articles_names_it(db):
    named, plain = create_image(), create_image()
    create_issue(intro=f'<p><img src="{named.file.url}" alt=""></p>')
    article = create_article(body=f'<p><img src="{plain.file.url}" alt="A"></p>')
    make_due_renditions()
    names = {}
    for image in (named, plain):
        image.refresh_from_db()
        names[image.pk] = [image.file.name, *image.renditions.values_list("file", flat=True)]
        replace_file(image, ContentFile(picture_bytes(50, 50)))
    assert remove_former_files() == 0

    FormerFile.objects.update(created_at=timezone.now() - FormerFile.KEPT)
    assert remove_former_files() == 1
    assert remove_former_files() == 0

    exists = named.file.storage.exists
    assert all(exists(name) for name in names[named.pk])
    assert not any(exists(name) for name in names[plain.pk])
    refresh(article)
    assert plain.file.url in article.body_html


def test_sizes_of_a_file_that_was_replaced_meanwhile_are_not_kept(db, monkeypatch):
    image = create_image()

    def replaced_first(*args, **how):
        monkeypatch.undo()
        replace_file(Image.objects.get(pk=image.pk), ContentFile(picture_bytes(50, 50)))
        return encode(*args, **how)

    monkeypatch.setattr("articles.library.renditions.encode", replaced_first)
    make_due_renditions()
    assert not Rendition.objects.exists()

    make_due_renditions()
    assert set(Rendition.objects.values_list("width", flat=True)) == {50, 1200}


def test_no_size_says_where_the_photo_was_taken(db):
    exif = PILImage.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0)})
    out = BytesIO()
    PILImage.new("RGB", (600, 400), "teal").save(out, "JPEG", exif=exif)
    image = create_image(file=ContentFile(out.getvalue(), "a.jpg"))

    make_due_renditions()

    files = [image.file, *(rendition.file for rendition in image.renditions.all())]
    assert len(files) == 6
    for file in files:
        with file.open() as data:
            assert not PILImage.open(data).getexif()


def test_readers_see_who_made_a_picture_and_under_which_licence(client, db):
    rights = {"credit": "Ann <Lee>", "licence": "cc-by", "source": "https://example.org/wall"}
    inside, lead = create_image(**rights), create_image(**rights)
    article = create_article(
        published=True, image=lead, body=f'<figure><img src="{inside.file.url}" alt="A wall"></figure>'
    )
    refresh(article)

    page = client.get(article.get_absolute_url()).content.decode()

    made = '<a href="https://example.org/wall" rel="external noopener noreferrer">Ann &lt;Lee&gt;</a>'
    licence = '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license external noopener noreferrer">CC BY 4.0</a>'
    assert page.count(f'<span class="muted">{made}, {licence}</span>') == 2
    assert '"license":"https://creativecommons.org/licenses/by/4.0/"' in page
    assert '"creditText":"Ann \\u003CLee\\u003E"' in page


@pytest.mark.parametrize(
    ("size", "focus", "named"),
    [
        ((300, 100), (50, 50), ""),
        ((300, 100), (60, 0), "fx-7 fy-5"),
        ((300, 100), (94, 50), "fx-10 fy-5"),
        ((100, 300), (94, 40), "fx-5 fy-4"),
        ((160, 100), (0, 0), ""),
    ],
)
def test_the_focal_point_comes_to_the_middle_of_a_cut_as_far_as_the_picture_reaches(client, db, size, focus, named):
    create_article(published=True, image=big_image(*size))
    Image.objects.update(focus_x=focus[0], focus_y=focus[1])

    page = client.get("/").content.decode()

    assert re.findall(r'class="(fx-[^"]*)"', page)[:1] == [named] * bool(named)
