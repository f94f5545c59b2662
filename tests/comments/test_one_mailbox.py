"""Another spelling of an address gets round nothing, and mail still goes to what was typed."""

import pytest
from django.core.exceptions import ValidationError

from comments.decisions.comments import approve, reject
from comments.decisions.sanctions import impose
from comments.desk.people import attach_earlier, sanction_on_its_writer
from comments.desk.queues import person_at
from comments.intake.facts import facts_about
from comments.models import Comment
from edge.models import Letter
from tests.comments.typing import only_comment, post
from tests.factories import create_comment, create_sanction, create_thread, create_user

pytestmark = pytest.mark.django_db
OTHERS = ["Rude@example.net", "rude+x@example.net", "rude+@Example.NET", "RUDE+new@example.net"]


@pytest.mark.parametrize("email", OTHERS)
@pytest.mark.parametrize("sanctioned", ["rude@example.net", "rude+first@example.net"])
def test_a_sanction_finds_every_spelling(sanctioned, email):
    create_sanction(email=sanctioned)

    assert post(create_thread(), email=email).status_code == 403
    assert not Comment.objects.exists()


def test_dots_get_round_nothing_where_the_provider_overlooks_them():
    create_sanction(email="rude.one@gmail.com")

    assert post(create_thread(), email="r.u.d.e.o.n.e+x@googlemail.com").status_code == 403
    assert post(create_thread(), email="rude.one@example.net").status_code == 302


def test_a_sanction_on_an_account_finds_who_logs_out_and_who_makes_another(client):
    create_sanction(user=create_user(email="rude@example.net"))
    client.force_login(create_user(email="rude+2@example.net"))

    assert post(create_thread(), email="rude+x@example.net").status_code == 403
    assert post(create_thread(), client).status_code == 403


def test_somebody_with_another_mailbox_is_let_in():
    create_sanction(email="rude@example.net")

    assert post(create_thread(), email="rudi+rude@example.net").status_code == 302


def test_what_was_turned_down_counts_for_every_spelling(moderator):
    reject(create_comment(email="rude@example.net"), by=moderator, reason="unkind")
    create_comment(email="kind@example.net", status="approved")

    assert facts_about(Comment(thread=create_thread(), email="Rude+2@example.net", body="x")).rejected_lately == 1
    assert not facts_about(Comment(thread=create_thread(), email="kind+2@example.net", body="x")).is_first


def test_the_desk_shows_one_person_however_she_spells_her_address():
    first, second = create_comment(email="rosa@example.net"), create_comment(email="Rosa+b@example.net")
    create_sanction(email="rosa+c@example.net", kind="hold")
    attach_earlier([second])

    assert second.earlier == [first]
    assert person_at("rosa+d@example.net") == second.pk
    assert list(Comment.objects.by_person(first)) == [second]
    assert Comment.objects.annotate(sanction=sanction_on_its_writer()).get(pk=first.pk).sanction == "hold"


def test_mail_goes_to_the_address_that_was_typed():
    post(create_thread(), email="rosa+x@example.net", wants_mail="on")
    approve(only_comment(), by=create_user(role="Moderator"))

    assert [letter.to for letter in Letter.objects.all() if letter.key.startswith("online")] == ["rosa+x@example.net"]


def test_a_moderator_cannot_be_met_by_another_spelling_of_her_address(moderator):
    local, _at, domain = moderator.email.partition("@")

    with pytest.raises(ValidationError):
        impose(kind="mute", by=create_user(role="Moderator"), reason="unkind", email=f"{local}+x@{domain}")
