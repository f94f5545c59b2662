from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Authorship, FormerAddress, Reference
from articles.revisions import record
from tests.factories import create_article, create_topic, create_user, create_writer

CHANGE = "admin:articles_article_change"


def url(name, *args):
    return reverse(f"admin:articles_article_{name}", args=args)


def form_data(article=None, **fields):
    """What the form of this article posts; `references` is a list of rows."""
    rows = fields.pop("references", [])
    data = {
        "title": article.title if article else "New",
        "slug": article.slug if article else "",
        "summary": "In short.",
        "body": "<p>Text.</p>",
        "topic": (article.topic if article else create_topic()).pk,
        "started_from": article.edition if article else 0,
        "references-TOTAL_FORMS": len(rows),
        "references-INITIAL_FORMS": len([row for row in rows if row.get("id")]),
        "authorships-TOTAL_FORMS": 0,
        "authorships-INITIAL_FORMS": 0,
        "_continue": "1",
        **fields,
    }
    for number, row in enumerate(rows):
        data |= {f"references-{number}-{name}": value for name, value in {"place": "", "text": "", **row}.items()}
    return data


@pytest.fixture
def draft(writer):
    article = create_article(writer=writer.writer, title="My draft", slug="my-draft")
    record(article, writer)
    return article


def test_a_new_article_is_a_draft_with_its_writers_byline(client, writer):
    client.force_login(writer)

    response = client.post(url("add"), form_data(title="Sleep", body="<p>Words.</p>"))

    article = Article.objects.get()
    assert response.status_code == 302
    assert (article.status, article.slug) == ("draft", "sleep")
    assert list(article.writers.all()) == [writer.writer]
    assert article.revisions.get().by == writer
    assert article.body_html == "<p>Words.</p>"


def test_a_draft_may_be_incomplete(client, writer):
    client.force_login(writer)

    client.post(url("add"), form_data(title="Only a title", body="", summary=""))

    assert Article.objects.get().title == "Only a title"


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

    rows = {"authorships-TOTAL_FORMS": 1, "authorships-0-writer": other.pk, "authorships-0-position": 1}
    client.post(url("change", draft.pk), form_data(draft, **rows))

    assert draft.writers.count() == 2


def test_nothing_is_deleted_that_readers_have_seen(client, administrator):
    public, drafted = create_article(published=True), create_article()
    client.force_login(administrator)

    assert client.post(url("delete", public.pk), {"post": "yes"}).status_code == 403
    assert client.post(url("delete", drafted.pk), {"post": "yes"}).status_code == 302
    assert list(Article.objects.all()) == [public]


# --- Saving ------------------------------------------------------------------------------------------------------


def test_a_save_leaves_the_status_alone_whatever_happens_meanwhile(client, editor, monkeypatch):
    article = create_article(status="approved")
    client.force_login(editor)
    from articles.admin.articles import ArticleAdmin

    save = ArticleAdmin.save_model

    def publish_first(self, *args):
        Article.objects.filter(pk=article.pk).update(status="submitted")
        save(self, *args)

    monkeypatch.setattr(ArticleAdmin, "save_model", publish_first)
    client.post(url("change", article.pk), form_data(article, title="Other"))

    article.refresh_from_db()
    assert (article.title, article.status) == ("Other", "submitted")


def test_saving_and_submitting_is_one_button(client, writer, draft):
    client.force_login(writer)

    client.post(url("change", draft.pk), form_data(draft, body="<p>Last words.</p>", _step="submit"))

    draft.refresh_from_db()
    assert (draft.status, draft.body) == ("submitted", "<p>Last words.</p>")
    assert draft.events.get().revision == draft.latest_revision


def test_an_unfinished_draft_is_saved_though_it_cannot_be_submitted(client, writer, draft):
    client.force_login(writer)

    response = client.post(
        url("change", draft.pk), form_data(draft, title="Kept", body="", _step="submit"), follow=True
    )

    draft.refresh_from_db()
    assert (draft.status, draft.title) == ("draft", "Kept")
    assert "Still missing: the text." in response.content.decode()


def test_a_stale_save_overwrites_nothing_and_loses_nothing(client, writer, editor, draft):
    stale = form_data(draft, summary="What Nadia typed", body="<p>Nadia’s long text.</p>")
    client.force_login(editor)
    client.post(url("change", draft.pk), form_data(draft, summary="What Edda typed"))
    client.force_login(writer)

    response = client.post(url("change", draft.pk), stale)

    page = response.content.decode()
    draft.refresh_from_db()
    assert response.status_code == 200
    assert draft.summary == "What Edda typed"
    assert "Edda saved this article while you were writing" in page
    assert "What Nadia typed" in page
    assert "Nadia’s long text." in page
    assert "What Edda typed" in page


def test_after_a_conflict_her_text_goes_on_top_only_when_she_says_so(client, writer, editor, draft):
    stale = form_data(draft, summary="What Nadia typed")
    draft.summary = "What Edda typed"
    draft.save()
    record(draft, editor)
    client.force_login(writer)

    client.post(url("change", draft.pk), stale)
    client.post(url("change", draft.pk), {**stale, "overwrite": draft.edition})

    draft.refresh_from_db()
    assert draft.summary == "What Nadia typed"
    assert [revision.content["summary"] for revision in draft.revisions.all()][:2] == [
        "What Nadia typed",
        "What Edda typed",
    ]


def test_agreeing_to_overwrite_one_version_does_not_overwrite_the_next(client, writer, editor, draft):
    stale = form_data(draft, summary="What Nadia typed")
    for words in ("First", "Second"):
        draft.summary = words
        draft.save()
        record(draft, editor)
    client.force_login(writer)

    client.post(url("change", draft.pk), {**stale, "overwrite": draft.edition - 1})

    draft.refresh_from_db()
    assert draft.summary == "Second"


