"""Was this page helpful: closed answers, one per reader and page, counted for editors."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Feedback
from articles.newsroom.stale import CALLED_OLD
from edge.voter import COOKIE
from tests.factories import create_article, create_user

pytestmark = pytest.mark.django_db


def say(client, article, answer, **headers):
    return client.post(reverse("articles:feedback", args=[article.slug]), {"answer": answer}, headers=headers)


def said(article):
    return list(article.feedbacks.values_list("answer", flat=True))


def browser(name):
    return Client(headers={"User-Agent": name})


def test_the_page_asks_and_is_the_same_for_everybody(client):
    article = create_article(published=True)
    say(client, article, "yes")

    mine, others = (each.get(article.get_absolute_url()) for each in (client, Client()))

    assert mine.content == others.content
    assert mine.content.decode().count('name="answer"') == len(Feedback.Answer)
    assert "aria-pressed" not in mine.content.decode()


@pytest.mark.parametrize("answer", Feedback.Answer.values)
def test_each_answer_counts_and_leads_to_a_page_that_says_thank_you(client, answer):
    article = create_article(published=True)

    response = client.post(reverse("articles:feedback", args=[article.slug]), {"answer": answer}, follow=True)

    assert said(article) == [answer]
    assert "Thank you for your answer" in response.content.decode()
    assert f'href="{article.get_absolute_url()}#helped"' in response.content.decode()


def test_over_htmx_the_answer_stands_in_place(client):
    html = say(client, create_article(published=True), "hard", HX_Request="true").content.decode()

    assert html.lstrip().startswith("<form")
    assert "Thank you. Hard to understand." in html
    assert html.count('aria-pressed="true"') == 1


def test_a_reader_has_one_answer_and_may_change_it(client):
    article = create_article(published=True)

    for answer in ("old", "yes"):
        say(client, article, answer)

    assert said(article) == ["yes"]
    assert 'aria-pressed="true"' in client.get(reverse("articles:feedback", args=[article.slug])).content.decode()


def test_an_answer_sent_twice_is_one_and_another_browsers_is_another():
    article = create_article(published=True)

    for name in ("One", "One", "Another"):
        say(browser(name), article, "yes")

    assert said(article) == ["yes", "yes"]


def test_an_answer_and_stars_are_one_readers_with_one_cookie(client):
    article = create_article(published=True)
    client.post(reverse("articles:rate", args=[article.slug]), {"stars": 5})
    given = client.cookies[COOKIE].value
    say(client, article, "yes")

    assert set(client.cookies) == {COOKIE}
    assert client.cookies[COOKIE].value.split(":")[0] == given.split(":")[0]
    article.refresh_from_db()
    assert (article.rating_count, article.rating_sum, said(article)) == (1, 5, ["yes"])


@pytest.mark.parametrize("answer", ["", "no", "YES", "\x00", "yes,old", "٣"])
def test_anything_else_is_refused_with_words(client, answer):
    article = create_article(published=True)

    response = say(client, article, answer)

    assert response.status_code == 422
    assert "Choose one of the answers." in response.content.decode()
    assert said(article) == []


def test_a_network_has_thirty_answers_an_hour():
    article = create_article(published=True)

    answers = [say(browser(f"Number {n}"), article, "old").status_code for n in range(31)]

    assert answers == [303] * 30 + [429]


@pytest.mark.parametrize(("status", "answer"), [("draft", 404), ("archived", 410)])
def test_of_what_is_not_published_nobody_is_asked(client, status, answer):
    article = create_article(published=True)
    Article.objects.filter(pk=article.pk).update(status=status, is_live=False)

    assert say(client, article, "yes").status_code == answer


def test_a_writer_is_not_asked_about_her_own_article(client):
    writer = create_user(role="Writer", byline=True)
    client.force_login(writer)

    assert say(client, create_article(published=True, writer=writer.writer), "yes").status_code == 403


def test_looking_changes_nothing_and_sets_no_cookie(client):
    article = create_article(published=True)

    client.get(reverse("articles:feedback", args=[article.slug]), {"answer": "old"})

    assert said(article) == []
    assert not client.cookies


def test_nothing_is_ranked_by_it(client):
    first, second = (create_article(published=True) for _n in range(2))
    before = client.get("/articles/").content
    for n in range(5):
        say(browser(f"Number {n}"), first, "wrong")
        say(browser(f"Number {n}"), second, "yes")

    assert client.get("/articles/").content == before


def test_editors_see_the_counts_by_month_and_writers_do_not(editor):
    writer = create_user(role="Writer", byline=True)
    article = create_article(published=True, writer=writer.writer)
    for n, answer in enumerate(["old", "old", "yes"]):
        say(browser(f"Number {n}"), article, answer)
    Feedback.objects.filter(answer="yes").update(changed_at=timezone.now() - timedelta(days=70))
    address = reverse("admin:articles_article_change", args=[article.pk])

    html = {}
    for user in (editor, writer):
        staff = Client()
        staff.force_login(user)
        html[user] = staff.get(address).content.decode()

    assert "Out of date: 2" in html[editor]
    assert html[editor].index("Out of date: 2") < html[editor].index("Yes: 1")
    assert "Out of date: 2" not in html[writer]


@pytest.mark.parametrize(("readers", "is_listed"), [(CALLED_OLD, True), (CALLED_OLD - 1, False)])
def test_what_readers_call_out_of_date_is_in_the_report_of_stale_articles(client, editor, readers, is_listed):
    article = create_article(published=True)
    for n in range(readers):
        say(browser(f"Number {n}"), article, "old")
    client.force_login(editor)

    html = client.get(reverse("admin:articles_article_stale"), {"reason": "old"}).content.decode()

    assert (article.title in html) is is_listed


def test_what_was_changed_since_is_not_called_old_any_more(client, editor):
    article = create_article(published=True)
    for n in range(CALLED_OLD):
        say(browser(f"Number {n}"), article, "old")
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now() + timedelta(seconds=1))
    client.force_login(editor)

    html = client.get(reverse("admin:articles_article_stale"), {"reason": "old"}).content.decode()

    assert article.title not in html
