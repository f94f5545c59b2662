"""Notes to the writer: at their paragraph, resolved one by one, and nobody else's business."""

import json
import time
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.desk.notes import find, paragraphs_of
from articles.models import Article, Note
from articles.models.steps import NotAllowed, NotReady
from articles.rendering import render_html
from articles.workflow.notes import add_note, reopen_note, resolve_note, take_back_note
from articles.workflow.saving import adopt, write
from articles.workflow.submitting import send_back, submit
from tests.articles.article_form import form_data, url
from tests.factories import create_article, create_user

BODY = "<p>People sleep best in a dark and quiet room.</p><h2>When to ask</h2><p>Ask your doctor when you are tired all day long.</p>"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def submitted(writer):
    article = create_article(writer=writer.writer, body=BODY)
    adopt(article, by=writer)
    submit(article, by=writer)
    return article


def add(article, by, text="Shorter, please.", quote="Ask your doctor when you are tired all day long."):
    return add_note(article, by=by, text=text, quote=quote)


def place_of(article, note):
    return find(paragraphs_of(Article.objects.get(pk=article.pk).content["body"]), [note.quote])[0]


# --- Finding the paragraph again -----------------------------------------------------------------------------------------


def test_a_note_follows_its_paragraph_through_moves_and_edits(editor, submitted):
    note = add(submitted, editor)
    for body, place in [
        ("<p>A new beginning of it all.</p>" + BODY, 3),
        (BODY.replace("all day long", "for weeks, even on holiday"), 2),
        (BODY.replace("doctor", "<strong>doctor</strong>"), 2),
        (BODY.replace("<p>Ask your doctor when you are tired all day long.</p>", "<p>Call us at night.</p>"), None),
        ("", None),
    ]:
        write(submitted, {**submitted.content, "body": body}, by=editor, since=submitted.edition)
        assert place_of(submitted, note) == place


def test_neither_a_footnote_nor_its_sign_is_among_the_words_of_a_paragraph():
    written = '<p>So<span data-footnote="">See <em>there</em>.</span> it is [1].</p>'
    read = render_html(written, references={1}, images={})

    assert 'class="note"' in read
    assert paragraphs_of(written) == ["So it is [1]."] == paragraphs_of(read)[:1]


def test_short_headings_are_found_by_their_letters_and_lists_and_pictures_by_their_words():
    html = '<h2>When to ask</h2><ul><li>One night</li><li>Two nights</li></ul><figure><img src="/media/a.png" alt="A dark room"></figure>'

    assert paragraphs_of(html) == ["When to ask", "One night Two nights", "A dark room"]
    assert find(paragraphs_of(html), ["When to ask?", "One night Two weeks", "A dark room", "", "nothing of it"]) == [
        0, 1, 2, None, None,
    ]  # fmt: skip


def test_finding_many_notes_in_a_long_hostile_text_takes_no_time_to_speak_of():
    chance = Random(3)
    for words, length in (("sleep pain doctor night helps often morning people", 120), ("a b", 300)):
        paragraphs = [" ".join(chance.choices(words.split(), k=length)) for _n in range(5_000)]
        quotes = [" ".join(chance.choices(words.split(), k=length)) for _n in range(1_000)]
        began = time.thread_time()

        find(paragraphs, quotes)

        assert time.thread_time() - began < 5, words


# --- Who may -------------------------------------------------------------------------------------------------------------


def test_whoever_may_read_the_draft_may_note_and_nobody_else(writer, editor, reviewer, administrator, submitted):
    for user in (writer, editor, reviewer, administrator):
        assert add(submitted, user).by == user
    for user in (create_user(role="Writer", byline=True), create_user(role="Moderator"), create_user()):
        with pytest.raises(NotAllowed):
            add(submitted, user)


def test_writers_and_editors_settle_notes_and_only_her_own_is_taken_back(writer, editor, reviewer, submitted):
    note = add(submitted, reviewer)
    for user in (reviewer, create_user(role="Writer", byline=True)):
        with pytest.raises(NotAllowed):
            resolve_note(note, by=user)
    for user in (writer, editor):
        resolve_note(note, by=user)
        with pytest.raises(NotAllowed):
            take_back_note(note, by=reviewer)  # it is settled
        reopen_note(note, by=user)
        with pytest.raises(NotAllowed):
            take_back_note(note, by=user)
    take_back_note(note, by=reviewer)

    assert not submitted.notes.exists()


def test_only_so_many_notes_are_open_at_a_time(editor, submitted, monkeypatch):
    monkeypatch.setattr("articles.workflow.notes.MOST_OPEN", 2)
    first, _second = (add(submitted, editor, text=text) for text in "ab")
    assert add(submitted, editor, text="a") == first
    with pytest.raises(NotReady, match="2 notes are open"):
        add(submitted, editor, text="c")
    resolve_note(first, by=editor)
    add(submitted, editor, text="c")
    with pytest.raises(NotReady, match="2 notes are open"):
        reopen_note(first, by=editor)


def test_what_happened_to_a_note_stands_in_the_record_once(writer, submitted):
    note = add(submitted, writer)
    assert add(submitted, writer) == note
    for _n in range(2):
        resolve_note(note, by=writer)
    reopen_note(note, by=writer)
    take_back_note(note, by=writer)

    events = submitted.events.order_by("id").values_list("step", "by", "note")[1:]
    steps = ["note", "resolve_note", "reopen_note", "take_back_note"]
    assert list(events) == [(step, writer.pk, "Shorter, please.") for step in steps]


def test_a_note_loses_what_no_database_keeps_and_nothing_else(editor, submitted):
    note = add(submitted, editor, text="Half a\x00 line.", quote="\x00Pain")

    note.refresh_from_db()
    assert (note.text, note.quote) == ("Half a line.", "Pain")


