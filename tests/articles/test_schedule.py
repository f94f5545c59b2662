"""Articles appear and go at their times: once, whatever happens, and in the site's time zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.utils import timezone

from articles.models import Article, EditorialEvent
from articles.models.steps import NotReady, WrongStep
from articles.workflow.publishing import (
    archive_when_due,
    expire,
    expire_due,
    keep,
    publish,
    publish_due,
    publish_when_due,
    schedule,
    unschedule,
)
from articles.workflow.saving import adopt, write
from edge.models import Letter
from tests.articles.article_form import url
from tests.comments.test_two_at_once import at_once
from tests.factories import create_article, create_topic, create_user

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def noon(monkeypatch):
    """A clock that stands still until it is set: `noon(moment)`."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


@pytest.fixture
def in_berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    yield
    timezone.get_default_timezone.cache_clear()


def scheduled(editor, *, late=MINUTE, **said):
    """An article whose time has just come."""
    article = create_article()
    adopt(article, by=editor)
    schedule(article, by=editor, at=timezone.now() + DAY, **said)
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now() - late)
    return Article.objects.get(pk=article.pk)


def status(article):
    return Article.objects.values_list("status", flat=True).get(pk=article.pk)


# --- Typed -----------------------------------------------------------------------------------------------------------


def post(client, article, at, **said):
    return client.post(url("step", article.pk, "schedule"), {"at": at, **said})


@pytest.mark.parametrize(
    ("today", "typed", "moment"),
    [
        # Summer time begins on 2026-03-29 at 2 o'clock and ends on 2026-10-25 at 3.
        ((2026, 3, 20), "2026-03-29T01:59", "2026-03-29T00:59+00:00"),
        ((2026, 3, 20), "2026-03-29T03:00", "2026-03-29T01:00+00:00"),
        ((2026, 10, 20), "2026-10-25T01:59", "2026-10-24T23:59+00:00"),
        ((2026, 10, 20), "2026-10-25T03:00", "2026-10-25T02:00+00:00"),
    ],
)
def test_a_time_is_meant_in_the_sites_zone_and_shown_as_it_was_typed(
    client, editor, in_berlin, noon, today, typed, moment
):
    noon(datetime(*today, 12, tzinfo=BERLIN))
    client.force_login(editor)
    article = create_article()

    post(client, article, typed)

    article.refresh_from_db()
    assert article.publish_at == datetime.fromisoformat(moment)
    form = client.get(url("step", article.pk, "schedule")).content.decode()
    assert f'value="{typed}"' in form
    assert "Europe/Berlin" in form
    noon(article.publish_at - timedelta(seconds=1))
    assert publish_due() == 0
    noon(article.publish_at)
    assert publish_due() == 1


