"""What a person may not do here for a time: imposed with a reason, kept at every door, explained, and lifted."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Rating
from comments.decisions import sanctions
from comments.decisions.appeals import open_appeal, overturn
from comments.decisions.comments import approve
from comments.intake.receive import receive, revise
from comments.models import Appeal, Comment, Decision, Helpful, HouseWording, NotReceived, Report, Sanction, Version
from comments.text.signing import OWN_COMMENT, SANCTION
from edge.models import Letter
from questions.models import Question
from tests.comments.sanctioning import NETWORK, impose, in_days
from tests.comments.typing import comment_data, mark_for, post, question_data, solved
from tests.factories import create_article, create_comment, create_sanction, create_thread, create_user

pytestmark = pytest.mark.django_db

WORDS = "Long words that took an hour to write."


# Imposing and lifting


def test_a_sanction_stands_in_the_record_with_its_statement(moderator):
    until = in_days(7)
    comment = create_comment(email="rude@example.net")

    sanction = impose(
        moderator, comment=comment, until=until, note="third time", explanation="Please be kind.", ground="Terms, 4"
    )

    decision = sanction.decisions.get()
    assert (decision.outcome, decision.by, decision.reason) == ("mute", moderator, "unkind")
    assert (decision.note, decision.explanation, decision.ground) == ("third time", "Please be kind.", "Terms, 4")
    assert (decision.until, decision.number, decision.words) == (until, comment.pk, comment.versions.get().digest)
    assert decision.needs_statement


def test_a_sanction_leaves_the_comment_that_led_to_it_alone(moderator):
    comment = create_comment()
    impose(moderator, comment=comment)

    approve(Comment.objects.get(pk=comment.pk), by=moderator)

    comment.refresh_from_db()
    assert comment.status == "approved"


def test_lifting_is_kept_in_the_record_and_done_once(moderator):
    sanction = impose(moderator)

    assert sanctions.lift(sanction, by=moderator, note="she apologised").outcome == "lifted"
    assert sanctions.lift(Sanction.objects.get(), by=moderator) is None
    assert [d.outcome for d in sanction.decisions.order_by("id")] == ["mute", "lifted"]
    assert not Sanction.objects.on(email="rude@example.net").exists()
    assert sanction.imposed.outcome == "mute"


def test_what_has_ended_cannot_be_lifted(moderator):
    sanction = create_sanction(until=timezone.now() - timedelta(minutes=1))

    assert sanctions.lift(sanction, by=moderator) is None
    assert not sanction.is_in_force


def test_the_same_click_twice_imposes_once(moderator):
    assert impose(moderator) == impose(moderator)
    assert Decision.objects.count() == 1


def test_nobody_decides_about_herself_or_another_moderator(moderator, administrator):
    another = create_user(role="Moderator")
    for person in ({"user": moderator}, {"email": moderator.email.upper()}, {"user": another}, {"user": administrator}):
        with pytest.raises(ValidationError):
            impose(moderator, **{"email": "", **person})
    assert not Sanction.objects.exists()


def test_a_writer_can_be_sanctioned(moderator, writer):
    assert impose(moderator, user=writer, email="")


@pytest.mark.parametrize(
    "fault",
    [
        {"reason": ""},
        {"kind": "shadow"},
        {"email": ""},
        {"network": NETWORK},
        {"until": timezone.now() - timedelta(days=1)},
        {"email": "", "network": NETWORK, "kind": "hold"},
        {"email": "", "network": NETWORK, "kind": "hold", "until": in_days(32)},
        {"email": "", "network": NETWORK, "kind": "mute", "until": in_days(1)},
        {"email": "", "network": NETWORK, "kind": "block", "until": in_days(1)},
    ],
)
def test_what_cannot_be_imposed_is_said_and_not_done(moderator, fault):
    with pytest.raises(ValidationError):
        impose(moderator, **fault)
    assert not Sanction.objects.exists()


def test_a_network_can_be_held_for_a_month(moderator):
    assert impose(moderator, email="", network=NETWORK, kind="hold", until=in_days(30)).is_in_force


# Whom it finds


def test_the_strongest_in_force_comes_first_in_one_query(moderator, django_assert_num_queries):
    user = create_user()
    create_sanction(kind="hold", network=NETWORK, until=in_days(1))
    create_sanction(kind="hold", user=user)
    create_sanction(kind="block", email=user.email, until=in_days(1))
    create_sanction(kind="block", user=user, until=timezone.now())
    create_sanction(kind="block", email="another@example.net")
    sanctions.lift(create_sanction(kind="mute", user=user), by=moderator)

    with django_assert_num_queries(1):
        found = list(Sanction.objects.on(user=user, network=NETWORK))

    assert [(s.kind, bool(s.network)) for s in found] == [("block", False), ("hold", False), ("hold", True)]


def test_neither_logging_out_nor_logging_in_gets_round_it(moderator):
    one, other = create_user(), create_user()
    create_sanction(user=one)
    create_sanction(email=other.email)

    assert Sanction.objects.on(email=one.email.upper()).exists()
    assert Sanction.objects.on(user=other).exists()
    assert not Sanction.objects.on(user=create_user(), email="", network="").exists()


# At the door


def test_held_people_write_and_wait_even_where_known_readers_appear_at_once(client):
    thread = create_thread(mode="open")
    writer = create_user(byline=True)
    create_sanction(user=writer, kind="hold")
    client.force_login(writer)

    answer = client.post(reverse("comments:add", args=[thread.pk]), comment_data(thread))

    comment = Comment.objects.get()
    assert answer.status_code == 302
    assert comment.status == "pending"
    assert comment.is_held
    assert "sanction" in [signal.code for signal in comment.reasons]


def test_neighbours_in_a_held_network_wait_unless_the_house_knows_them():
    thread, writer = create_thread(mode="open"), create_user(byline=True)
    create_comment(author=writer, status="approved")
    create_sanction(kind="hold", network=NETWORK, until=in_days(1))
    written = [
        receive(thread, name="x", email="x@example.net", body=f"{n}", author=author, network=NETWORK)
        for n, author in enumerate([create_user(), writer])
    ]

    assert [comment.status for comment in written] == ["pending", "approved"]
    assert [comment.is_held for comment in written] == [True, False]


@pytest.mark.parametrize("kind", ["mute", "block"])
def test_the_person_reads_until_when_and_why_and_keeps_her_text(client, reader, kind):
    HouseWording.objects.create(reason="unkind", wording="You attacked somebody.")
    until = in_days(3)
    create_sanction(kind=kind, user=reader, until=until)
    client.force_login(reader)

    answer = post(create_thread(), client, body=WORDS)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert WORDS in page
    assert f"{until.astimezone(timezone.get_current_timezone()):%Y}" in page
    assert "You attacked somebody." in page
    assert reverse("comments:sanctions") in page
    assert not Comment.objects.exists()


def test_who_types_anothers_address_learns_nothing_about_her():
    HouseWording.objects.create(reason="unkind", wording="You attacked somebody.")
    sanction = create_sanction(kind="mute", email="rude@example.net", until=in_days(3))
    Decision.objects.filter(sanction=sanction).update(explanation="About the letter to Ann.")

    answer = post(create_thread(), body=WORDS, email="Rude@example.net")

    page = answer.content.decode()
    assert answer.status_code == 403
    assert WORDS in page
    assert "not taken in at present" in page
    assert "You attacked" not in page
    assert "About the letter" not in page
    assert not Comment.objects.exists()


@pytest.fixture
def room(client, reader):
    """What somebody signed in could write about."""
    article = create_article(published=True)
    theirs = create_comment(thread=article.thread, status="approved")
    own = create_comment(thread=article.thread, author=reader, email=reader.email, status="approved")
    question = create_thread(title="Why?")
    question.opening = create_comment(thread=question, status="approved")
    question.save()
    client.force_login(reader)
    return {"article": article, "theirs": theirs, "own": own, "question": question}


def writes(room):
    """(name, address, form) of every way to write here; those that begin with * are closed to the blocked only."""
    article, theirs, question = room["article"], room["theirs"], room["question"]
    add = reverse("comments:add", args=[article.thread_id])
    report = {"reason": "unkind", "text": "", "mark": mark_for(f"report-{theirs.pk}"), **solved()}
    yield "comment", add, comment_data(article.thread, body=WORDS)
    yield "reply", add, comment_data(article.thread, body=WORDS, parent=theirs.pk)
    yield "answer", reverse("comments:add", args=[question.pk]), comment_data(question, body=WORDS)
    yield "question", reverse("questions:ask"), question_data(body=WORDS)
    yield "edit", OWN_COMMENT.to(room["own"].pk), {"body": WORDS, "version": room["own"].version}
    yield "*rating", reverse("articles:rate", args=[article.slug]), {"stars": 5}
    yield "*helpful", reverse("comments:vote"), {"comment": theirs.pk}
    yield "*report", reverse("comments:report", args=[theirs.pk]), report


def what_was_written():
    return [
        Comment.objects.filter(body=WORDS).count(), Question.objects.count(), Rating.objects.count(),
        Helpful.objects.count(), Report.objects.count(), Version.objects.count(),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["mute", "block"])
def test_no_way_in_stands_open(client, reader, room, kind):
    create_sanction(kind=kind, user=reader)
    before = what_was_written()

    for name, address, data in writes(room):
        if name.startswith("*") and kind == "mute":
            continue
        for path in (address, address.rstrip("/"), address + "/"):
            answers = [client.post(path, data), client.head(path), client.put(path), client.options(path)]
            assert answers[0].status_code != 302, (name, path)
        assert client.post(address, data).status_code == 403, name
        assert what_was_written() == before, name


def test_the_same_ways_are_open_to_everybody_else(client, room):
    """So that the matrix above can fail."""
    for name, address, data in writes(room):
        assert client.post(address, data).status_code in {302, 303}, name


def test_an_edit_without_the_account_is_refused_too(room, reader):
    create_sanction(email=reader.email)

    answer = Client().post(OWN_COMMENT.to(room["own"].pk), {"body": WORDS, "version": 1})

    assert answer.status_code == 403
    assert WORDS in answer.content.decode()
    with pytest.raises(NotReceived):
        revise(room["own"], body=WORDS)


# What the person sees


def test_the_person_finds_it_on_her_page_and_asks_another_moderator(client, reader, moderator):
    sanction = impose(moderator, user=reader, email="", explanation="About the letter to Ann.")
    client.force_login(reader)
    standing = reverse("comments:sanctions")

    assert standing in client.get(reverse("accounts:me")).content.decode()
    assert "About the letter to Ann." in client.get(standing).content.decode()
    answer = client.post(standing, {"decision": sanction.imposed.pk, "text": "It was a quotation."})

    assert answer.status_code == 302
    assert Appeal.objects.get().text == "It was a quotation."
    assert "It was a quotation." in client.get(standing).content.decode()


def test_an_appeal_that_is_right_lifts_it(reader, moderator):
    sanction = impose(moderator, user=reader, email="")
    appeal = open_appeal(sanction.imposed, "It was a quotation.")

    overturn(appeal, by=create_user(role="Moderator"))

    assert not Sanction.objects.on(user=reader).exists()


def test_nobody_sees_or_appeals_what_is_about_somebody_else(client, reader, moderator):
    sanction = impose(moderator)
    client.force_login(reader)
    standing = reverse("comments:sanctions")

    answer = client.post(standing, {"decision": sanction.imposed.pk, "text": "Let him in."})

    assert answer.status_code == 422
    assert "Nothing stands in your way" in client.get(standing).content.decode()
    assert not Appeal.objects.exists()


def test_a_signed_link_shows_one_sanction_and_a_forged_one_nothing(client, moderator):
    link = SANCTION.to(impose(moderator, explanation="Words for her").pk)

    assert "Words for her" in client.get(link).content.decode()
    assert client.get(link.replace("standing/", "standing/9")).status_code == 404


def test_an_appeal_comes_back_when_it_is_empty_or_too_long(client, reader, moderator):
    sanction = impose(moderator, user=reader, email="")
    client.force_login(reader)

    for text in ("", "x" * (Appeal.LONGEST + 1), "\0"):
        answer = client.post(reverse("comments:sanctions"), {"decision": sanction.imposed.pk, "text": text})
        assert answer.status_code == 422
    assert not Appeal.objects.exists()


# The letter


def test_the_account_that_it_meets_gets_a_letter_with_the_reason_and_the_link(client, reader, moderator):
    sanction = impose(moderator, user=reader, email="", explanation="About the letter to Ann.")

    letter = Letter.objects.get(key=f"decision:{sanction.imposed.pk}")
    assert letter.to == reader.email
    assert "About the letter to Ann." in letter.text
    assert SANCTION.to(sanction.pk) in letter.text
    assert SANCTION.to(sanction.pk) in letter.html


def test_no_letter_goes_to_an_address_that_nobody_confirmed_nor_to_a_network(reader, moderator):
    EmailAddress.objects.filter(user=reader).update(verified=False)
    impose(moderator, user=reader, email="")
    impose(moderator)
    impose(moderator, email="", network=NETWORK, kind="hold", until=in_days(1))

    assert not Letter.objects.exists()


def test_a_sanction_lifted_at_once_sends_nothing(reader, moderator):
    sanctions.lift(impose(moderator, user=reader, email=""), by=moderator)

    assert not Letter.objects.exists()


# In the admin


def add_page(comment=None):
    return reverse("admin:comments_sanction_add") + (f"?comment={comment.pk}" if comment else "")


def choices(**fields):
    return {"target": "email", "kind": "mute", "days": "7", "reason": "unkind", "explanation": "", "note": "", **fields}


def test_a_moderator_mutes_whoever_wrote_a_comment(client, moderator):
    comment = create_comment(email="Rude@example.net")
    client.force_login(moderator)

    looked = client.post(add_page(comment), choices(explanation="Please be kind.", look="1"))
    assert "You cannot write here." in looked.content.decode()
    assert not Sanction.objects.exists()

    answer = client.post(add_page(comment), choices(explanation="Please be kind."))
    sanction = Sanction.objects.get()
    assert answer["Location"] == reverse("admin:comments_sanction_change", args=[sanction.pk])
    assert (sanction.kind, sanction.email, sanction.comment) == ("mute", "rude@example.net", comment)
    assert timedelta(days=6) < sanction.until - timezone.now() <= timedelta(days=7)
    assert "Please be kind." in client.get(answer["Location"]).content.decode()


def test_against_the_law_asks_which_law_and_the_person_reads_it(client, reader, moderator):
    comment, law = create_comment(author=reader), "Criminal Code, section 185"
    client.force_login(moderator)
    unlawful = choices(target="user", reason="unlawful")

    assert "Please name the law" in client.post(add_page(comment), unlawful).content.decode()
    assert not Sanction.objects.exists()
    assert law in client.post(add_page(comment), unlawful | {"ground": law, "look": "1"}).content.decode()
    client.post(add_page(comment), unlawful | {"ground": law})

    sanction = Sanction.objects.get()
    assert sanction.imposed.ground == law
    assert law in Letter.objects.get().text
    said = Client().get(SANCTION.to(sanction.pk)).content.decode()
    assert law in said
    assert "This holds everywhere," in said


def test_where_the_house_names_the_law_nobody_has_to(client, moderator):
    HouseWording.objects.create(reason="unlawful", wording="No.", ground="Media Act, 7")
    client.force_login(moderator)

    client.post(add_page(), choices(email="rude@example.net", reason="unlawful"))

    assert Sanction.objects.get().imposed.ground == "Media Act, 7"


def test_the_form_offers_what_is_known_and_nothing_else(client, reader, moderator):
    comment = create_comment(author=reader, email=reader.email, network=NETWORK)
    client.force_login(moderator)

    assert client.post(add_page(comment), choices()).status_code == 422
    assert client.post(add_page(comment), choices(target="network")).status_code == 422
    client.post(add_page(comment), choices(target="user", days=""))

    assert [(s.user, s.email, s.network, s.until) for s in Sanction.objects.all()] == [(reader, "", "", None)]


def test_without_a_comment_an_address_is_typed(client, moderator):
    client.force_login(moderator)

    client.post(add_page(), choices(email="Rude@example.net"))

    assert Sanction.objects.get().email == "rude@example.net"


def test_a_moderator_lifts_it_by_a_button_and_sees_what_ended(client, moderator):
    sanction = impose(moderator)
    client.force_login(moderator)
    lift = reverse("admin:comments_sanction_lift", args=[sanction.pk])
    listed = reverse("admin:comments_sanction_changelist")

    assert client.get(lift).status_code == 405
    assert "rude@example.net" in client.get(listed).content.decode()
    client.post(lift, {"note": "she apologised"})
    client.post(lift, {"note": "again"})

    assert [d.note for d in sanction.decisions.order_by("id")] == ["", "she apologised"]
    assert "rude@example.net" not in client.get(listed).content.decode()
    assert "rude@example.net" in client.get(listed, {"state": "ended"}).content.decode()


def test_moderators_are_not_offered_to_each_other(client, moderator):
    comment = create_comment(author=create_user(role="Moderator"))
    client.force_login(moderator)

    answer = client.post(add_page(comment), choices(target="user"))

    assert answer.status_code == 422
    assert "This person moderates here" in answer.content.decode()


@pytest.mark.parametrize(("kind", "told"), [("hold", False), ("mute", True), ("block", True)])
def test_whoever_is_signed_in_and_cannot_write_reads_it_before_she_has_written(client, reader, kind, told):
    create_sanction(kind=kind, user=reader)
    address = reverse("comments:add", args=[create_thread().pk])
    assert 'name="body"' in client.get(address).content.decode()
    client.force_login(reader)

    page = client.get(address).content.decode()

    assert (reverse("comments:sanctions") in page) is told
    assert ('name="body"' not in page) is told


def test_the_private_page_of_the_words_that_led_to_it_says_what_stands_against_a_typed_address(client, moderator):
    comment = create_comment(email="rude@example.net")
    sanction = impose(moderator, comment=comment)

    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()

    assert sanction.sentence in page
    assert SANCTION.to(sanction.pk) in page
    assert client.get(SANCTION.to(sanction.pk)).status_code == 200
    sanctions.lift(sanction, by=moderator)
    assert SANCTION.to(sanction.pk) not in client.get(OWN_COMMENT.to(comment.pk)).content.decode()