def test_a_note_without_words_or_of_a_book_is_refused(editor, submitted):
    for text in ("", " \n", "long " * 2_000):
        with pytest.raises(NotReady):
            add(submitted, editor, text=text)


@pytest.mark.parametrize("role", ["Writer", "Medical reviewer", "Moderator", "Newsletter editor"])
def test_who_may_only_read_what_is_live_never_sees_a_note(client, editor, role):
    article = create_article(published=True, body=BODY)
    adopt(article, by=editor)
    write(article, {**article.content, "summary": "Next."}, by=editor, since=article.edition)
    add(article, editor, text="Between us.")
    resolved = add(article, editor, text="Between us, too.")
    resolve_note(resolved, by=editor)
    client.force_login(create_user(role=role, byline=True))

    for name in ("change", "history"):
        page = client.get(url(name, article.pk)).content.decode()
        assert "Between us" not in page
        assert "note on this text" not in page, "nor how many there are"
    for answer in (
        client.post(url("note_add", article.pk), {"note_text": "Mine."}),
        client.post(url("note_resolve", article.pk, resolved.pk)),
        client.post(url("note_reopen", article.pk, resolved.pk), headers=FETCH),
        client.post(url("note_take_back", article.pk, resolved.pk)),
    ):
        assert answer.status_code == 404
    assert article.notes.count() == 2


def test_a_note_of_another_article_is_not_found(client, editor, submitted):
    note = add(create_article(), editor)
    client.force_login(editor)

    assert client.post(url("note_resolve", submitted.pk, note.pk)).status_code == 404
    assert client.get(url("note_resolve", note.article_id, note.pk)).status_code == 405


# --- The page ------------------------------------------------------------------------------------------------------------


def test_a_reviewer_notes_a_paragraph_and_its_writer_resolves_it_without_any_script(
    client, writer, reviewer, submitted
):
    client.force_login(reviewer)
    page = client.get(url("change", submitted.pk), {"about": 2}).content.decode()
    assert 'href="?about=2#note-text"' in page
    assert '<option value="2" selected>' in page
    client.post(url("note_add", submitted.pk), {"note_about": "2", "note_text": "For how long?"})
    assert client.post(url("note_resolve", submitted.pk, Note.objects.get().pk)).status_code == 403

    client.force_login(writer)
    page = client.get(url("change", submitted.pk)).content.decode()
    assert "Notes (1)" in page
    assert 'href="#p-2"' in page
    answer = client.post(url("note_resolve", submitted.pk, Note.objects.get().pk))
    assert answer["Location"] == f"{url('change', submitted.pk)}#notes"
    assert not submitted.notes.open().exists()


def test_what_was_typed_beside_a_note_is_saved_with_it(client, editor, submitted):
    client.force_login(editor)
    typed = form_data(submitted, body="<p>Typed meanwhile.</p>", note_text="And this.")

    client.post(url("note_add", submitted.pk), typed)

    assert Article.objects.get(pk=submitted.pk).content["body"] == "<p>Typed meanwhile.</p>"
    assert submitted.notes.get().text == "And this."


def test_what_cannot_be_saved_beside_a_note_comes_back_word_for_word(client, editor, submitted):
    client.force_login(editor)
    wrong = form_data(submitted, title="long " * 60, note_text="A remark.")

    answer = client.post(url("note_add", submitted.pk), wrong)
    client.logout()
    out = client.post(url("note_add", submitted.pk), {"note_text": "Another remark."})

    assert answer.status_code == 409
    assert "long long" in answer.content.decode()
    assert "A remark." in answer.content.decode()
    assert (out.status_code, "Another remark." in out.content.decode()) == (401, True)


def test_saving_the_page_with_a_note_begun_adds_the_note(client, editor, submitted):
    client.force_login(editor)

    client.post(url("change", submitted.pk), form_data(submitted, note_text="By the way.", note_quote="When to ask"))

    assert submitted.notes.get().quote == "When to ask"


def test_the_script_hears_the_notes_with_each_save_and_why_one_was_refused(client, editor, writer, submitted):
    client.force_login(editor)
    added = client.post(url("note_add", submitted.pk), {"note_text": "<b>Hm</b>"}, headers=FETCH)
    refused = client.post(url("note_add", submitted.pk), {"note_text": " "}, headers=FETCH)
    saved = client.post(url("autosave", submitted.pk), form_data(submitted, window="a1")).json()

    assert "&lt;b&gt;Hm" in added.content.decode()
    assert "Notes (1)" in saved["notes"]
    assert (refused.status_code, "Please write" in json.loads(refused.content)["why"]) == (400, True)


def test_an_article_sent_back_with_notes_says_how_many(client, writer, editor, submitted):
    for text in ("One.", "Two."):
        add(submitted, editor, text=text)
    send_back(submitted, by=editor, note="Nearly there.")
    add(submitted, editor, text="Three.")
    client.force_login(writer)

    page = client.get(url("change", submitted.pk)).content.decode()

    assert "Nearly there." in page
    assert "3 notes stand beside the text." in page


def test_many_notes_cost_no_more_queries_than_one(client, editor, submitted):
    client.force_login(editor)
    counts = []
    for n in (1, 30):
        for m in range(n):
            add(submitted, create_user(role="Editor"), text=f"Note {n} {m}")
        data = form_data(submitted, window="a1", body=f"{BODY}<p>More {n}.</p>")
        with CaptureQueriesContext(connection) as seen:
            assert client.post(url("autosave", submitted.pk), data).status_code == 200
        counts.append(len(seen))
        submitted.refresh_from_db()

    assert counts[1] <= counts[0]