def test_text_typed_into_an_article_that_was_submitted_meanwhile_comes_back(client, writer, draft):
    data = form_data(draft, body="<p>A last thought.</p>", key_points="One")
    draft.submit(by=writer)
    client.force_login(writer)

    response = client.post(url("change", draft.pk), data)

    draft.refresh_from_db()
    assert response.status_code == 403
    assert "A last thought." in response.content.decode()
    assert "submitted now and cannot be changed" in response.content.decode()
    assert "last thought" not in draft.body


@pytest.mark.parametrize("name", ["add", "change"])
def test_text_typed_before_the_session_ended_comes_back(client, writer, draft, name):
    response = client.post(
        url(name, *([draft.pk] if name == "change" else [])), form_data(draft, get_help="Call & shout <now>")
    )

    assert response.status_code == 401
    assert "Call &amp; shout &lt;now&gt;" in response.content.decode()


def test_a_form_whose_token_has_grown_old_gives_every_word_back(writer, draft):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(writer)

    response = client.post(
        url("change", draft.pk),
        form_data(draft, body="<p>An hour.</p>", key_points="A point", references=[{"text": "A source"}]),
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert [words for words in ("An hour.", "A point", "A source") if words not in page] == []


def test_a_text_of_unlikely_length_is_refused_and_kept(client, writer, draft):
    client.force_login(writer)

    response = client.post(url("change", draft.pk), form_data(draft, body=f"<p>{'long ' * 70_000}</p>"))

    assert "is the most an article can hold" in response.content.decode()
    assert response.content.count(b"long ") >= 70_000


@pytest.mark.parametrize(
    "words", ["\x00", "<script>alert(1)</script>", "{{ 7|add:7 }}", "\u202e", "🌿" * 100, "%s' OR 1=1 --"]
)
def test_hostile_words_in_every_field_end_in_a_page_and_run_nothing(client, writer, draft, words):
    client.force_login(writer)
    fields = dict.fromkeys(["title", "slug", "summary", "body", "key_points", "get_help"], words)

    response = client.post(
        url("change", draft.pk), form_data(draft, references=[dict.fromkeys(["text", "url", "doi"], words)], **fields)
    )

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_hostile_html_in_the_text_is_cleaned_and_the_page_of_it_is_harmless(client, writer, draft):
    client.force_login(writer)
    hostile = (
        '<p onclick="x()">Hi</p><script>alert(1)</script><a href="javascript:x()">a</a><img src="//evil.example/a.png">'
    )

    client.post(url("change", draft.pk), form_data(draft, body=hostile, key_points="<script>alert(1)</script>"))

    draft.refresh_from_db()
    assert "Hi" in draft.body
    assert not [bad for bad in ("script", "onclick", "evil") if bad in draft.body + draft.body_html]
    assert "<script>alert" not in client.get(url("preview", draft.pk)).content.decode()


# --- Addresses and sources ---------------------------------------------------------------------------------------


def test_a_new_address_leads_readers_of_the_old_one_on(client, editor):
    article = create_article(slug="old")
    article.publish(by=editor)
    client.force_login(editor)

    client.post(url("change", article.pk), form_data(article, slug="new"))

    assert FormerAddress.objects.get().path == "/articles/old/"
    assert client.get("/articles/old/").headers["Location"] == "/articles/new/"


def test_sources_get_their_numbers_by_themselves(client, writer, draft):
    client.force_login(writer)

    client.post(url("change", draft.pk), form_data(draft, references=[{"text": "First"}, {"text": "Second"}]))

    assert list(draft.references.values_list("number", "text")) == [(1, "First"), (2, "Second")]


def test_sources_can_trade_numbers_and_keep_them_when_one_goes(client, writer, draft):
    first, second, third = (
        Reference.objects.create(article=draft, number=n, text=f"Source {n}", doi="https") for n in (1, 2, 3)
    )
    record(draft, writer)
    client.force_login(writer)
    rows = [
        {"id": first.pk, "place": 3, "text": "Source 1", "doi": "doi:10.1/x"},
        {"id": second.pk, "place": 2, "text": "Source 2", "DELETE": "on"},
        {"id": third.pk, "place": 1, "text": "Source 3"},
        {"place": "", "text": "New"},
    ]

    client.post(url("change", draft.pk), form_data(draft, references=rows))

    assert list(draft.references.values_list("number", "text")) == [(1, "Source 3"), (3, "Source 1"), (4, "New")]
    assert draft.references.get(number=3).link == "https://doi.org/10.1/x"


def test_two_sources_with_one_number_are_refused_in_words(client, writer, draft):
    client.force_login(writer)

    response = client.post(
        url("change", draft.pk), form_data(draft, references=[{"place": 1, "text": "A"}, {"place": 1, "text": "B"}])
    )

    assert "Another source already has this number." in response.content.decode()
    assert not Reference.objects.exists()


def test_a_marker_without_a_source_is_mentioned(client, writer, draft):
    client.force_login(writer)

    response = client.post(url("change", draft.pk), form_data(draft, body="<p>Known [7].</p>"), follow=True)

    assert "points at [7]" in response.content.decode()


# --- Steps -------------------------------------------------------------------------------------------------------


def test_an_editor_sends_back_with_a_note_that_the_writer_reads(client, editor, writer, draft):
    draft.submit(by=writer)
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
    record(article, editor)
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
    draft.submit(by=writer)
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

    with django_assert_max_num_queries(14):
        client.get(url("changelist"))
