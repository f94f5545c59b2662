"""Saving by itself: what the page's script posts while somebody writes, and what it is answered."""

import re
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from articles.desk import saving
from articles.models import Article, Presence
from articles.models.steps import StepRefused
from articles.text.content import blocks_of
from articles.workflow.acts import ACTS
from articles.workflow.notes import add_note, resolve_note
from articles.workflow.publishing import expire_due, publish, publish_due, schedule
from articles.workflow.saving import Overlap, Window, adopt, restore, write
from articles.workflow.submitting import submit
from edge.richtext import clean_html
from tests.articles.article_form import form_data, url
from tests.factories import create_article, create_user


def autosave(client, article=None, *, window="a1", **fields):
    address = url("autosave", article.pk) if article else url("begin")
    return client.post(address, {**form_data(article, **fields), "window": window})


def test_a_new_article_begins_with_its_first_words_and_only_once(client, writer):
    client.force_login(writer)

    first = autosave(client, draft_key="k1", title="", topic="", body="<p>One</p>").json()
    again = autosave(client, draft_key="k1", title="", topic="", body="<p>One two</p>").json()

    article = Article.objects.get()
    assert first["change"] == again["change"] == url("change", article.pk)
    assert (article.body, article.byline(), article.status) == ("<p>One two</p>", [writer.writer], "draft")


def test_each_save_says_where_the_article_is_and_what_comes_next(client, writer, editor):
    live = create_article(published=True)
    for user, article, chip, step in [
        (writer, None, "draft", ("submit", "Submit")),
        (editor, None, "draft", ("publish", "Publish now")),
        (editor, live, "draft", ("publish", "Publish the changes")),
    ]:
        client.force_login(user)
        if not article:
            assert f'name="_step" value="{step[0]}"' in client.get(url("add")).text
        said = autosave(client, article, draft_key=f"k{user.pk}", body="<p>One</p>").json()
        assert (said["forward"]["name"], said["forward"]["label"]) == step
        assert said["chip"].endswith(f">{chip}</span>")


def test_saving_the_form_while_it_saves_itself_for_the_first_time_makes_no_second_one(client, writer, monkeypatch):
    client.force_login(writer)

    def looked_too_early(request, look=saving.begun_by):
        found = look(request)
        monkeypatch.setattr(saving, "begun_by", look)
        autosave(client, draft_key="k1", body="<p>One</p>")
        return found

    monkeypatch.setattr(saving, "begun_by", looked_too_early)
    client.post(url("add"), form_data(draft_key="k1", body="<p>One two</p>"))

    assert Article.objects.get().body == "<p>One two</p>"


def test_saving_the_form_of_an_article_that_saved_itself_makes_no_second_one(client, writer):
    client.force_login(writer)
    autosave(client, draft_key="k1", body="<p>One</p>")

    client.post(url("add"), form_data(draft_key="k1", body="<p>One two</p>"))

    assert Article.objects.get().body == "<p>One two</p>"


def test_two_new_articles_with_one_title_get_an_address_each(client, writer):
    client.force_login(writer)
    for key in ("k1", "k2", "k3"):
        for body in ("", "<p>Words.</p>"):
            assert autosave(client, draft_key=key, title="Sleep", slug="sleep", body=body).json()["errors"] == []

    assert sorted(Article.objects.values_list("slug", flat=True)) == ["sleep", "sleep-2", "sleep-3"]


def test_it_is_a_revision_that_nobody_pressed_save_for(client, writer, draft):
    client.force_login(writer)

    said = autosave(client, draft, body="<p>More.</p>").json()

    latest = Article.objects.get(pk=draft.pk).latest_revision
    assert (latest.number, latest.is_autosave, latest.window) == (said["edition"], True, "a1")
    assert (said["merged"], said["errors"]) == (None, [])


