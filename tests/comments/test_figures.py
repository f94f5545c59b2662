"""The figures are what the record says, to the unit."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from comments.decisions import comments as decisions
from comments.decisions.appeals import open_appeal, overturn, uphold
from comments.decisions.comments import approve, reject, undo
from comments.intake.receive import receive
from comments.ledger.figures import Appeals, Figures, Waits
from comments.models import Comment, Report, Version
from tests.factories import create_thread

pytestmark = pytest.mark.django_db
PUBLIC = "/comments/transparency/"


@pytest.fixture(autouse=True)
def _fresh():
    caches["pages"].clear()


def arrived():
    thread = create_thread()
    return receive(thread, name="Rosa", email="", body=f"Words {Comment.objects.count()} about sleep.")


def decide(outcome, by, **fields):
    comment = arrived()
    getattr(decisions, outcome)(comment, by=by, **fields)
    return comment


def figures():
    return Figures(timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1))


def test_totals_count_what_was_decided_by_outcome_and_reason(moderator):
    for outcome, fields in [
        ("approve", {}), ("approve", {}), ("reject", {"reason": "unkind"}), ("reject", {"reason": "advert"}),
        ("mark_as_spam", {}),
    ]:  # fmt: skip
        decide(outcome, moderator, **fields)
    arrived()

    totals = figures().totals()

    assert totals.received == 6
    assert totals.outcomes == {"approved": 2, "rejected": 2, "spam": 1, "removed": 0}
    assert totals.reasons == {"unkind": 1, "advert": 1, "spam": 1}
    assert totals.alone == 0


def test_what_the_program_decided_alone_is_told(moderator):
    decide("approve", None)

    assert figures().totals().alone == 1


def test_what_was_undone_does_not_count(moderator):
    comment = arrived()
    decision = reject(comment, by=moderator, reason="unkind")
    undo(Comment.objects.get(pk=comment.pk), decision, by=moderator)

    totals = figures().totals()

    assert totals.decided == 0
    assert totals.received == 1


def test_waits_are_measured_from_arrival_to_the_decision(moderator):
    comment = arrived()
    Version.objects.update(created_at=timezone.now() - timedelta(hours=2))
    approve(comment, by=moderator)

    waits = figures().waits()

    assert waits.of == 1
    assert timedelta(hours=2) <= waits.median < timedelta(hours=2, minutes=1)


def test_half_and_nine_of_ten():
    waits = Waits.among([60.0 * n for n in range(1, 11)])

    assert (waits.median, waits.ninetieth) == (timedelta(minutes=6), timedelta(minutes=10))


def test_of_appeals_the_share_that_was_right(moderator, administrator):
    for n in range(3):
        comment = decide("reject", moderator, reason="unkind")
        appeal = open_appeal(comment.decisions.order_by("-id").first(), "Please look again.")
        if n < 2:
            (overturn if n else uphold)(appeal, by=administrator, answer="We looked.")

    appeals = figures().appeals()

    assert (appeals.sent, appeals.decided, appeals.overturned, appeals.rate) == (3, 2, 1, 50)


def test_two_of_two_is_not_called_a_hundred_of_a_hundred(client, moderator, administrator):
    for _n in range(2):
        comment = decide("reject", moderator, reason="unkind")
        overturn(open_appeal(comment.lines.first(), "Please look again."), by=administrator, answer="Yes.")
    public = client.get(PUBLIC).content.decode()
    client.force_login(moderator)
    desk = client.get("/admin/comments/desk/figures/").content.decode()

    assert "2 of 2" in public
    assert "2 of 2" in desk
    assert "of 100" not in desk
    assert "Nine of ten" not in desk
    assert "nine of ten" not in public


def test_a_share_is_told_of_many():
    assert not Appeals(sent=49, decided=49, overturned=7).is_many
    assert Appeals(sent=50, decided=50, overturned=7).is_many
    assert Waits.among([60.0] * 9).is_few
    assert not Waits.among([60.0] * 10).is_few


def test_the_public_page_shows_the_same_numbers_and_no_person(client, moderator):
    comment = decide("reject", moderator, reason="unkind", note="Between us")
    Report.objects.create(comment=comment, reason="unkind", text="Look at this")

    page = client.get(PUBLIC).content.decode()

    assert "<td>1</td>" in page
    assert moderator.name not in page
    assert "Between us" not in page
    assert "Look at this" not in page


def test_an_empty_site_has_a_page_and_no_other_months(client):
    assert client.get(PUBLIC).status_code == 200
    assert client.get(PUBLIC + "2020-01/").status_code == 404
    assert client.get(PUBLIC + "%00/").status_code == 404


def test_moderators_see_figures_in_few_queries(client, moderator, django_assert_max_num_queries):
    for _n in range(3):
        decide("approve", moderator)
    client.force_login(moderator)

    with django_assert_max_num_queries(14):
        page = client.get("/admin/comments/desk/figures/?days=7").content.decode()

    assert moderator.name in page
    assert '<rect width="100%"' in page
