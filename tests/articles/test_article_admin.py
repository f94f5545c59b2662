import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Authorship
from articles.workflow.saving import adopt
from articles.workflow.submitting import submit
from tests.articles.article_form import form_data, url
from tests.factories import create_article, create_image, create_topic, create_user, create_writer


def test_a_new_article_is_a_draft_with_its_writers_byline(client, writer):
    client.force_login(writer)

    response = client.post(url("add"), form_data(title="Sleep", body="<p>Words.</p>"))

    article = Article.objects.get()
    assert response.status_code == 302
    assert (article.status, article.slug) == ("draft", "sleep")
    assert list(article.writers.all()) == [writer.writer]
    assert article.revisions.get().by == writer
    assert article.body == "<p>Words.</p>"


def test_a_draft_may_be_incomplete(client, writer):
    client.force_login(writer)

    client.post(url("add"), form_data(title="Only a title", body="", summary=""))

    assert Article.objects.get().title == "Only a title"


def test_the_page_shows_its_picture_and_asks_again_for_one_that_is_not_there(client, editor, draft):
    image = create_image(alt="A kettle")
    client.force_login(editor)
    for number, shown in ((image.pk, True), (image.pk + 1, False), ("9" * 5000, False), ("x", False)):
        page = client.post(url("change", draft.pk), form_data(slug="!", image=number))
        assert (f'/image/{image.pk}/change/">A kettle</a>' in page.text) == shown


def test_two_articles_of_the_same_title_get_addresses_of_their_own(client, writer):
    create_article(slug="sleep")
    client.force_login(writer)

    client.post(url("add"), form_data(title="Sleep", slug="sleep"))

    assert Article.objects.latest("id").slug == "sleep-2"


def test_a_writer_sees_her_own_articles_and_what_is_published(client, writer, draft):
    create_article(title="Somebody elses draft")
    create_article(title="Somebody elses article", published=True)
    client.force_login(writer)

    mine = client.get(url("changelist")).content.decode()
    everything = client.get(url("changelist"), {"what": "all"}).content.decode()

    assert "My draft" in mine
    assert "Somebody" not in mine
    assert "Somebody elses article" in everything
    assert "Somebody elses draft" not in everything


def test_an_editor_opens_the_list_on_what_waits_oldest_first(client, editor):
    now = timezone.now()
    create_article(title="Newer", status="submitted", submitted_at=now)
    create_article(title="Older", status="submitted", submitted_at=now - timedelta(days=1))
    create_article(title="Unfinished")
    client.force_login(editor)

    page = client.get(url("changelist")).content.decode()

    assert page.index("Older") < page.index("Newer")
    assert "Unfinished" not in page


def test_a_search_looks_everywhere(client, editor):
    create_article(title="Sleep and shifts", published=True)
    client.force_login(editor)

    assert "Sleep and shifts" in client.get(url("changelist"), {"q": "shifts"}).content.decode()


# --- What nobody may reach -------------------------------------------------------------------------------------


def may_open(client, address, method="get", data=None):
    return getattr(client, method)(address, data).status_code == 200


VISIBLE = {
    "own writer": {"draft", "submitted", "in_review", "published", "archived"},
    "other writer": {"published"},
    "editor": {"draft", "submitted", "in_review", "published", "archived"},
    "reviewer": {"submitted", "in_review", "published"},
    "moderator": {"published"},
    "newsletter editor": {"published"},
    "reader": set(),
    "nobody": set(),
}


@pytest.mark.parametrize("role", VISIBLE)
@pytest.mark.parametrize("view", ["change", "preview", "history"])
def test_who_may_look_into_an_article(client, request, db, role, view):
    owner = create_user(role="Writer", byline=True)
    names = {"own writer": owner, "other writer": "writer", "newsletter editor": "newsletter_editor"}
    if role != "nobody":
        name = names.get(role, role)
        client.force_login(owner if name is owner else request.getfixturevalue(name))

    for status in ("draft", "submitted", "in_review", "published", "archived"):
        article = create_article(writer=owner.writer, status=status, published=status == "published")
        assert may_open(client, url(view, article.pk)) == (status in VISIBLE[role]), status