def test_what_is_not_as_it_should_be_is_said_and_the_rest_is_kept(client, writer, draft):
    client.force_login(writer)

    said = autosave(client, draft, title="long " * 40, body="<p>Kept.</p>").json()

    article = Article.objects.get(pk=draft.pk)
    assert (article.title, article.body) == ("My draft", "<p>Kept.</p>")
    assert said["errors"][0][0] == "Title"


def test_what_somebody_else_saved_meanwhile_comes_along(client, writer, editor, draft):
    opened = form_data(draft, body="<p>Text.</p><p>Mine.</p>")
    client.force_login(editor)
    autosave(client, draft, summary="Edda’s.")
    client.force_login(writer)

    said = client.post(url("autosave", draft.pk), {**opened, "window": "b2"}).json()

    assert said["merged"]["texts"] == {"summary": "Edda’s."}
    # The page goes on from its own words: they are the edition before the one that has both.
    assert said["edition"] == said["merged"]["edition"] - 1
    more = client.post(
        url("autosave", draft.pk),
        {**opened, "body": "<p>Text.</p><p>Mine, too.</p>", "started_from": said["edition"], "window": "b2"},
    )
    assert more.status_code == 200
    assert Article.objects.get(pk=draft.pk).content["body"] == "<p>Text.</p><p>Mine, too.</p>"
    assert Article.objects.get(pk=draft.pk).content["summary"] == "Edda’s."


def test_a_clash_saves_nothing_and_names_who_it_is_with(client, writer, editor, draft):
    opened = form_data(draft, summary="Nadia’s.")
    client.force_login(editor)
    autosave(client, draft, summary="Edda’s.")
    client.force_login(writer)

    response = client.post(url("autosave", draft.pk), opened)

    assert (response.status_code, response.json()) == (409, {"who": "Edda"})
    assert Article.objects.get(pk=draft.pk).content["summary"] == "Edda’s."


def test_who_has_been_logged_out_is_told_so(client, draft):
    assert autosave(client, draft).status_code == 401
    assert client.post(url("presence", draft.pk)).status_code == 401


@pytest.mark.parametrize("status", ["submitted", "archived"])
def test_what_may_not_be_changed_any_more_is_not(client, writer, draft, status):
    Article.objects.filter(pk=draft.pk).update(status=status)
    client.force_login(writer)

    response = autosave(client, draft, body="<p>Late.</p>")

    assert response.status_code == 403
    assert "cannot be changed" in response.json()["why"]


def test_nobody_saves_anothers_article(client, writer):
    theirs = create_article()
    adopt(theirs, by=None)
    client.force_login(writer)

    assert autosave(client, theirs, body="<p>Mine now.</p>").status_code == 404


def test_a_getting_browser_saves_nothing(client, writer, draft):
    client.force_login(writer)

    assert client.get(url("autosave", draft.pk)).status_code == 405


def test_what_a_window_sent_and_never_heard_of_is_no_one_elses(client, writer, editor, draft):
    since = draft.edition
    for user, fields in [
        (writer, {"turn": 1, "body": "<p>The first</p>"}),
        (editor, {"window": "b2", "summary": "Another’s."}),
        (writer, {"turn": 2, "body": "<p>The first words</p>"}),
        (writer, {"window": "c3", "after": "a1:2", "body": "<p>The first words, brought back</p>"}),
    ]:
        client.force_login(user)
        saved = autosave(client, draft, **{"started_from": since, **fields})
        assert saved.status_code == 200
    draft.refresh_from_db()
    assert (draft.body, draft.summary) == ("<p>The first words, brought back</p>", "Another’s.")

    for lost in [
        {"after": "a1:1"},
        {"after": ""},
        {"after": "nobodys:9"},
        {"after": "a1:9999999999"},
        {"turn": "-1"},
        {"turn": "9" * 5000},
    ]:
        fields = {"started_from": since, "window": "d4", "body": "<p>The second</p>", **lost}
        assert autosave(client, draft, **fields).status_code == 409
    client.force_login(editor)
    for hers in [{"window": "e5", "after": "a1:2"}, {"window": "a1", "turn": 9}]:
        fields = {"started_from": since, "body": "<p>The first words</p>", **hers}
        assert autosave(client, draft, **fields).status_code == 409


