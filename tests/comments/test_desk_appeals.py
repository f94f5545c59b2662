"""Appeals at the desk: answered with words to the person, and taken back for ten minutes."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from comments.decisions.appeals import open_appeal, overturn, uphold
from comments.decisions.comments import reject
from comments.decisions.sanctions import impose
from comments.models import Appeal, Comment, Sanction
from edge.models import Letter
from tests.factories import create_comment, create_user

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/desk/"
PILE = f"{DESK}?queue=appeals"
PIECE = {"X-Fragment": "1"}


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def appeal(db):
    """Against what another moderator decided about somebody with an account."""
    author = create_user(name="Rosa")
    comment = create_comment(author=author, email=author.email, name="Rosa")
    return open_appeal(reject(comment, by=create_user(role="Moderator"), reason="unkind"), "I meant it kindly.")


def answer(desk, appeal, verb="overturn", words="You are right.", *, piece=False):
    return desk.post(f"{DESK}appeals/{appeal.pk}/", {"verb": verb, "answer": words}, headers=PIECE if piece else {})


def take_back(desk, appeal, *, piece=False):
    return desk.post(f"{DESK}undo/", {"appeal": appeal.pk}, headers=PIECE if piece else {})


def standing(appeal):
    return Appeal.objects.get(pk=appeal.pk).outcome, appeal.decision.comment and Comment.objects.get().status


@pytest.mark.parametrize("words", ["", " \n\t", "​⁠", "x" * 2001], ids=len)
@pytest.mark.parametrize("verb", ["overturn", "uphold"])
@pytest.mark.parametrize("piece", [False, True])
def test_nothing_is_decided_without_words_that_can_be_read(desk, appeal, verb, words, piece):
    response = answer(desk, appeal, verb, words, piece=piece)

    assert response.status_code == 422
    assert standing(appeal) == ("", "rejected")
    assert words.strip() in response.content.decode()


@pytest.mark.parametrize(
    ("verb", "outcome", "status"), [("overturn", "overturned", "approved"), ("uphold", "upheld", "rejected")]
)
@pytest.mark.parametrize("piece", [False, True])
def test_an_answer_can_be_taken_back_and_what_was_typed_comes_back(desk, appeal, verb, outcome, status, piece):
    done = answer(desk, appeal, verb, piece=piece)
    assert standing(appeal) == (outcome, status)
    page = done.content.decode() if piece else desk.get(done["Location"]).content.decode()
    assert f'name="appeal" value="{appeal.pk}"' in page

    back = take_back(desk, appeal, piece=piece)

    assert back.status_code == 200
    assert "You are right.</textarea>" in back.content.decode()
    assert standing(appeal) == ("", "rejected")
    assert not Letter.objects.filter(key=f"appeal:{appeal.pk}").exists()
    assert "I meant it kindly." in desk.get(PILE).content.decode()


def test_after_a_reload_it_can_still_be_taken_back(desk, appeal):
    answer(desk, appeal, piece=True)

    assert re.search(r"<p><bdi>Overturned[^<]*Rosa</bdi></p>", desk.get(PILE).content.decode())
    Appeal.objects.update(decided_at=timezone.now() - timedelta(minutes=11))
    assert "Rosa" not in desk.get(PILE).content.decode()
    assert take_back(desk, appeal, piece=True).status_code == 409
    assert standing(appeal) == ("overturned", "approved")


def test_whoever_decided_is_offered_neither_to_answer_nor_to_take_back(client, appeal, moderator):
    client.force_login(appeal.decision.by)
    assert "<textarea" not in client.get(PILE).content.decode()
    overturn(appeal, by=moderator, answer="You are right.")

    assert 'name="appeal"' not in client.get(PILE).content.decode()
    assert take_back(client, appeal).status_code == 403
    assert standing(appeal) == ("overturned", "approved")


def test_a_reader_takes_nothing_back(client, appeal, moderator, reader):
    overturn(appeal, by=moderator, answer="You are right.")
    client.force_login(reader)

    assert take_back(client, appeal).status_code in {302, 403}
    assert standing(appeal) == ("overturned", "approved")


@pytest.mark.parametrize("piece", [False, True])
def test_whoever_is_second_reads_who_was_first_and_keeps_her_words(desk, appeal, administrator, piece):
    uphold(appeal, by=administrator, answer="It stands.")

    response = answer(desk, appeal, words="My careful words", piece=piece)

    assert response.status_code == 409
    assert "My careful words" in response.content.decode()
    assert f"{administrator} was faster" in response.content.decode()
    assert standing(appeal) == ("upheld", "rejected")


def test_the_same_click_twice_is_one_answer_and_one_taking_back(desk, appeal):
    assert [answer(desk, appeal, piece=True).status_code for _n in range(2)] == [200, 200]
    assert standing(appeal) == ("overturned", "approved")
    assert [take_back(desk, appeal, piece=True).status_code for _n in range(2)] == [200, 200]
    assert standing(appeal) == ("", "rejected")


def test_when_nothing_could_come_back_that_is_what_is_said(desk, appeal):
    Comment.objects.update(status="spam")

    words = answer(desk, appeal, piece=True).content.decode()

    assert "nothing came back" in words


def test_a_sanction_that_was_lifted_is_put_back(desk):
    sanction = impose(
        kind="mute", by=create_user(role="Moderator"), reason="unkind", email="rosa@example.net", until=None
    )
    appeal = open_appeal(sanction.imposed, "It was a quotation.")
    assert "Overturned" in answer(desk, appeal, piece=True).content.decode()
    assert not Sanction.objects.in_force().exists()

    take_back(desk, appeal)

    assert Sanction.objects.in_force().exists()


def test_all_appeals_can_be_reached(desk):
    for n in range(23):
        decision = reject(create_comment(name=f"Person {n}."), by=create_user(role="Moderator"), reason="unkind")
        open_appeal(decision, "Please look again.")
    first = desk.get(PILE).content.decode()
    (further,) = re.findall(r'href="(\?[^"]*after=[^"]*)"', first)

    second = desk.get(DESK + further.replace("&amp;", "&")).content.decode()

    shown = [page.count('id="appeal-') for page in (first, second)]
    assert shown == [20, 3]
