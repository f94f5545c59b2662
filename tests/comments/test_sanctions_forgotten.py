"""What stays of a sanction when the person leaves, and when its time is over."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.people import apply_policy, erase
from comments.decisions import sanctions
from comments.decisions.appeals import open_appeal
from comments.intake.receive import receive
from comments.ledger.sealing import seal_due
from comments.ledger.verifying import Look
from comments.models import Appeal, Sanction
from tests.comments.sanctioning import NETWORK, impose, in_days
from tests.factories import create_thread

pytestmark = pytest.mark.django_db


def test_erasing_a_person_leaves_the_record_of_her_sanction_and_not_her(moderator):
    sanction = impose(moderator, note="third time", explanation="About Ann")

    erase("rude@example.net")

    sanction.refresh_from_db()
    assert sanction.email == ""
    assert (sanction.imposed.outcome, sanction.imposed.note, sanction.imposed.explanation) == ("mute", "", "")


def test_erasing_a_person_finds_the_network_that_is_held_because_of_her(moderator, reader):
    write = partial(receive, create_thread())
    typed = write(name="R", email="Rude@example.net", body="One", limited=False)
    mine = write(name="S", email="", body="Two", author=reader, limited=False)
    held = {"email": "", "network": NETWORK, "kind": "hold", "until": in_days(30)}
    hers = [impose(moderator, comment=comment, **held) for comment in (typed, mine)]
    other = impose(moderator, comment=write(name="O", email="o@example.net", body="Three", limited=False), **held)

    erase("rude@example.net")
    erase(reader.email)

    for sanction in hers:
        sanction.refresh_from_db()
        assert (sanction.network, sanction.comment, sanction.imposed.outcome) == ("", None, "hold")
    seal_due()
    assert list(Look.begin().to_the_end()) == []
    assert list(Sanction.objects.on(network=NETWORK)) == [other]


def test_the_hash_of_a_network_goes_a_month_after_its_hold(moderator):
    sanction = impose(moderator, email="", network=NETWORK, kind="hold", until=in_days(1))
    Sanction.objects.filter(pk=sanction.pk).update(until=timezone.now() - timedelta(days=31))

    apply_policy()

    sanction.refresh_from_db()
    assert sanction.network == ""


def test_erasing_a_person_takes_her_words_against_a_sanction_along(moderator):
    sanction = sanctions.impose(kind="mute", by=moderator, reason="unkind", email="rude@example.net")
    open_appeal(sanction.imposed, "It was my brother, I live at 3 Mill Lane.")

    erase("rude@example.net")

    assert Appeal.objects.get().text == ""