def test_people_on_the_same_article_see_each_other(client, writer, editor, draft):
    client.force_login(editor)
    client.post(url("presence", draft.pk), {"window": "b2"})
    client.force_login(writer)

    assert client.post(url("presence", draft.pk), {"window": "a1"}).json()["others"] == ["Edda"]
    Presence.objects.update(seen_at="2026-01-01T00:00Z")
    assert client.post(url("presence", draft.pk), {"window": "a1"}).json()["others"] == []


def test_a_page_on_which_nobody_types_hears_what_others_have_saved(client, writer, editor, draft):
    since = draft.edition
    write(draft, {**draft.content, "summary": "By Edda"}, by=editor, since=since)
    client.force_login(writer)

    said = client.post(url("presence", draft.pk), {"window": "a1", "since": since}).json()
    assert said["merged"] == {"edition": since + 1, "texts": {"summary": "By Edda"}, "more": False}
    for nothing in (since + 1, 99, 0, "x"):
        assert client.post(url("presence", draft.pk), {"window": "a1", "since": nothing}).json()["merged"] is None


def test_a_key_of_somebody_elses_page_opens_nothing(client, writer):
    article = create_article(draft_key="k1")
    client.force_login(create_user(role="Writer", byline=True))

    assert autosave(client, draft_key="k1", body="<p>Mine.</p>").status_code == 403
    assert Article.objects.get(pk=article.pk).body == "<p>Text.</p>"


def test_a_long_article_saves_itself_in_few_queries(client, writer, draft, django_assert_max_num_queries):
    client.force_login(writer)
    autosave(client, draft, body="<p>Long.</p>" * 500)
    draft.refresh_from_db()

    with django_assert_max_num_queries(34):
        assert autosave(client, draft, body="<p>Long.</p>" * 501).status_code == 200


# --- Several people, in any order ----------------------------------------------------------------------------------------


class Hand:
    """Somebody with the article open in a window, as the page's script has it: her own text, and the edition it is."""

    def __init__(self, article, user):
        self.article, self.user = Article.objects.get(pk=article.pk), user
        self.name, self.turn = f"window{user.pk}", 0
        self.reload()

    def reload(self):
        self.article = Article.objects.get(pk=self.article.pk)
        self.since, self.body = self.article.edition, self.article.content["body"]

    def type(self, chance, word):
        blocks = blocks_of(self.body)
        at = chance.randrange(len(blocks))
        blocks[at] = chance.choice(
            [blocks[at].replace(".</p>", f" {word}.</p>"), blocks[at] + f"<p>{word} is new.</p>"]
        )
        self.body = "".join(blocks)

    def save(self, *, is_heard=True):
        """Whether it was kept; what others wrote is taken in by chance only, as while somebody types."""
        content = {**self.article.content, "body": self.body}
        self.turn += 1
        window = Window(self.name, self.turn)
        try:
            own = write(self.article, content, by=self.user, since=self.since, is_autosave=True, window=window)
        except Overlap:
            return False
        if is_heard:
            self.since = own.number
        return True


# Two courses on every database, two more on one. Each takes over a second on a busy machine: up to eighty saves and steps.
SEEDS = [0, 2, *(pytest.param(seed, marks=pytest.mark.once) for seed in (3, 4))]


@pytest.mark.parametrize("seed", SEEDS)
def test_in_whatever_order_people_save_every_word_is_in_the_text_or_somebody_was_asked(db, seed):
    chance = Random(seed)
    article = create_article(body="".join(f"<p>Paragraph number {n} of it.</p>" for n in range(8)))
    adopt(article, by=None)
    hands = [Hand(article, create_user(role="Editor")) for _n in range(chance.randint(2, 5))]
    kept, asked = [], 0
    for n in range(60):
        hand = chance.choice(hands)
        hand.type(chance, f"word{n}x")
        if chance.random() < 0.3:
            continue  # she types on
        if hand.save(is_heard=chance.random() < 0.8):
            kept += re.findall(r"word\d+x", hand.body)
        else:
            asked += 1
            hand.reload()
        if chance.random() < 0.3:
            hand.save() and hand.reload()

    final = Article.objects.get(pk=article.pk)
    assert set(kept) <= set(re.findall(r"word\d+x", final.content["body"]))
    assert final.content["body"] == clean_html(final.content["body"])
    assert asked < 20
    assert all(revision.content["body"] for revision in final.revisions.all())


