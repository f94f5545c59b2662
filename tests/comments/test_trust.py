"""Whose words may appear before a moderator has read them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from comments.decisions import comments as decisions
from comments.decisions.comments import approve, reject, remove, undo, withdraw
from comments.intake.receive import revise
from comments.intake.trust import is_known
from comments.models import Comment, HouseRules, Sanction
from tests.comments.typing import comment_data, post
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    return create_thread(mode="open")


@pytest.fixture
def known(thread):
    """A reader whom the house has come to know."""
    return with_approved(create_user(), thread)


def with_approved(user, thread, count=3):
    for _n in range(count):
        create_comment(thread=thread, author=user, email=user.email, status="approved")
    return user


def rejected(user, moderator, **ago):
    comment = create_comment(author=user, email=user.email)
    decision = reject(comment, by=moderator, reason="unkind")
    type(decision).objects.filter(pk=decision.pk).update(at=timezone.now() - timedelta(**ago))
    return comment, decision


def test_three_approved_comments_of_a_confirmed_account_make_a_reader_known(known, thread):
    assert is_known(known)
    assert not is_known(with_approved(create_user(), thread, count=2))


def test_the_house_says_how_many_it_takes(known):
    HouseRules(known_after=4).save()
    assert not is_known(known)

    HouseRules.objects.update(known_after=0)
    assert is_known(create_user())


def test_an_address_that_is_not_confirmed_earns_nothing(known):
    EmailAddress.objects.filter(user=known).update(verified=False)

    assert not is_known(known)


def test_a_confirmed_address_that_is_no_longer_the_accounts_earns_nothing(known):
    known.email = "another@example.org"
    known.save()

    assert not is_known(known)


def test_typing_the_address_of_a_known_reader_earns_nothing(known, thread):
    post(thread, body="From somebody who typed her address", email=known.email)

    assert Comment.objects.get(body__startswith="From somebody").status == "pending"


def test_what_was_written_under_the_address_without_the_account_earns_nothing(thread):
    user = create_user()
    for _n in range(3):
        create_comment(thread=thread, email=user.email, status="approved")

    assert not is_known(user)


def test_a_locked_account_and_nobody_are_not_known(known):
    known.is_active = False
    known.save()

    assert not is_known(known)
    assert not is_known(None)


@pytest.mark.parametrize("verb", ["reject", "remove", "mark_as_spam"])
def test_whatever_was_turned_down_lately_ends_it(known, moderator, verb):
    comment = create_comment(author=known, status="approved" if verb == "remove" else "pending")
    reason = {} if verb == "mark_as_spam" else {"reason": "unkind"}

    getattr(decisions, verb)(comment, by=moderator, **reason)

    assert not is_known(known)


def test_an_edit_that_was_turned_down_ends_it_too(known, moderator):
    comment = known.comments.first()
    revise(comment, body="Buy my pills")
    reject(comment, by=moderator, reason="advert")

    assert comment.is_public
    assert not is_known(known)


def test_a_rejection_is_forgotten_in_time(known, moderator):
    rejected(known, moderator, days=89)
    assert not is_known(known)

    HouseRules(known_days=80).save()
    assert is_known(known)


def test_a_rejection_that_was_taken_back_does_not_count(known, moderator):
    comment, decision = rejected(known, moderator, minutes=1)
    decision.refresh_from_db()
    undo(comment, decision, by=moderator)

    assert is_known(known)


def test_a_rejection_that_was_overturned_does_not_count(known, moderator):
    comment, _decision = rejected(known, moderator, minutes=1)
    approve(comment, by=moderator)

    assert is_known(known)


def test_what_she_took_back_herself_does_not_count_against_her(known):
    withdraw(create_comment(author=known, status="approved"))

    assert is_known(known)


def test_what_was_removed_no_longer_counts_for_her(known, moderator):
    HouseRules(known_days=0).save()
    remove(known.comments.first(), by=moderator, reason="unkind")

    assert not is_known(known)


@pytest.mark.parametrize("kind", ["hold", "mute", "block"])
def test_a_sanction_in_force_ends_it_and_a_past_one_does_not(known, kind):
    sanction = Sanction.objects.create(kind=kind, email=known.email, until=timezone.now() + timedelta(days=1))
    assert not is_known(known)

    sanction.until = timezone.now()
    sanction.save()
    assert is_known(known)


def test_a_held_network_does_not_make_a_known_reader_unknown(known):
    Sanction.objects.create(kind="hold", network="n" * 32, until=timezone.now() + timedelta(days=1))

    assert is_known(known)


def test_moderators_and_people_with_a_byline_are_known_and_other_staff_is_not(moderator, administrator, editor):
    assert is_known(moderator)
    assert is_known(administrator)
    assert is_known(create_user(byline=True))
    assert not is_known(editor)


def test_a_sanction_counts_for_a_byline_too():
    writer = create_user(byline=True)
    Sanction.objects.create(kind="hold", user=writer)

    assert not is_known(writer)


def test_a_known_reader_appears_at_once_and_a_new_account_waits(client, known, thread):
    for user, body in [(known, "From the known one"), (create_user(), "From the new one")]:
        client.force_login(user)
        client.post(f"/comments/threads/{thread.pk}/add/", comment_data(thread, body=body))

    statuses = dict(Comment.objects.values_list("body", "status"))
    assert statuses["From the known one"] == "approved"
    assert statuses["From the new one"] == "pending"


def test_asking_takes_two_queries(known, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        is_known(known)
