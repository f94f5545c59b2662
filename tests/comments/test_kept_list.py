"""The list of a thread is kept, and every act that changes what readers see of it shows at once."""

import pytest
from django.core.cache import caches
from django.template import engines
from django.utils import timezone

from accounts.models import Writer
from accounts.people import erase
from comments.decisions.comments import approve, mark_as_spam, remove, undo, withdraw
from comments.helpful import give, take_back
from comments.intake.receive import revise
from comments.models import Comment, Thread
from edge.voter import Voter
from tests.factories import create_article, create_comment, create_user, create_writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    caches["pages"].clear()
    return create_article(published=True).thread


@pytest.fixture
def seen(client, thread):
    """What readers see: asked for twice, so that the list is kept."""

    def ask_twice():
        first, second = (client.get(thread.address).content for _time in range(2))
        assert first == second
        return first.decode()

    return ask_twice


@pytest.fixture
def said(thread):
    writer, email = create_writer(name="Dr Brandt"), "rosa@example.net"
    return create_comment(thread=thread, body="Warm words.", status="approved", writer=writer, email=email)


def revised(comment, moderator):
    revise(comment, body="Other words.")
    approve(Comment.objects.get(pk=comment.pk), by=moderator)


def answered(comment, moderator):
    approve(create_comment(parent=comment, body="An answer."), by=moderator)


def found_helpful(comment, moderator):
    give(comment, Voter(user=moderator, browser="", network=""))


ACTS = {
    "removed": (lambda comment, by: remove(comment, by=by, reason="unkind"), "Warm words.", ""),
    "spam": (lambda comment, by: mark_as_spam(comment, by=by), "Warm words.", ""),
    "taken back": (lambda comment, by: withdraw(comment), "Warm words.", ""),
    "changed": (revised, "Warm words.", "Other words."),
    "answered": (answered, "", "An answer."),
    "found helpful": (found_helpful, "Helpful<span", "Helpful <b>1</b>"),
    "erased": (lambda comment, by: erase("rosa@example.net"), "Warm words.", ""),
    "renamed": (lambda comment, by: Writer.objects.update(name="Dr Ilse Brandt-Jansen"), "Dr Brandt<", "Brandt-Jansen"),
    "no writer": (lambda comment, by: Writer.objects.update(is_listed=False), '<a href="/writers/', ""),
    "closed": (lambda comment, by: Thread.objects.update(mode="read_only"), ">Reply</a>", ""),
    "over": (lambda comment, by: Thread.objects.update(closes_at=timezone.now()), ">Reply</a>", ""),
}


@pytest.mark.parametrize(("act", "before", "after"), ACTS.values(), ids=ACTS)
def test_what_is_done_shows_at_once(seen, said, moderator, act, before, after):
    page = seen()
    assert before in page
    assert not after or after not in page

    act(said, moderator)

    page = seen()
    assert not before or before not in page
    assert after in page


def test_what_is_undone_shows_at_once(seen, said, moderator):
    decision = remove(said, by=moderator, reason="unkind")
    assert "Warm words." not in seen()

    undo(said, decision, by=moderator)

    assert "Warm words." in seen()


def test_a_vote_that_is_taken_back_shows_at_once(seen, said, moderator):
    voter = Voter(user=moderator, browser="", network="")
    give(said, voter)
    assert "Helpful <b>1</b>" in seen()

    take_back(said, voter)

    assert "Helpful <b>1</b>" not in seen()


def test_what_waits_is_in_no_list_that_is_kept(client, thread, said):
    create_comment(thread=thread, body="Waiting words.")
    for reader in (client, client):
        assert "Waiting words." not in reader.get(thread.address).content.decode()
    client.force_login(create_user(name="Rosa"))

    page = client.get(thread.address).content.decode()

    assert "Warm words." in page
    assert "Rosa" not in page


def test_a_list_that_is_kept_is_not_rendered_again(client, thread, said, monkeypatch):
    names = []
    get = engines["parts"].get_template
    monkeypatch.setattr(engines["parts"], "get_template", lambda name: names.append(name) or get(name))

    for _time in range(3):
        client.get(thread.address)

    assert names.count("comments/thread.html") == 1
