from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone
from PIL import Image as PILImage

from articles.models import Article, Image, Rendition
from articles.pictures import make_due_renditions, widths_for
from articles.rendering import refresh
from articles.usage import is_used
from tests.factories import create_article, create_image, create_topic, picture_bytes


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
    made = list(image.renditions.values_list("type", "width", "height"))
    assert made == [
        (content_type, width, width // 2) for content_type in ("image/avif", "image/webp") for width in (480, 960, 1000)
    ]
    with image.renditions.get(type="image/avif", width=480).file.open() as file:
        assert (PILImage.open(file).format, PILImage.open(file).size) == ("AVIF", (480, 240))


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
    assert Rendition.objects.count() == 6 * len(images)


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


def test_a_picture_that_an_article_shows_is_in_use(db):
    free, lead, inside, guide = (create_image() for _ in range(4))
    create_topic(guide=f'<p><img src="{guide.file.url}" alt=""></p>')
    create_article(image=lead, body=f'<p><img src="{inside.file.url}" alt=""></p>')

    assert [is_used(image) for image in (free, lead, inside, guide)] == [False, True, True, True]
