"""The statement of reasons: complete for every removal, the same on page, in letter and in preview, mailed to her alone."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from comments.decisions.appeals import open_appeal, uphold
from comments.decisions.comments import approve, mark_as_spam, reject, remove, undo, withdraw
from comments.decisions.sanctions import impose
from comments.intake.receive import receive
from comments.ledger.statement import preview, statement_of
from comments.models import Comment, Decision, HouseRules, HouseWording, Sanction
from edge.mail import send_due_letters
from edge.models import Letter
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db

REASONS = [r for r in Decision.Reason.values if r not in {"spam", "withdrawn"}]


# Which of a statement's sentences answers which point of Article 17(3); either (d) or (e).
POINTS = {
    "a": ("restriction", "where", "how_long"),
    "b": ("facts", "prompted"),
    "c": ("machine",),
    "d": ("law",),
    "e": ("clause",),
    "f": ("redress",),
}


def missing(statement):
    """The points, by their letters, that a statement does not answer."""
    answered = {point for point, names in POINTS.items() if all(getattr(statement, name) for name in names)}
    lacking = sorted(set(POINTS) - {"d", "e"} - answered)
    return lacking if len({"d", "e"} & answered) == 1 else [*lacking, "d or e"]


@pytest.fixture
def comment(reader):
    return create_comment(author=reader, email=reader.email, body="Warmth helps me.")


def letters(key=""):
    return Letter.objects.filter(key__startswith=key)


# Takes over a second: a hundred and fifty comments are received and decided on.
def test_every_removal_of_a_year_of_work_has_all_six_points(moderator):
    random, thread = Random(17), create_thread()
    for n in range(150):
        comment = receive(thread, name="R", email="r@example.net", body=f"Text {n}", limited=False)
        comment.priority = random.choice([0, 40])
        said = {
            "reason": random.choice(REASONS),
            "explanation": random.choice(["", "Please see the rules."]),
            "ground": random.choice(["", "Criminal Code, section 185"]),
            "source": random.choice(Decision.Source.values),
            "until": random.choice([None, timezone.now() + timedelta(days=9)]),
            "territory": random.choice(["", "Germany"]),
        }
        if random.random() < 0.5:
            approve(comment, by=moderator)
            remove(comment, by=moderator, **said)
        else:
            reject(comment, by=moderator, **said)
    for kind in Sanction.Kind.values:
        impose(kind=kind, by=moderator, reason=random.choice(REASONS), email=f"{kind}@example.net")

    taken = [decision for decision in Decision.objects.all() if decision.needs_statement]

    assert len(taken) == 153
    assert [missing(statement_of(decision)) for decision in taken] == [[]] * 153


@pytest.mark.parametrize("lost", ["restriction", "how_long", "facts", "machine", "clause", "redress"])
def test_a_statement_that_lacks_a_point_is_not_complete(comment, moderator, lost):
    statement = statement_of(reject(comment, by=moderator, reason="unkind"))

    assert not missing(statement)
    assert missing(replace(statement, **{lost: ""}))


def test_it_rests_on_a_law_or_on_a_clause_and_not_on_both(comment, moderator):
    statement = statement_of(reject(comment, by=moderator, reason="unlawful", ground="Criminal Code, section 185"))

    assert (statement.law, statement.clause) == ("Criminal Code, section 185", "")
    assert missing(replace(statement, clause="Terms")) == ["d or e"]


def test_the_house_may_put_it_in_its_own_words(comment, moderator):
    HouseWording.objects.create(reason="unkind", wording="We are kind here.", ground="Rule 1")

    statement = statement_of(reject(comment, by=moderator, reason="unkind"))

    assert (statement.facts, statement.clause) == ("We are kind here.", "Rule 1")


def test_it_says_whether_a_machine_took_part(comment, moderator):
    found = statement_of(reject(comment, by=moderator, reason="unkind", machine_found=True))
    read = statement_of(reject(create_comment(), by=moderator, reason="unkind", machine_found=False))
    alone = statement_of(reject(create_comment(), by=None, reason="unkind"))

    assert "had marked it" in found.machine
    assert "No program" in read.machine
    assert "nobody has read" in alone.machine


def test_the_preview_is_what_she_reads_in_the_end(client, comment, moderator):
    said = {"reason": "unkind", "explanation": "Not <b>here</b>."}
    seen = preview(comment.state, "rejected", by=moderator, **said)
    assert not Decision.objects.exists()

    reject(comment, by=moderator, **said)

    assert "Not &lt;b&gt;here&lt;/b&gt;." in seen
    assert seen in client.get(own(comment)).content.decode()
    assert seen in letters("decision:").get().html


def test_spam_approvals_and_a_missing_reason_have_no_preview(comment, moderator):
    assert not preview(comment.state, "spam", by=moderator, reason="spam")
    assert not preview(comment.state, "approved", by=moderator, reason="")
    assert not preview(comment.state, "rejected", by=moderator, reason="")


def own(comment):
    from comments.text.signing import OWN_COMMENT

    return OWN_COMMENT.to(comment.pk)


# --- The letter -----------------------------------------------------------------------------------------------------


def test_a_confirmed_address_gets_the_statement_and_none_of_the_words(comment, moderator, reader):
    decision = reject(comment, by=moderator, reason="unkind", note="Third time")

    letter = Letter.objects.get(key=f"decision:{decision.pk}")
    assert letter.to == reader.email
    assert "It attacks a person" in letter.text
    assert own(comment).partition(":")[0] in letter.text
    for secret in ["Warmth helps", "Third time", moderator.name]:
        assert secret not in letter.text + letter.html


def test_a_typed_or_unconfirmed_address_gets_nothing(comment, moderator, reader):
    EmailAddress.objects.update(verified=False)

    reject(comment, by=moderator, reason="unkind")
    reject(create_comment(email=reader.email), by=moderator, reason="unkind")

    assert not letters().exists()


def test_spam_and_what_she_took_back_herself_are_not_explained(comment, moderator, reader):
    withdraw(comment)
    mark_as_spam(create_comment(author=reader), by=moderator)

    assert not letters().exists()


def test_a_decision_taken_back_in_time_is_never_heard_of(settings, comment, moderator):
    settings.COMMENT_MAIL_DELAY = 120
    decision = reject(comment, by=moderator, reason="unkind")
    assert letters("decision:").exists()
    assert send_due_letters() == 0

    undo(comment, decision, by=moderator)

    assert not letters().exists()


def test_the_news_that_it_is_online_can_be_taken_back_too(settings, comment, moderator):
    settings.COMMENT_MAIL_DELAY = 120
    Comment.objects.filter(pk=comment.pk).update(wants_mail=True)
    comment.refresh_from_db()
    approve(comment, by=moderator)
    assert letters("online:").exists()

    removal = remove(comment, by=moderator, reason="private")
    assert not letters("online:").exists()

    undo(comment, removal, by=moderator)
    assert letters("online:").exists()


def test_she_hears_what_came_of_her_appeal(comment, moderator):
    appeal = open_appeal(reject(comment, by=moderator, reason="unkind"), "I meant it kindly.")

    uphold(appeal, by=create_user(role="Moderator"), answer="It names <somebody>.")

    letter = letters(f"appeal:{appeal.pk}").get()
    assert "the decision stands" in letter.text
    assert "It names &lt;somebody&gt;." in letter.html


# --- In the admin ---------------------------------------------------------------------------------------------------


def test_a_moderator_puts_a_reason_into_the_words_of_the_house(client, moderator):
    client.force_login(moderator)
    add = "/admin/comments/housewording/add/"

    assert "It attacks a person" in client.get(add).content.decode()
    client.post(add, {"reason": "unkind", "wording": "We are kind here.", "ground": ""})

    assert HouseWording.objects.get().reason == "unkind"
    assert 'value="unkind"' not in client.get(add).content.decode()


def test_a_moderator_sets_the_house_rules_and_an_editor_does_not(client, moderator, editor):
    client.force_login(editor)
    assert client.get("/admin/comments/houserules/1/change/").status_code == 403

    client.force_login(moderator)
    numbers = {"known_after": 5, "known_days": 90, "crisis_minutes": 20, "closes_after_days": ""}
    client.post("/admin/comments/houserules/1/change/", numbers)

    assert HouseRules.current().known_after == 5


def test_the_record_can_be_read_when_a_comment_is_gone_and_its_moderator_has_left(client, comment, moderator):
    decision = reject(comment, by=moderator, reason="unkind")
    comment.delete()
    Decision.objects.filter(pk=decision.pk).update(by=None)
    client.force_login(moderator)

    assert "which is gone" in client.get("/admin/comments/decision/").content.decode()
    assert "who has left" in client.get(f"/admin/comments/decision/{decision.pk}/change/").content.decode()