@pytest.mark.parametrize(
    ("today", "typed", "words"),
    [
        ((2026, 3, 20), "2026-03-29T02:30", "There is no 2:30 a.m."),
        ((2026, 10, 20), "2026-10-25T02:30", "2:30 a.m. comes twice"),
        ((2026, 3, 20), "2026-03-01T12:00", "This moment has passed"),
        ((2026, 3, 20), "20226-03-29T12:00", "Enter a valid date/time"),
        ((2026, 3, 20), "9999-03-29T12:00", "Is the year right?"),
        ((2026, 3, 20), "0001-01-01T00:00", "This moment has passed"),
        ((2026, 3, 20), "tomorrow", "Enter a valid date/time"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_words_and_stays_in_its_field(
    client, editor, in_berlin, noon, today, typed, words
):
    noon(datetime(*today, 12, tzinfo=BERLIN))
    client.force_login(editor)
    article = create_article()

    html = post(client, article, typed, until="2026-12-24T18:00").content.decode()

    assert words in html
    assert f'value="{typed}"' in html
    assert 'value="2026-12-24T18:00"' in html
    assert status(article) == "draft"


def test_what_would_end_before_it_begins_is_refused(client, editor):
    client.force_login(editor)
    article = create_article()
    begin, end = (f"{timezone.localtime(timezone.now() + DAY * days):%Y-%m-%dT%H:%M}" for days in (5, 3))

    assert "archived before it appears" in post(client, article, begin, until=end).content.decode()
    with pytest.raises(NotReady):
        schedule(article, by=editor, at=timezone.now() + DAY * 5, until=timezone.now() + DAY * 3)
    schedule(article, by=editor, at=timezone.now() + DAY * 5)
    with pytest.raises(NotReady):
        expire(article, by=editor, at=timezone.now() + DAY * 3)


def test_an_end_is_chosen_changed_and_taken_off(client, editor):
    article = create_article()
    publish(article, by=editor)
    client.force_login(editor)
    typed = f"{timezone.localtime(timezone.now() + DAY * 3):%Y-%m-%dT%H:%M}"

    client.post(url("step", article.pk, "expire"), {"at": typed})

    article.refresh_from_db()
    assert f"{timezone.localtime(article.expire_at):%Y-%m-%dT%H:%M}" == typed
    assert "The article is archived on" in client.get(url("change", article.pk)).content.decode()
    client.post(url("step", article.pk, "keep"), {})
    article.refresh_from_db()
    assert (article.expire_at, article.status) == (None, "published")


def test_only_what_is_published_or_will_be_has_an_end(editor):
    article = create_article()
    with pytest.raises(WrongStep):
        expire(article, by=editor, at=timezone.now() + DAY)
    schedule(article, by=editor, at=timezone.now() + DAY, until=timezone.now() + DAY * 2)
    unschedule(article, by=editor)
    article.refresh_from_db()
    assert article.expire_at is None

    with pytest.raises(IntegrityError):
        Article.objects.filter(pk=article.pk).update(expire_at=timezone.now())


# --- Due -------------------------------------------------------------------------------------------------------------


def test_its_time_over_an_article_is_archived_by_nobody(client, editor):
    article = create_article()
    publish(article, by=editor)
    expire(article, by=editor, at=timezone.now() + DAY)
    Article.objects.update(expire_at=timezone.now())

    assert expire_due() == 1
    assert expire_due() == 0

    article.refresh_from_db()
    assert (article.status, article.is_live, article.expire_at) == ("archived", False, None)
    assert article.events.first().by is None
    assert client.get(article.get_absolute_url()).status_code == 410


def test_what_was_never_published_in_time_never_appears(editor):
    article = scheduled(editor, until=timezone.now() + DAY * 2)
    Article.objects.update(expire_at=timezone.now())

    assert (publish_due(), expire_due()) == (0, 1)
    article.refresh_from_db()
    assert (article.status, article.published_at) == ("archived", None)


def test_who_publishes_what_was_to_be_over_takes_its_end_off(editor):
    article = scheduled(editor, until=timezone.now() + DAY * 2)
    Article.objects.update(expire_at=timezone.now())
    article.refresh_from_db()

    publish(article, by=editor)

    article.refresh_from_db()
    assert (article.status, article.expire_at) == ("published", None)


def test_a_clock_that_is_set_back_publishes_and_archives_nothing_twice(editor, noon):
    now = timezone.now()
    article = scheduled(editor, until=now + DAY * 2)
    for moment, done in [(now, (1, 0)), (now - DAY, (0, 0)), (now, (0, 0)), (now + DAY * 2, (0, 1)),
                         (now, (0, 0)), (now + DAY * 2, (0, 0))]:  # fmt: skip
        noon(moment)
        assert (publish_due(), expire_due()) == done, moment

    assert [event.step for event in article.events.all()] == ["archive", "publish", "schedule"]


def test_an_editor_who_puts_it_off_in_the_last_moment_is_heeded(editor):
    article = scheduled(editor)
    stale = Article.objects.get(pk=article.pk)
    schedule(article, by=editor, at=timezone.now() + DAY)

    with pytest.raises(WrongStep):
        publish_when_due(stale)

    assert status(article) == "scheduled"


def test_the_same_for_its_end(editor):
    article = create_article()
    publish(article, by=editor)
    expire(article, by=editor, at=timezone.now() + DAY)
    Article.objects.update(expire_at=timezone.now())
    stale = Article.objects.get(pk=article.pk)
    keep(article, by=editor)

    with pytest.raises(WrongStep):
        archive_when_due(stale)

    assert status(article) == "published"


# --- Due, and impossible ---------------------------------------------------------------------------------------------


def test_what_cannot_be_published_is_written_down_once_told_to_its_planner_and_found(editor):
    article, topic = scheduled(editor, late=MINUTE * 6), create_topic()
    write(article, {**article.content, "other_topics": [topic.pk]}, by=editor, since=article.edition)
    topic.delete()

    assert [publish_due() for _look in range(3)] == [0, 0, 0]

    event = article.events.get(step="not_published")
    assert (event.by, event.note) == (None, "A topic was deleted meanwhile. Please choose another one.")
    letter = Letter.objects.get()
    assert letter.to == editor.email
    assert event.note in letter.text
    assert [*Article.objects.overdue_to_publish()] == [article]
    article = Article.objects.get(pk=article.pk)
    write(article, {**article.content, "other_topics": []}, by=editor, since=article.edition)
    assert publish_due() == 1
    assert not Article.objects.overdue_to_publish().exists()


def test_another_reason_is_another_event_and_another_schedule_begins_anew(editor):
    article = scheduled(editor)
    for changes in ({"summary": ""}, {"summary": "", "title": ""}):
        write(article, {**article.content, **changes}, by=editor, since=article.edition)
        publish_due()
    assert article.events.filter(step="not_published").count() == 2
    article = Article.objects.get(pk=article.pk)
    unschedule(article, by=editor)
    write(article, {**article.content, "title": "T", "summary": "S"}, by=editor, since=article.edition)
    schedule(article, by=editor, at=timezone.now() + DAY)
    write(article, {**article.content, "title": "", "summary": ""}, by=editor, since=article.edition)
    Article.objects.update(publish_at=timezone.now())

    publish_due()

    assert article.events.filter(step="not_published").count() == 3


def test_an_address_that_was_taken_meanwhile_is_named(editor):
    article = create_article(slug="mine")
    publish(article, by=editor)
    write(article, {**article.content, "slug": "sleep"}, by=editor, since=article.edition)
    schedule(article, by=editor, at=timezone.now() + DAY)
    Article.objects.update(publish_at=timezone.now())
    create_article(slug="sleep", published=True)

    publish_due()

    assert "“sleep”" in article.events.get(step="not_published").note
    assert Article.objects.get(pk=article.pk).slug == "mine"


def test_a_fault_of_the_site_is_told_too_and_holds_nobody_up(editor, monkeypatch):
    bad, good = scheduled(editor), scheduled(editor)
    failing = lambda article: 1 / 0 if article == bad else publish_when_due(article)  # noqa: E731
    monkeypatch.setattr("articles.workflow.publishing.publish_when_due", failing)

    assert (publish_due(), publish_due()) == (1, 0)

    assert (status(bad), status(good)) == ("scheduled", "published")
    assert "in the log" in bad.events.get(step="not_published").note


# --- Several workers -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_publish_and_archive_each_article_exactly_once():
    editor, many = create_user(role="Editor"), 20
    appearing, going = [], []
    for n in range(many):
        article = create_article()
        schedule(article, by=editor, at=timezone.now() + DAY) if n % 2 else publish(article, by=editor)
        (appearing if n % 2 else going).append(article.pk)
    stuck = appearing[0]
    Article.objects.filter(pk__in=appearing).update(publish_at=timezone.now())
    Article.objects.filter(pk__in=going).update(expire_at=timezone.now())
    incomplete = Article.objects.get(pk=stuck)
    write(incomplete, {**incomplete.content, "title": ""}, by=editor, since=incomplete.edition)
    before = EditorialEvent.objects.count()

    done = at_once(publish_due, expire_due, publish_due, expire_due, publish_due, expire_due)

    assert sum(done) == many - 1
    events = EditorialEvent.objects.order_by("id")[before:]
    assert len(events) == many
    assert sorted(event.article_id for event in events) == sorted(appearing + going)
    assert {event.by_id for event in events} == {None}
    assert Letter.objects.count() == 1
    assert Article.objects.published().count() == len(appearing) - 1
