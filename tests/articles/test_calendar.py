from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from articles.models import Article
from articles.newsroom.calendar import KINDS, MOST, month_of, read_month
from articles.workflow.saving import adopt
from tests.factories import create_article

pytestmark = pytest.mark.django_db
CALENDAR = "/admin/articles/article/calendar/"
MAY = date(2026, 5, 1)


def entries(user, first=MAY):
    month = month_of(user, first)
    return [
        (day.day.isoformat(), entry.kind.name, entry.title)
        for week in month.weeks
        for day in week
        for entry in day.entries
    ]


@pytest.fixture
def one_of_each(db):
    noon = datetime(2026, 5, 3, 12, tzinfo=UTC)
    create_article(title="Secret", status="scheduled", publish_at=noon, expire_at=noon + timedelta(days=2))
    create_article(title="Open", published=True, published_at=noon, review_due_on=date(2026, 5, 20))
    create_article(title="June", published=True, published_at=noon + timedelta(days=45))


def test_the_month_holds_what_appears_ends_and_falls_due(editor, one_of_each):
    assert entries(editor) == [
        ("2026-05-03", "scheduled", "Secret"),
        ("2026-05-03", "published", "Open"),
        ("2026-05-05", "expires", "Secret"),
        ("2026-05-20", "review", "Open"),
    ]


def test_who_may_not_read_a_draft_does_not_find_it_in_the_calendar(
    client, moderator, newsletter_editor, writer, reviewer, one_of_each
):
    for user in (moderator, newsletter_editor, writer):
        client.force_login(user)
        page = client.get(CALENDAR, {"month": "2026-05"}).content.decode()
        assert "Open" in page
        assert "Secret" not in page
        assert reverse("admin:articles_article_changelist") in page
    assert ("2026-05-03", "scheduled", "Secret") in entries(reviewer)


def test_a_new_text_of_a_live_article_that_is_scheduled_is_no_news_for_a_moderator(moderator, editor):
    soon = datetime(2026, 5, 9, tzinfo=UTC)
    create_article(title="Known", published=True, published_at=datetime(2026, 4, 1, tzinfo=UTC), expire_at=soon)
    article = create_article(published=True, published_at=datetime(2026, 4, 1, tzinfo=UTC))
    type(article).objects.filter(pk=article.pk).update(status="scheduled", publish_at=soon)

    assert entries(moderator) == []
    assert len(entries(editor)) == 2


def test_a_day_is_a_day_where_the_site_is(editor, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        create_article(title="Late", published=True, published_at=datetime(2026, 4, 30, 13, tzinfo=UTC))

        assert entries(editor) == [("2026-05-01", "published", "Late")]
        month = month_of(editor, date(2026, 4, 1))
        assert next(day for week in month.weeks for day in week if day.day == MAY).is_outside


def test_a_month_in_which_the_clocks_change_loses_no_hour(editor):
    with timezone.override(ZoneInfo("Europe/Berlin")):
        for hour, title in ((22, "Before"), (23, "Last")):
            create_article(title=title, published=True, published_at=datetime(2026, 3, 28, hour, tzinfo=UTC))
        found = entries(editor, date(2026, 3, 1))

    assert found == [("2026-03-28", "published", "Before"), ("2026-03-29", "published", "Last")]


def test_the_week_begins_as_in_the_readers_language(editor):
    with translation.override("de"):
        assert month_of(editor, MAY).weeks[0][0].day == date(2026, 4, 27)
    with translation.override("en"):
        assert month_of(editor, MAY).weeks[0][0].day == date(2026, 4, 26)
    assert all(len(week) == 7 for week in month_of(editor, MAY).weeks)


def test_a_month_that_is_none_is_not_found(client, editor):
    client.force_login(editor)
    for asked in ("?month=2026-13", "?month=x", "?month=1999-12", "?month=2101-01", "?month=2026-05%00", "?kind=no"):
        assert client.get(CALENDAR + asked).status_code == 404, asked
    assert read_month("2026-05") == MAY
    assert client.get(CALENDAR + "?month=2000-01").status_code == 200
    assert client.get(CALENDAR + "?month=2100-12").status_code == 200


def test_one_kind_can_be_looked_at_alone(client, editor, one_of_each):
    client.force_login(editor)

    page = client.get(CALENDAR, {"month": "2026-05", "kind": "review"}).content.decode()

    assert "Open" in page
    assert "Secret" not in page


def test_a_month_costs_a_query_for_each_kind_and_never_shows_more_than_anybody_reads(
    editor, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("articles.newsroom.calendar.MOST", 3)
    for n in range(5):
        create_article(published=True, published_at=datetime(2026, 5, 3, n, tzinfo=UTC))
    editor.has_perm("articles.publish_article")

    with django_assert_num_queries(len(KINDS)):
        month = month_of(editor, MAY)

    assert (month.count, month.is_cut) == (3, True)
    assert MOST > 3


def test_when_the_next_text_of_a_live_article_appears_is_said_to_those_who_may_read_it(client, editor, moderator):
    article = create_article(published=True, published_at=datetime(2026, 5, 2, tzinfo=UTC))
    adopt(article, by=editor)
    Article.objects.filter(pk=article.pk).update(
        status=Article.Status.SCHEDULED,
        publish_at=datetime(2097, 3, 1, tzinfo=UTC),
        expire_at=datetime(2098, 3, 1, tzinfo=UTC),
    )
    addresses = [f"/admin/articles/article/{article.pk}/change/", "/admin/articles/article/?what=all"]
    said = []
    for person in (moderator, editor):
        client.force_login(person)
        pages = "".join(client.get(address).content.decode() for address in addresses)
        said.append([year in pages for year in ("2097", "2098")])

    assert said == [[False, False], [True, True]]