# Takes over a second: everybody tries every way, and is shown the long form again.
@pytest.mark.parametrize("role", ["writer", "reviewer", "moderator", "newsletter_editor", "reader"])
def test_nobody_but_an_editor_publishes_by_any_way_into_the_admin(client, request, role):
    user = request.getfixturevalue(role)
    own = getattr(user, "writer", None)
    client.force_login(user)
    for status in ("draft", "submitted", "approved"):
        article = create_article(writer=own, status=status)
        later = timezone.localtime() + timedelta(days=1)
        ways = [
            (url("step", article.pk, "publish"), {}),
            (url("step", article.pk, "approve"), {}),
            (url("step", article.pk, "schedule"), {"at": later.strftime("%Y-%m-%dT%H:%M")}),
            (url("change", article.pk), form_data(article, status="published", published_at=later, _step="publish")),
            (url("change", article.pk), form_data(article, status="published", _save="1")),
            (url("changelist"), {"action": "publish", "_selected_action": [article.pk]}),
            (url("preview", article.pk), {"status": "published"}),
            (url("history", article.pk), {"status": "published"}),
        ]
        for address, data in ways:
            client.post(address, data)
            client.get(address, data)

        article.refresh_from_db()
        assert article.status == status
        assert article.published_at is None


def test_a_get_of_a_step_changes_nothing(client, editor):
    article = create_article(status="submitted")
    client.force_login(editor)

    response = client.get(url("step", article.pk, "publish"))

    article.refresh_from_db()
    assert response.status_code == 200
    assert article.status == "submitted"


def test_steps_need_the_forms_token(editor):
    from django.test import Client

    article = create_article(status="submitted")
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)

    assert client.post(url("step", article.pk, "publish")).status_code == 403
    article.refresh_from_db()
    assert article.status == "submitted"


def test_a_writer_cannot_put_a_name_over_her_article_or_take_one_away(client, writer, draft):
    other = create_writer()
    client.force_login(writer)

    rows = {"authorships-TOTAL_FORMS": 1, "authorships-0-writer": other.pk, "authorships-0-position": 0}
    client.post(url("change", draft.pk), form_data(draft, **rows))

    assert list(draft.writers.all()) == [writer.writer]


def test_an_editor_sets_the_byline(client, editor, draft):
    other = create_writer()
    client.force_login(editor)

    rows = {"authorships-TOTAL_FORMS": 2, "authorships-0-writer": draft.writers.get().pk, "authorships-0-position": 1}
    rows |= {"authorships-1-writer": other.pk, "authorships-1-position": 0}
    client.post(url("change", draft.pk), form_data(draft, **rows))

    assert draft.byline() == [other, draft.writers.exclude(pk=other.pk).get()]


def test_nothing_is_deleted_that_readers_have_seen(client, administrator):
    public, drafted = create_article(published=True), create_article()
    client.force_login(administrator)

    assert client.post(url("delete", public.pk), {"post": "yes"}).status_code == 403
    assert client.post(url("delete", drafted.pk), {"post": "yes"}).status_code == 302
    assert list(Article.objects.all()) == [public]


# --- Steps -------------------------------------------------------------------------------------------------------


def test_an_editor_sends_back_with_a_note_that_the_writer_reads(client, editor, writer, draft):
    submit(draft, by=writer)
    client.force_login(editor)

    empty = client.post(url("step", draft.pk, "send_back"), {"note": " "}, follow=True)
    assert "Please say what should change" in empty.content.decode()
    client.post(url("step", draft.pk, "send_back"), {"note": "Where is this figure from?"})

    client.force_login(writer)
    assert "Where is this figure from?" in client.get(url("change", draft.pk)).content.decode()