class Newsroom:
    """What else happens to an article while people write it: steps, lists, the clock, notes, an earlier text brought back."""

    def __init__(self, article, chance, editors):
        self.pk, self.chance, self.editors = article.pk, chance, editors

    def act(self):
        article, by = Article.objects.get(pk=self.pk), self.chance.choice(self.editors)
        acts = [self.publish, self.restore, self.clock, self.note, self.step]
        acts += [self.step] * (article.status != "draft")  # so that it comes back to where people write
        try:
            self.chance.choice(acts)(article, by)
        except StepRefused:
            pass  # and nothing has changed

    def publish(self, article, by):
        publish(article, by=by)

    def step(self, article, by):
        steps = {"submit": {}, "send_back": {"note": "Shorter."}, "discard": {}, "archive": {"note": "Old."}, "reopen": {},
                 "approve": {}, "withdraw": {}, "start_review": {}}  # fmt: skip
        name = self.chance.choice([*steps])
        ACTS[name](article, by=by, **steps[name])

    def restore(self, article, by):
        restore(article, self.chance.choice(list(article.revisions.all())), by=by)

    def clock(self, article, by):
        """Somebody plans it, and its time comes at once; or its time is over."""
        with suppress(StepRefused):
            schedule(article, by=by, at=timezone.now() + timedelta(hours=1))
        Article.objects.filter(pk=self.pk, status="scheduled").update(publish_at=timezone.now())
        publish_due()
        if self.chance.random() < 0.3:
            Article.objects.filter(pk=self.pk, is_live=True).update(expire_at=timezone.now())
        expire_due()

    def note(self, article, by):
        note = add_note(
            article, by=by, text=f"Note {self.chance.random()}", quote=blocks_of(article.content["body"])[0]
        )
        if self.chance.random() < 0.5:
            resolve_note(note, by=by)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_else_happens_every_text_that_was_kept_is_live_or_in_the_history_or_somebody_was_asked(db, seed):
    chance = Random(seed)
    article = create_article(body="".join(f"<p>Paragraph number {n} of it.</p>" for n in range(6)))
    adopt(article, by=None)
    editors = [create_user(role="Editor") for _n in range(chance.randint(2, 5))]
    hands = [Hand(article, editor) for editor in editors]
    newsroom, kept, refused, times_live = Newsroom(article, chance, editors), [], 0, 0
    for n in range(80):
        hand = chance.choice(hands)
        hand.type(chance, f"word{n}x")
        try:
            if hand.save():
                kept.append(hand.body)
            else:
                hand.reload()
        except StepRefused:
            refused += 1  # said to her, and her words stay on her page
        if chance.random() < 0.5:
            newsroom.act()
        if chance.random() < 0.2:
            hand.reload()
        now = Article.objects.get(pk=article.pk)
        if now.is_live:
            times_live += 1
            assert now.body == now.live_revision.content["body"]

    final = Article.objects.get(pk=article.pk)
    history = {revision.content["body"] for revision in final.revisions.all()}
    assert {clean_html(body) for body in kept} <= history
    assert final.content == final.latest_revision.content
    for event in final.events.exclude(revision=None):
        assert event.revision.article_id == final.pk
    # Else there was little that could go wrong.
    assert len(kept) > 20
    assert times_live > 20


