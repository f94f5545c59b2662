"""The report of stale articles and the editorial log."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from articles.desk import log
from articles.models import Article, Authorship, EditorialEvent
from articles.newsroom.stale import AGEING, Place, Selection, place_of, reasons_of
from articles.workflow.saving import adopt
from articles.workflow.submitting import send_back, submit
from tests.factories import create_article, create_topic, create_user, create_writer

pytestmark = pytest.mark.django_db
STALE = "/admin/articles/article/stale/"
LOG = "/admin/articles/editorialevent/"
TODAY = date(2026, 6, 1)


@pytest.fixture
def ageing(monkeypatch):
    """Two of each reason, the longer overdue made last; and one that is in order."""
    today, now = timezone.localdate(), timezone.now()
    for n in (1, 2):
        days = timedelta(days=n)
        reviewed = {"published": True, "reviewed_on": today - timedelta(days=900), "updated_at": now}
        create_article(title=f"overdue {n}", review_due_on=today - days, **reviewed)
        create_article(title=f"changed {n}", published=True, review_due_on=today - days, updated_at=now)
        create_article(title=f"never {n}", published=True, published_at=now - days, updated_at=now)
        old = {"updated_at": now - timedelta(days=800) - days, "review_due_on": today + days}
        create_article(title=f"untouched {n}", **{**reviewed, **old})
    create_article(title="fine", **{**reviewed, "review_due_on": today})
    create_article(title="draft", updated_at=now - timedelta(days=2000))


IN_ORDER = [f"{reason} {n}" for reason in AGEING for n in (2, 1)]


def titles(articles):
    return [article.title for article in articles]


def rows(answer):
    return list(csv.reader(b"".join(answer.streaming_content).decode().lstrip("\ufeff").splitlines()))


def test_the_report_is_sorted_by_reason_and_then_by_how_long(editor, ageing):
    assert titles(Selection(editor).page(50)) == IN_ORDER
    for reason in AGEING:
        assert titles(Selection(editor, reason).page(50)) == [f"{reason} 2", f"{reason} 1"]


def test_an_article_with_two_reasons_stands_once_and_says_both(editor):
    today, now = timezone.localdate(), timezone.now()
    both = {"review_due_on": today - timedelta(days=1), "reviewed_on": today, "updated_at": now - timedelta(days=800)}
    create_article(published=True, **both)

    [article] = Selection(editor).page(50)

    assert [reason.name for reason in reasons_of(article)] == ["overdue", "untouched"]
    assert len(Selection(editor, "untouched").page(50)) == 1


def test_pages_of_any_length_together_are_the_whole_report(editor, ageing):
    Article.objects.filter(title__startswith="never").update(published_at=timezone.now() - timedelta(days=3))
    whole = titles(Selection(editor).page(50))
    for size in (1, 2, 3, 5):
        found, after = [], None
        while page := Selection(editor).page(size, after):
            found += titles(page)
            after = Place.read(str(place_of(page[-1])))
        assert found == whole


def test_a_writer_has_the_report_of_her_own_articles(client, writer, ageing):
    mine = Article.objects.get(title="never 1")
    Authorship.objects.create(article=mine, writer=writer.writer)
    client.force_login(writer)

    page = client.get(STALE).content.decode()

    assert "never 1" in page
    assert "never 2" not in page
    assert "overdue 1" not in page


def test_the_report_can_be_of_a_topic_with_those_below_it_and_of_a_writer(client, editor, ageing):
    top = create_topic()
    below, byline = create_topic(parent=top), create_writer()
    Article.objects.filter(title="never 1").update(topic=below)
    Authorship.objects.create(article=Article.objects.get(title="changed 2"), writer=byline)
    client.force_login(editor)

    of_topic = client.get(STALE, {"topic": top.pk})
    of_writer = client.get(STALE, {"writer": byline.pk, "csv": 1})

    assert titles(of_topic.context_data["articles"]) == ["never 1"]
    assert [row[0] for row in rows(of_writer)[1:]] == ["changed 2"]


def test_the_table_of_stale_articles_is_complete_and_harmless(client, editor, ageing, monkeypatch):
    monkeypatch.setattr("articles.newsroom.stale.CHUNK", 3)
    Article.objects.filter(title="overdue 2").update(title='=HYPERLINK("https://evil.example")')
    client.force_login(editor)

    answer = client.get(STALE, {"csv": 1})

    table = rows(answer)
    assert table[1][0] == '\'=HYPERLINK("https://evil.example")'
    assert [row[0] for row in table[2:]] == IN_ORDER[1:]
    assert "attachment" in answer["Content-Disposition"]


def test_an_odd_address_of_the_report_is_not_found(client, editor, ageing):
    client.force_login(editor)
    odd = ["after=x", "after=never,2026-01-01,1", "after=overdue,x,1", "after=untouched,,1", "reason=x", "topic=x"]
    ends = [f"after=never,{moment},1" for moment in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00")]
    for query in [*odd, *ends, "after=overdue,2026-01-01,99999999999999999999", "topic=99999999999999999999"]:
        assert client.get(f"{STALE}?{query}").status_code == 404, query
    assert client.get(f"{STALE}?reason=never&after=overdue,2026-01-01,1").status_code == 200


def test_a_page_of_the_report_costs_the_same_for_many(client, editor, ageing, django_assert_max_num_queries):
    client.force_login(editor)

    with django_assert_max_num_queries(14):
        assert client.get(STALE).status_code == 200


# --- The log -----------------------------------------------------------------------------------------------------------


def event(step="submit", **fields):
    article = fields.pop("article", None) or create_article()
    return EditorialEvent.objects.create(article=article, step=step, **fields)


def test_the_log_says_who_did_what_to_which_text_the_newest_first(client, editor, writer):
    article = create_article(title="Mine", writer=writer.writer)
    adopt(article, by=writer)
    submit(article, by=writer)
    send_back(article, by=editor, note="Shorter, please.")
    client.force_login(editor)

    page = client.get(LOG).content.decode()

    assert page.index("Send back") < page.index("Shorter, please.") < page.index("Nadia Okafor")
    assert f"/admin/articles/article/{article.pk}/compare/?to=1" in page


def test_the_log_can_be_searched_by_step_person_article_and_day(editor, settings):
    settings.TIME_ZONE = "UTC"
    colleague = create_user(role="Editor")
    article = create_article()
    wanted = event("publish", by=colleague, article=article, at=datetime(2026, 5, 3, 23, 59, tzinfo=UTC))
    event("publish", by=colleague, article=article, at=datetime(2026, 5, 4, 0, 0, tzinfo=UTC))
    event("publish", by=editor, article=article, at=wanted.at)
    event("submit", by=colleague, article=article, at=wanted.at)
    event("publish", by=colleague, at=wanted.at)
    day = date(2026, 5, 3)

    found = log.Selection(step="publish", by=colleague, article=article, first=day, last=day).page(9)

    assert found == [wanted]


def test_pages_of_the_log_together_are_the_whole_log(editor):
    """Also where several things happened at once."""
    moment = timezone.now()
    events = [event(at=moment - timedelta(minutes=n // 3)) for n in range(9)]
    found, before = [], None
    while page := log.Selection().page(2, before):
        found += page
        before = log.read_place(log.place_of(page[-1]))

    assert found == sorted(events, key=lambda each: (each.at, each.pk), reverse=True)


def test_an_odd_question_of_the_log_is_answered(client, editor):
    client.force_login(editor)
    event()
    for query in (
        "first=x",
        "by=x",
        "article=99999999999999999999",
        "step=nothing",
        "first=2026-05-04&last=2026-05-03",
        "first=0001-01-01&last=9999-12-31",
    ):
        assert client.get(f"{LOG}?{query}").status_code == 200, query
        assert client.get(f"{LOG}csv/?{query}").getvalue(), query
    for before in ("x,y", "0001-01-01T00:00:00%2B14:00,1", "9999-12-31T23:59:59-14:00,1"):
        assert client.get(f"{LOG}?before={before}").status_code == 404, before


def test_the_log_goes_into_a_table_with_nothing_that_a_spreadsheet_would_run(client, editor, monkeypatch):
    monkeypatch.setattr("articles.desk.log.CHUNK", 2)
    for n in range(5):
        event(note=f"@note {n}")
    client.force_login(editor)

    table = rows(client.get(f"{LOG}csv/", {"step": "submit"}))

    assert [row[-1] for row in table[1:]] == [f"'@note {n}" for n in (4, 3, 2, 1, 0)]


def test_nobody_changes_the_log_and_only_editors_read_it(client, administrator, reviewer, writer):
    row = event(note="As it was.", article=create_article(title="A draft"))
    client.force_login(administrator)
    client.post(f"{LOG}{row.pk}/change/", {"note": "Otherwise"})
    client.post(f"{LOG}{row.pk}/delete/", {"post": "yes"})
    client.post(LOG, {"action": "delete_selected", "_selected_action": row.pk})
    assert EditorialEvent.objects.get().note == "As it was."

    for user in (reviewer, writer):
        client.force_login(user)
        for address in (LOG, f"{LOG}csv/", f"{LOG}{row.pk}/change/"):
            answer = client.get(address)
            assert (answer.status_code, b"A draft" in answer.content) == (403, False)


def test_a_draft_can_still_be_deleted_with_what_happened_to_it(client, administrator):
    article = event().article
    client.force_login(administrator)

    client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})

    assert not Article.objects.exists()


def test_a_page_of_the_log_costs_the_same_for_many(client, editor, django_assert_max_num_queries):
    for _n in range(5):
        event(by=editor)
    client.force_login(User.objects.get(pk=editor.pk))

    with django_assert_max_num_queries(6):
        assert client.get(LOG).status_code == 200
