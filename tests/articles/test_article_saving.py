import re

import pytest
from django.utils.html import escape

from articles.models import Article, FormerAddress, Reference
from articles.workflow.publishing import publish
from articles.workflow.saving import adopt
from articles.workflow.submitting import submit
from tests.articles.article_form import form_data, url
from tests.factories import create_article


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


def test_what_two_people_changed_in_different_places_is_put_together(client, writer, editor, draft):
    stale = form_data(draft, summary="In short.", body="<p>Text.</p><p>Nadia’s paragraph.</p>")
    client.force_login(editor)
    client.post(url("change", draft.pk), form_data(draft, summary="What Edda typed"))
    client.force_login(writer)

    response = client.post(url("change", draft.pk), stale)

    draft.refresh_from_db()
    assert response.status_code == 302
    assert (draft.summary, draft.body) == ("What Edda typed", "<p>Text.</p><p>Nadia’s paragraph.</p>")


def test_a_stale_save_overwrites_nothing_and_loses_nothing(client, writer, editor, draft):
    stale = form_data(draft, summary="What Nadia typed", body="<p>Nadia’s long text.</p>")
    client.force_login(editor)
    client.post(url("change", draft.pk), form_data(draft, summary="What Edda typed"))
    client.force_login(writer)

    response = client.post(url("change", draft.pk), stale)

    page = response.content.decode()
    draft.refresh_from_db()
    assert response.status_code == 409
    assert draft.summary == "What Edda typed"
    assert "Edda saved this article" in page
    assert [words for words in ("What Nadia typed", "Nadia’s long text.", "What Edda typed") if words not in page] == []


def test_a_clash_of_texts_too_long_to_be_taken_apart_says_so(client, writer, editor, draft, monkeypatch):
    stale = form_data(draft, body="<p>Text, says Nadia.</p>")
    client.force_login(editor)
    client.post(url("change", draft.pk), form_data(draft, body="<p>Words, says Edda.</p>"))
    client.force_login(writer)
    assert "too long to be compared" not in client.post(url("change", draft.pk), stale).content.decode()

    monkeypatch.setattr("edge.sequences.MOST_SEQUENCES", 0)

    assert "too long to be compared" in client.post(url("change", draft.pk), stale).content.decode()


@pytest.mark.parametrize(("side", "summary"), [("mine", "What Nadia typed"), ("theirs", "What Edda typed")])
def test_after_a_conflict_the_person_chooses_and_the_other_words_stay_in_the_history(
    client, writer, editor, draft, side, summary
):
    stale = form_data(draft, summary="What Nadia typed", key_points="A point of hers")
    client.force_login(editor)
    client.post(url("change", draft.pk), form_data(draft, summary="What Edda typed"))
    draft.refresh_from_db()
    client.force_login(writer)

    client.post(url("change", draft.pk), stale)
    client.post(url("change", draft.pk), {**stale, "settled_with": draft.edition, "choice-0": side})

    draft.refresh_from_db()
    assert (draft.summary, draft.key_points) == (summary, "A point of hers")
    kept = {revision.content["summary"] for revision in draft.revisions.all()}
    assert kept == {"In short.", "What Edda typed", "What Nadia typed"}


@pytest.fixture
def clash(client, writer, editor, draft):
    """What Nadia's form sends; Edda has changed the same words meanwhile."""
    stale = form_data(draft, title="Hers", summary="What Nadia typed", body="<p>Her text.</p>")
    client.force_login(editor)
    client.post(url("change", draft.pk), form_data(draft, summary="What Edda typed", body="<p>Another text.</p>"))
    draft.refresh_from_db()
    client.force_login(writer)
    return stale


