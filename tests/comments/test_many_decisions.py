"""Letters about many decisions: five a day to one person one by one, the others together, none lost and none twice."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from comments.decisions import comments as decisions
from comments.decisions.appeals import open_appeal, uphold
from comments.letters.decision_letters import MOST_A_DAY, write_pending
from comments.models import Decision, PendingLetter
from comments.text.signing import OWN_COMMENT
from edge.models import Letter
from tests.factories import create_comment, create_user

pytestmark = pytest.mark.django_db


def own(number):
    """What the address of her page begins with; the time stands behind it."""
    return OWN_COMMENT.to(number).partition(":")[0] + ":"


def letters(key):
    return Letter.objects.filter(key__startswith=key)


def reject(reader, moderator, n):
    return [decisions.reject(create_comment(author=reader), by=moderator, reason="unkind") for _n in range(n)]


def an_hour_later():
    PendingLetter.objects.update(created_at=timezone.now() - timedelta(hours=1))


def test_after_five_letters_the_rest_of_the_day_comes_in_one(client, moderator, reader):
    decisions = reject(reader, moderator, MOST_A_DAY + 3)
    assert letters("decision:").count() == MOST_A_DAY
    assert write_pending() == 0  # an hour has not gone by yet
    an_hour_later()

    assert write_pending() == 3

    letter = letters("decisions:").get()
    assert (letter.to, write_pending(), PendingLetter.objects.exists()) == (reader.email, 0, False)
    assert "3 more things" in letter.text
    for decision in decisions[MOST_A_DAY:]:
        assert own(decision.comment_id) in letter.text
        assert own(decision.comment_id) in letter.html
    assert letter.text.count("It attacks a person") == 3
    for decision in decisions:
        assert "It attacks a person" in client.get(OWN_COMMENT.to(decision.comment_id)).content.decode()


def test_of_such_letters_one_leaves_in_a_day_and_nothing_is_lost(moderator, reader):
    reject(reader, moderator, MOST_A_DAY)
    for _sitting in range(2):
        reject(reader, moderator, 2)
        an_hour_later()
        write_pending()
    assert letters("decisions:").count() == 1

    Letter.objects.update(created_at=timezone.now() - timedelta(days=1))
    write_pending()

    assert not PendingLetter.objects.exists()
    told = "".join(letter.text for letter in letters("decision"))
    rejected = Decision.objects.filter(outcome="rejected", comment__author=reader)
    assert rejected.count() == MOST_A_DAY + 4
    assert all(own(decision.comment_id) in told for decision in rejected)


def test_a_decision_taken_back_is_not_told_with_the_others(moderator, reader):
    *_told, last = reject(reader, moderator, MOST_A_DAY + 2)
    decisions.undo(last.comment, last, by=moderator)
    an_hour_later()

    assert write_pending() == 1
    assert own(last.comment_id) not in letters("decisions:").get().text


def test_whoever_has_left_is_owed_nothing(moderator, reader):
    reject(reader, moderator, MOST_A_DAY + 1)
    an_hour_later()
    EmailAddress.objects.update(verified=False)

    assert (write_pending(), letters("decisions:").exists(), PendingLetter.objects.exists()) == (1, False, False)


def test_answers_to_many_appeals_come_in_one_letter_too(moderator, reader):
    another, decisions = create_user(role="Moderator"), reject(reader, moderator, MOST_A_DAY)
    appeal = open_appeal(decisions[0], "Please look again.")
    uphold(appeal, by=another, answer="We did.")
    an_hour_later()
    write_pending()

    assert "Your appeal: the decision stands" in letters("decisions:").get().text