def test_an_editor_schedules(client, editor):
    article = create_article(status="approved")
    client.force_login(editor)
    at = (timezone.localtime() + timedelta(days=1)).replace(second=0, microsecond=0)

    past = client.post(url("step", article.pk, "schedule"), {"at": "2020-01-01T10:00"})
    assert "This moment has passed" in past.content.decode()
    client.post(url("step", article.pk, "schedule"), {"at": at.strftime("%Y-%m-%dT%H:%M")})

    article.refresh_from_db()
    assert (article.status, article.publish_at) == ("scheduled", at)


def test_a_reviewer_passes_with_scope_and_next_date(client, reviewer):
    reviewer.writer.is_medical_professional = True
    reviewer.writer.save()
    article = create_article(status="in_review")
    client.force_login(reviewer)

    client.post(url("step", article.pk, "pass_review"), {"scope": "The figures", "next_due_on": "2028-10-01"})

    assert article.reviews.get().scope == "The figures"


def test_a_step_about_a_text_that_changed_meanwhile_is_not_taken(client, editor):
    article = create_article(status="submitted")
    adopt(article, by=editor)
    client.force_login(editor)

    response = client.post(url("step", article.pk, "publish"), {"edition": 0}, follow=True)

    article.refresh_from_db()
    assert article.status == "submitted"
    assert "has changed the text since you opened it" in response.content.decode()


def test_the_buttons_are_the_steps_this_person_may_take(client, writer, editor, draft):
    client.force_login(writer)
    page = client.get(url("change", draft.pk)).content.decode()
    assert 'name="_step" value="submit"' in page
    assert 'value="publish"' not in page

    client.force_login(editor)
    assert 'name="_step" value="publish"' in client.get(url("change", draft.pk)).content.decode()


def test_the_history_tells_events_and_revisions(client, writer, draft):
    submit(draft, by=writer)
    client.force_login(writer)

    page = client.get(url("history", draft.pk)).content.decode()

    assert "Submit" in page
    assert "revision 1" in page


def test_the_preview_is_the_page_to_come_and_says_so(client, writer, draft):
    client.force_login(writer)

    response = client.get(url("preview", draft.pk))

    page = response.content.decode()
    assert "A preview: this article is draft." in page
    assert "<p>Text.</p>" in page
    assert "no-store" in response.headers["Cache-Control"]


def test_a_writer_without_a_byline_cannot_begin(client, db):
    client.force_login(create_user(role="Writer"))

    assert client.get(url("add")).status_code == 403


def test_the_list_needs_as_many_queries_for_fifty_as_for_one(client, editor, django_assert_max_num_queries):
    client.force_login(editor)
    topic, writer = create_topic(), create_writer()
    articles = [create_article(status="submitted", topic=topic, writer=writer) for _ in range(50)]
    Authorship.objects.bulk_create([Authorship(article=article, writer=create_writer()) for article in articles[:5]])

    with django_assert_max_num_queries(8):
        page = client.get(url("changelist"))
    assert len(page.context["cl"].result_list) == 50


def test_what_has_no_title_yet_is_called_by_its_day_and_leads_there(client, writer):
    article = create_article(writer=writer.writer, title="")
    Article.objects.filter(pk=article.pk).update(created_at=datetime(2026, 11, 3, 12, tzinfo=UTC))
    client.force_login(writer)

    page = client.get("/admin/articles/article/?what=all").text

    link = re.search(rf'<a href="{url("change", article.pk)}[^"]*">([^<]+)', page)
    assert re.fullmatch(r"Untitled draft of (November 3|3 November)", link[1])


def test_what_a_step_has_made_public_is_linked_and_so_is_every_published_article(client, editor):
    article = create_article(title="Sleep", slug="sleep")
    adopt(article, by=editor)
    client.force_login(editor)

    page = client.post(url("step", article.pk, "publish"), {"edition": article.edition}, follow=True).text

    assert page.count('href="/articles/sleep/"') == 2
    client.post(url("step", article.pk, "archive"), {"edition": article.edition, "note": "Old."})
    assert 'href="/articles/sleep/"' not in client.get(url("change", article.pk)).text