def test_a_conflict_can_be_settled_in_other_words(client, draft, clash):
    asked = client.post(url("change", draft.pk), clash)
    assert "What Nadia typed\nWhat Edda typed</textarea>" in asked.text
    assert "'nonce-" in asked["Content-Security-Policy"]  # for the editor
    assert escape("<p>Her text.</p><p>Another text.</p>") in asked.text

    words = {"other-0": " What both\r\nsay", "other-1": "<p>One text <script>alert(1)</script>of two.</p>"}
    choices = {"choice-0": "other", "choice-1": "other", "settled_with": draft.edition}
    client.post(url("change", draft.pk), {**clash, **choices, **words})

    draft.refresh_from_db()
    assert (draft.title, draft.summary, draft.body) == ("Hers", "What both say", "<p>One text of two.</p>")


def test_other_words_come_back_when_somebody_is_faster_again(client, draft, clash):
    choices = {"choice-0": "other", "choice-1": "mine", "settled_with": draft.edition - 1, "other-0": "Of both"}

    page = client.post(url("change", draft.pk), {**clash, **choices}).text
    assert "Of both</textarea>" in page
    assert re.search(r'name="choice-0" value="other"\s+checked', page)


def test_from_a_conflict_one_comes_back_to_what_one_wrote(client, draft, clash):
    page = client.post(
        url("change", draft.pk), {**clash, "settled_with": draft.edition, "choice-0": "mine", "_back": "1"}
    )

    assert page.status_code == 200
    assert "What Nadia typed" in page.text
    assert "data-unsent" in page.text
    assert "Please correct" not in page.text
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("My draft", "What Edda typed")


def test_a_choice_between_two_versions_does_not_overwrite_a_third(client, writer, editor, draft):
    stale = form_data(draft, summary="What Nadia typed")
    client.force_login(editor)
    for words in ("First", "Second"):
        client.post(url("change", draft.pk), form_data(draft, summary=words))
        draft.refresh_from_db()
    client.force_login(writer)

    response = client.post(url("change", draft.pk), {**stale, "settled_with": draft.edition - 1, "choice-0": "mine"})

    draft.refresh_from_db()
    assert (response.status_code, draft.summary) == (409, "Second")


def test_text_typed_into_an_article_that_was_submitted_meanwhile_comes_back(client, writer, draft):
    data = form_data(draft, body="<p>A last thought.</p>", key_points="One")
    submit(draft, by=writer)
    client.force_login(writer)

    response = client.post(url("change", draft.pk), data)

    draft.refresh_from_db()
    assert response.status_code == 403
    assert "A last thought." in response.content.decode()
    assert "submitted now and cannot be changed" in response.content.decode()
    assert "last thought" not in draft.body


def test_the_form_of_an_article_that_is_gone_is_not_found(client, editor, draft):
    client.force_login(editor)
    address, data = url("change", draft.pk), form_data(draft)
    draft.delete()

    assert client.post(address, data).status_code == 404


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
    publish(article, by=editor)
    client.force_login(editor)

    client.post(url("change", article.pk), form_data(article, slug="new"))
    assert client.get("/articles/old/").status_code == 200
    publish(Article.objects.get(pk=article.pk), by=editor)

    assert FormerAddress.objects.get().path == "/articles/old/"
    assert client.get("/articles/old/").headers["Location"] == "/articles/new/"


def test_sources_get_their_numbers_by_themselves(client, writer, draft):
    client.force_login(writer)

    client.post(url("change", draft.pk), form_data(draft, references=[{"text": "First"}, {"text": "Second"}]))

    assert list(draft.references.values_list("number", "text")) == [(1, "First"), (2, "Second")]


def test_sources_can_trade_numbers_and_keep_them_when_one_goes(client, writer, draft):
    for number in (1, 2, 3):
        Reference.objects.create(article=draft, number=number, text=f"Source {number}", doi="https")
    adopt(draft, by=writer)
    client.force_login(writer)
    rows = [
        {"place": 3, "text": "Source 1", "doi": "doi:10.1/x"},
        {"place": 2, "text": "Source 2", "DELETE": "on"},
        {"place": 1, "text": "Source 3"},
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
