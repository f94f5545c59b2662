"""Moderators keep the lists of words, and try a rule before it counts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import WordRule
from tests.factories import create_comment, create_thread

pytestmark = pytest.mark.django_db
ADD = "/admin/comments/wordrule/add/"


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def fields(phrase="magic drops", **others):
    return {"kind": "blocked", "phrase": phrase, "note": "", "is_active": "on", "more": "", **others}


def page_of(response):
    return " ".join(response.content.decode().split())


def test_a_moderator_adds_a_rule_under_her_name(desk, moderator):
    desk.post(ADD, fields())

    rule = WordRule.objects.get(phrase="magic drops")
    assert (rule.by, rule.kind, rule.matched) == (moderator, "blocked", "magic drops")


def test_an_editor_may_not(client, editor):
    client.force_login(editor)

    assert client.post(ADD, fields()).status_code == 403
    assert not WordRule.objects.filter(phrase="magic drops").exists()


def test_two_spellings_of_one_thing_are_refused_by_name(desk):
    WordRule.objects.create(kind="suspect", phrase="e-mail list")
    there = WordRule.objects.count()

    pages = [page_of(desk.post(ADD, fields(phrase))) for phrase in ("EMAIL lіst", "E mail-list", "e-ma1l list")]

    assert all("This is the same as “e-mail list”, which is on the list already (suspect)." in page for page in pages)
    assert WordRule.objects.count() == there


def test_a_word_is_not_the_words_it_can_be_cut_into(desk):
    WordRule.objects.create(kind="allowed", phrase="therapist")

    desk.post(ADD, fields("the rapist"))

    assert WordRule.objects.filter(matched="the rapist").exists()


@pytest.mark.parametrize("phrase", ["…", "\u200b", "a " * 13 + "b"])
def test_what_cannot_be_looked_for_is_refused(desk, phrase):
    assert desk.post(ADD, fields(phrase)).status_code == 200
    assert not WordRule.objects.filter(kind="blocked", phrase=phrase.strip()).exists()


def test_trying_says_what_it_would_have_done_and_saves_nothing(desk):
    thread = create_thread()
    kept = create_comment(thread=thread, body="My aunt sells m4gic <b>drops</b>, M.a.g.i.c drops!", status="approved")
    create_comment(thread=thread, body="MAGIC DROPS", created_at=timezone.now() - timedelta(days=91))
    create_comment(thread=thread, body="Magic rain drops")
    waiting = create_comment(thread=thread, body="Magic drops here")

    page = page_of(desk.post(ADD, fields(_try="1")))

    assert "Would have held 2 of the newest 3 comments, 1 of them approved later." in page
    assert all(reverse("admin:comments_comment_change", args=[one.pk]) in page for one in (kept, waiting))
    assert "<mark>Magic drops</mark>" in page
    assert 'value="magic drops"' in page
    assert not WordRule.objects.filter(phrase="magic drops").exists()


def test_a_rule_is_tried_with_the_changes_that_are_not_saved_yet(desk):
    create_comment(body="See https://sub.pills.example/now")
    rule = WordRule.objects.create(kind="blocked", phrase="magic drops")
    address = reverse("admin:comments_wordrule_change", args=[rule.pk])

    page = page_of(desk.post(address, fields("Pills.example", _try="1")))

    assert "Would have held 1 of the newest 1 comments, 0 of them approved later." in page
    rule.refresh_from_db()
    assert rule.phrase == "magic drops"


def test_many_are_added_at_once_and_what_is_there_is_passed_over(desk):
    WordRule.objects.create(kind="allowed", phrase="snake oil")

    page = page_of(desk.post(ADD, fields(more="Wonder tea\n\nsnake-oil\nwonder  tea\nsnake oil"), follow=True))

    assert "1 more was added; 3 were there already." in page
    hers = WordRule.objects.filter(kind="blocked", by__isnull=False)
    assert sorted(hers.values_list("phrase", flat=True)) == ["Wonder tea", "magic drops"]


def test_what_is_missing_is_said_beside_the_button_that_tries(desk):
    page = page_of(desk.post(ADD, fields(kind="", _try="1")))

    assert "Please choose what the rule does." in page
    assert "It was not tried" in page.partition('id="trial"')[2]
