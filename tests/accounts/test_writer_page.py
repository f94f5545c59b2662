"""A writer's public page, and everybody's own."""

from datetime import date

import pytest

from articles.models import Article, MedicalReview
from articles.workflow.saving import adopt
from tests.factories import create_article, create_comment, create_thread, create_writer

pytestmark = pytest.mark.django_db


def text(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def reviewed_article(reviewer, **fields):
    article = create_article(published=True, **fields)
    revision = adopt(article, by=None)
    Article.objects.filter(pk=article.pk).update(live_revision=revision)
    MedicalReview.objects.create(article=article, revision=revision, reviewer=reviewer, reviewed_on=date(2026, 10, 9))
    return article


def test_the_page_says_who_somebody_is(client):
    writer = create_writer(name="Nadia Okafor", title="health writer", bio="Studied neuroscience.", conflicts="A book.")

    html = text(client, writer.get_absolute_url())

    for words in ["Nadia Okafor", "Health writer", "Studied neuroscience.", "A book.", "Not a medical professional"]:
        assert words in html


def test_a_medical_professional_is_called_one(client):
    doctor = create_writer(is_medical_professional=True, credentials="MD, PhD")

    html = text(client, doctor.get_absolute_url())

    assert "MD, PhD" in html
    assert "Not a medical professional" not in html


def test_whoever_has_said_nothing_about_conflicts_of_interest_has_not_denied_them(client):
    assert "Not stated" in text(client, create_writer(conflicts="").get_absolute_url())
    assert "Not stated" not in text(client, create_writer(conflicts="None").get_absolute_url())


def test_the_page_lists_published_articles_of_this_writer_only(client):
    writer = create_writer()
    create_article(writer=writer, published=True, title="Published one")
    create_article(writer=writer, title="DRAFT")
    create_article(published=True, title="ELSEWHERE")

    html = text(client, writer.get_absolute_url())

    assert "Published one" in html
    assert "DRAFT" not in html
    assert "ELSEWHERE" not in html


def test_reviewed_articles_stand_apart_from_written_ones(client):
    doctor = create_writer()
    create_article(writer=doctor, published=True, title="Written one")
    reviewed_article(doctor, title="Reviewed one")

    written = text(client, doctor.get_absolute_url())
    reviewed = text(client, doctor.get_absolute_url() + "?show=reviewed")

    assert "Written one" in written
    assert "Reviewed one" not in written
    assert "Reviewed one" in reviewed


def test_a_reviewer_no_longer_stands_for_a_text_that_changed(client):
    doctor = create_writer()
    article = reviewed_article(doctor, title="Reviewed one")
    article.title = "Changed one"
    article.save()
    adopt(article, by=None)

    assert "Changed one" not in text(client, doctor.get_absolute_url() + "?show=reviewed")


def test_a_writer_who_is_not_listed_has_no_page(client):
    text(client, create_writer(is_listed=False).get_absolute_url(), status=404)


def test_the_page_comes_twenty_articles_at_a_time(client, django_assert_max_num_queries):
    writer = create_writer()
    for _n in range(21):
        create_article(writer=writer, published=True)

    with django_assert_max_num_queries(9):
        html = text(client, writer.get_absolute_url())

    assert html.count('<li class="entry">') == 20
    assert "?page=2" in html


def test_the_writers_page_is_public_and_leaves_no_trace(client):
    response = client.get(create_writer().get_absolute_url())

    assert "public" in response["Cache-Control"]
    assert not response.cookies


def test_ones_own_page_leads_strangers_to_the_log_in(client):
    html = text(client, "/me/")

    assert "/accounts/login/" in html
    assert "/accounts/signup/" in html


def test_ones_own_page_shows_who_is_signed_in_and_what_became_of_her_words(client, reader):
    thread = create_thread(title="A page")
    create_comment(thread=thread, author=reader, body="My own words", status="pending")
    create_comment(thread=thread, body="Words of others")
    client.force_login(reader)

    html = text(client, "/me/")

    assert "reader@example.org" in html
    assert "My own words" in html
    assert "waiting" in html
    assert "Words of others" not in html


def test_ones_own_page_is_kept_by_nobody(client, reader):
    client.force_login(reader)

    header = client.get("/me/")["Cache-Control"]

    assert "private" in header
    assert "no-store" in header