def test_what_the_editor_makes_of_a_list_is_no_change(client, writer, draft):
    client.force_login(writer)
    autosave(client, draft, body="<ul><li>One</li><li>Two<ul><li>Three</li></ul></li></ul>", key_points="A\nB")
    draft.refresh_from_db()

    again = autosave(
        client, draft, key_points="A\r\nB",
        body="<ul><li><p>One</p></li><li><p>Two</p><ul><li><p>Three</p></li></ul></li></ul>",
    )  # fmt: skip

    assert again.json()["edition"] == draft.edition


def test_blanks_that_no_browser_shows_are_no_change_and_clash_with_nothing(client, writer, editor, draft):
    client.force_login(writer)
    typed = autosave(
        client, draft, body="<p>In the  middle of </p><ul><li> One</li></ul><p>Of <em>it </em>all.\xa0</p>"
    ).json()
    opened = Article.objects.get(pk=draft.pk)
    assert opened.content["body"] == "<p>In the middle of</p><ul><li>One</li></ul><p>Of <em>it </em>all.&nbsp;</p>"

    client.force_login(editor)
    autosave(client, opened, body=opened.content["body"].replace("all", "everything"))
    client.force_login(writer)
    body = "<p>In the  middle of a </p><ul><li> One</li></ul><p>Of <em>it </em>all.\xa0</p>"
    again = autosave(client, opened, body=body, started_from=typed["edition"])

    assert again.status_code == 200
    assert Article.objects.get(pk=draft.pk).content["body"].startswith("<p>In the middle of a</p>")


# --- Who may read what is being written ----------------------------------------------------------------------------------


@pytest.fixture
def live_with_draft(editor):
    article = create_article(title="What readers see", published=True)
    adopt(article, by=editor)
    content = {**article.content, "title": "Not yet for anybody", "body": "<p>Secret so far.</p>"}
    write(article, content, by=editor, since=article.edition)
    return article


PAGES = ["change", "preview", "compare", "history"]


@pytest.mark.parametrize("role", ["Writer", "Medical reviewer", "Moderator", "Newsletter editor"])
def test_who_may_only_read_what_is_published_reads_nothing_of_the_next_text(client, live_with_draft, role):
    client.force_login(create_user(role=role, byline=True))

    pages = {name: client.get(url(name, live_with_draft.pk)) for name in PAGES}

    assert pages["compare"].status_code == 404
    for page in pages.values():
        assert "Secret so far" not in page.content.decode()
        assert "Not yet for anybody" not in page.content.decode()
    assert "What readers see" in pages["change"].content.decode()
    assert client.post(url("presence", live_with_draft.pk), {"window": "a1"}).status_code == 403
    assert client.post(url("restore", live_with_draft.pk, 1)).status_code == 404


def test_an_editor_and_a_reviewer_whom_it_was_given_to_read_the_next_text(client, live_with_draft, editor):
    submit(live_with_draft, by=editor)
    for user in (editor, create_user(role="Medical reviewer", byline=True)):
        client.force_login(user)
        for name in ("preview", "compare"):
            assert "Secret so far" in client.get(url(name, live_with_draft.pk)).content.decode()


def test_a_key_that_somebody_else_has_is_nobodys_error(client, writer):
    create_article(draft_key="k1")
    client.force_login(writer)

    assert client.post(url("add"), form_data(draft_key="k1", title="Mine")).status_code == 302
    assert Article.objects.get(title="Mine").draft_key is None


# Takes over a second on a busy machine: the long form is shown nine times.
def test_a_choice_that_is_none_is_said_and_the_text_comes_back(client, writer):
    article = create_article(writer=writer.writer)
    adopt(article, by=writer)
    client.force_login(writer)
    for chosen in ("\x00", "x", "²"):
        for name in ("topic", "other_topics"):
            answer = client.post(
                url("change", article.pk), form_data(article, body="<p>My words.</p>", **{name: chosen})
            )
            assert (answer.status_code, "My words." in answer.content.decode()) == (200, True), (name, chosen)
        assert client.get(url("add"), {"topic": chosen}).status_code == 200
