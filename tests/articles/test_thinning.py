"""Old autosaves are folded, and whatever stays reads as it did."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from articles.drafts.pruning import AFTER, pointers, thin_due
from articles.models import Article, Revision
from articles.workflow.notes import add_note
from articles.workflow.publishing import publish
from articles.workflow.saving import Window, adopt, when_live, write
from tests.factories import create_article, create_user


def save(article, by, window="", **changes):
    content = {**article.content, **changes}
    return write(article, content, by=by, since=article.edition, is_autosave=bool(window), window=Window(window))


def age(article, days=40):
    article.revisions.update(created_at=timezone.now() - timedelta(days=days))


def contents(article):
    return {revision.number: revision.content for revision in article.revisions.all()}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_stays_reads_as_it_did_and_nothing_that_anything_points_at_goes(db, seed):
    chance = Random(seed)
    article = create_article(published=True, body="<p>Begun.</p>" * 5)
    editors = [create_user(role="Editor") for _n in range(2)]
    adopt(article, by=editors[0])
    pointed = {1}
    for n in range(170):
        by = chance.choice(editors)
        body = article.content["body"]
        at = chance.randrange(len(body) // 13) * 13
        revision = save(
            article, by, chance.choice(["a1", "a1", "b2", ""]), body=f"{body[:at]}<p>New {n}</p>{body[at + 13 :]}"
        )
        act = chance.random()
        if act < 0.05:
            add_note(article, by=by, text=f"{n}")
            pointed.add(revision.number)
        elif act < 0.1:
            publish(article, by=by)
            pointed.add(revision.number)
    live = when_live(article)
    before, by_hand = (
        contents(article),
        set(article.revisions.filter(is_autosave=False).values_list("number", flat=True)),
    )
    age(article)

    while thin_due():
        pass

    after = contents(article)
    assert after == {number: before[number] for number in after}
    assert pointed | by_hand | {50, 100, 150, article.edition} <= set(after)
    assert len(after) < len(before)
    assert when_live(article) == live
    assert thin_due() == 0
    save(article, editors[0], "a1", summary="Later.")
    assert contents(article).items() >= after.items()


def test_of_a_windows_saves_the_last_stays_and_the_young_ones_all(editor):
    article = create_article()
    adopt(article, by=editor)
    for n in range(5):
        save(article, editor, "a1", summary=f"Old {n}")
    age(article)
    for n in range(3):
        save(article, editor, "a1", summary=f"Young {n}")

    thin_due()

    summaries = [revision.content["summary"] for revision in article.revisions.order_by("number")]
    assert summaries == ["In short.", "Old 4", "Young 0", "Young 1", "Young 2"]


def test_one_article_that_is_thinned_does_not_hold_up_the_next(editor):
    articles = [create_article() for _n in range(3)]
    for article in articles:
        adopt(article, by=editor)
        for n in range(4):
            save(article, editor, "a1", summary=f"Old {n}")
        age(article, days=AFTER.days + 1)

    thin_due()

    assert {article.revisions.count() for article in articles} == {2}
    assert not Revision.objects.unthinned().filter(created_at__lt=timezone.now() - AFTER).exists()


def test_whatever_points_at_a_revision_is_known():
    names = {(model.__name__, name) for model, name in pointers()}

    assert {
        ("Article", "live_revision"), ("Article", "latest_revision"), ("EditorialEvent", "revision"),
        ("MedicalReview", "revision"), ("Note", "revision"),
    } <= names  # fmt: skip


def test_who_started_from_a_save_that_was_folded_overwrites_nobody(editor):
    other = create_user(role="Editor")
    article = create_article(body="<p>One.</p><p>Two.</p><p>Three.</p>")
    adopt(article, by=editor)
    for n in range(3):
        save(article, editor, "a1", body=f"<p>One {n}.</p><p>Two.</p><p>Three.</p>")
    since = article.edition - 1
    age(article)
    save(article, other, body="<p>One 2.</p><p>Two.</p><p>Three, from another.</p>")
    thin_due()
    mine = {**article.content, "body": "<p>One 2.</p><p>Two, from me.</p><p>Three.</p>"}

    write(article, mine, by=editor, since=since)

    assert (
        Article.objects.get(pk=article.pk).content["body"]
        == "<p>One 2.</p><p>Two, from me.</p><p>Three, from another.</p>"
    )
