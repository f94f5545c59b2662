"""The record: whatever people do, every comment stands as it says; whatever somebody changes behind its back is found."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.people import apply_policy, erase
from comments.decisions.appeals import open_appeal, overturn, take_back, uphold
from comments.decisions.comments import approve, keep, mark_as_spam, reject, remove, undo, withdraw
from comments.decisions.sanctions import impose, lift
from comments.intake import receive as door
from comments.ledger.sealing import CHUNK, seal_due
from comments.ledger.verifying import Look, look_by_night
from comments.models import (
    AlreadyAnswered,
    AlreadyDecided,
    Appeal,
    Comment,
    Decision,
    Message,
    Note,
    NotYours,
    Sanction,
    Seal,
    Thread,
    Version,
)
from tests.factories import create_thread, create_user

WORDS = "Warmth helps me, says Rosalinde."


def problems(expect=""):
    while seal_due():
        pass
    return list(Look.begin(expect=expect).to_the_end())


def receive(thread, **fields):
    return door.receive(
        thread, **{"name": "Rosa", "email": "rosa@example.net", "body": WORDS, "limited": False, **fields}
    )


# --- Whatever people do ---------------------------------------------------------------------------------------------


class Day:
    """Two moderators, a writer and three comments; each deed may come too late, as in life."""

    deeds = ["approve", "reject", "spam", "remove", "keep", "report", "undo", "revise", "withdraw", "appeal", "judge",
             "reconsider", "sanction", "seal", "erase"]  # fmt: skip

    def __init__(self):
        self.moderators = [create_user(role="Moderator"), create_user(role="Moderator")]
        self.author = create_user()
        thread = create_thread()
        self.comments = [receive(thread), receive(thread, author=self.author, email=self.author.email), receive(thread)]
        self.pks = [comment.pk for comment in self.comments]

    def do(self, deed, which, who):
        comment = Comment.objects.get(pk=self.pks[which])
        try:
            getattr(self, deed)(comment, self.moderators[who])
        except AlreadyDecided:
            pass

    def approve(self, comment, by):
        approve(comment, by=by)

    def reject(self, comment, by):
        reject(comment, by=by, reason="unkind", note="Third time", explanation="Not here")

    def spam(self, comment, by):
        mark_as_spam(comment, by=by)

    def remove(self, comment, by):
        remove(comment, by=by, reason="private")

    def keep(self, comment, by):
        keep(comment, by=by)

    def report(self, comment, by):
        if comment.is_public and not comment.reports.filter(state="open").exists():
            comment.reports.create(version=comment.version, reason="unkind", network=str(comment.reports.count()))
            Comment.objects.filter(pk=comment.pk).update(reported_at=timezone.now())

    def undo(self, comment, by):
        undo(comment, comment.lines.first(), by=by)

    def revise(self, comment, by):
        door.revise(comment, body=f"Words number {Version.objects.count()}")

    def withdraw(self, comment, by):
        withdraw(comment)

    def appeal(self, comment, by):
        last = comment.lines.first()
        if last.may_be_appealed:
            open_appeal(last, "Please look again.")

    def judge(self, comment, by):
        for appeal in Appeal.objects.open().exclude(decision__by_number=by.pk).filter(decision__number=comment.pk):
            overturn(appeal, by=by)

    def reconsider(self, comment, by):
        for appeal in Appeal.objects.filter(decision__number=comment.pk):
            with suppress(NotYours, AlreadyAnswered):
                take_back(appeal, by=by)

    def sanction(self, comment, by):
        sanction = impose(kind="mute", by=by, reason="unkind", email=comment.email or "a@example.org")
        lift(sanction, by=by)

    def seal(self, comment, by):
        seal_due()

    def erase(self, comment, by):
        erase(comment.email or "nobody@example.org")


class AnyDay(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([*Day.deeds[:-1] * 3, "erase"]),
                st.integers(min_value=0, max_value=2),
                st.integers(min_value=0, max_value=1),
            ),
            min_size=5,
            max_size=25,
        )
    )
    def test_every_comment_stands_as_the_record_says(self, deeds):
        day = Day()
        for deed, which, who in deeds:
            day.do(deed, which, who)

        assert problems() == []


# --- Whatever somebody changes --------------------------------------------------------------------------------------


@pytest.fixture
def busy(moderator, reader):
    """A record with something of everything in it."""
    thread = create_thread()
    first = receive(thread)
    approve(first, by=moderator)
    door.revise(first, body="Cold helps me.")
    undo(first, reject(first, by=moderator, reason="unkind", note="Third time", explanation="Not here."), by=moderator)
    impose(kind="mute", by=moderator, reason="unkind", user=reader, comment=first)
    last = receive(thread)
    reject(last, by=moderator, reason="advert")
    assert problems() == []
    assert Decision.objects.count() > 5
    return first


# Takes over a second: the whole record is read again for each column of each line.
@pytest.mark.django_db
def test_every_column_of_every_line_is_guarded(busy, editor):
    """`id` is a name and nothing else; everything but that."""
    missed = []
    for column in Decision._meta.concrete_fields:
        for line in [] if column.primary_key else Decision.objects.all():
            before = getattr(line, column.attname)
            Decision.objects.filter(pk=line.pk).update(**{column.attname: another(column, before, editor)})
            if not problems():
                missed.append((line.pk, column.name))
            Decision.objects.filter(pk=line.pk).update(**{column.attname: before})

    assert not missed, str(missed)


def another(column, value, person):
    if column.remote_field:
        return None if value else another_row(column.related_model, person)
    if isinstance(column, models.DateTimeField):
        return value + timedelta(seconds=1) if value else timezone.now()
    if isinstance(column, models.BooleanField):
        return not value
    if isinstance(column, models.IntegerField):
        return (value or 0) + 1_000
    return "spam" if value != "spam" else "other"


def another_row(model, person):
    if model is type(person):
        return person.pk
    if model is Decision:
        return Decision.objects.exclude(undone__isnull=False).first().pk
    row = model.objects.first()
    return row.pk if row else model.objects.create(up_to=0, verb="approve").pk


@pytest.mark.django_db(transaction=False)
def test_every_missing_line_is_found(busy):
    missed = []
    for line in list(Decision.objects.all()):
        fields = {column.attname: getattr(line, column.attname) for column in Decision._meta.concrete_fields}
        Decision.objects.filter(undoes=line).update(undoes=None)
        Decision.objects.filter(pk=line.pk)._raw_delete("default")
        if not problems():
            missed.append(line.pk)
        Decision.objects.bulk_create([Decision(**fields)])

    assert not missed, str(missed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Comment, {"body": "Other words"}),
        (Comment, {"version": 2}),
        (Comment, {"waiting_version": None, "waits_since": None}),
        (Comment, {"status": "removed", "waiting_version": None, "waits_since": None}),
        (Version, {"body": "Other words"}),
        (Version, {"salt": "0"}),
        (Sanction, {"kind": "block"}),
        (Sanction, {"lifted_at": datetime(2026, 1, 1, tzinfo=UTC)}),
        (Seal, {"place": 1_000}),
        (Seal, {"digest": "0"}),
    ],
    ids=str,
)
def test_what_is_changed_outside_the_record_is_found(busy, model, change):
    row = busy if model is Comment else model.objects.order_by("pk").last()

    model.objects.filter(pk=row.pk).update(**change)

    assert len(problems()) >= 1


@pytest.mark.django_db
def test_a_comment_that_is_gone_without_a_reason_is_found(busy):
    busy.delete()

    assert [f"Comment {Decision.objects.order_by('id').first().number} is gone" in each for each in problems()] == [
        True
    ]


@pytest.mark.django_db
def test_a_digest_noted_earlier_must_still_stand_in_the_chain(busy):
    noted = Seal.objects.get().digest
    approve(busy, by=None)

    assert problems(expect=noted) == []
    assert len(problems(expect="0" * 64)) == 1


@pytest.mark.django_db
def test_a_decision_is_neither_changed_nor_deleted(busy):
    line = Decision.objects.first()

    with pytest.raises(TypeError):
        line.save()
    with pytest.raises(TypeError):
        line.delete()


# --- What may go ----------------------------------------------------------------------------------------------------


def all_values():
    """Every value in every table of ours, as text."""
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            yield from map(str, row)


@pytest.mark.django_db
def test_an_erased_person_leaves_no_word_and_a_record_that_holds(moderator):
    thread, rosa = create_thread(), "rosalinde@example.net"
    comment = receive(thread, email=rosa)
    approve(comment, by=moderator)
    door.revise(comment, body=f"{WORDS} Again.")
    no = reject(comment, by=moderator, reason="unkind", note="Rosalinde again", explanation="Rosalinde, please")
    uphold(open_appeal(no, "I am Rosalinde"), by=create_user(role="Moderator"), answer="No, Rosalinde")
    comment.notes.create(body="Rosalinde", by=moderator)
    comment.messages.create(body="Dear Rosalinde", by=moderator)
    impose(kind="mute", by=moderator, reason="unkind", email=rosa, comment=comment, note="Rosalinde")
    assert problems() == []

    erase(rosa)

    assert [value for value in all_values() if "rosalinde" in value.lower()] == []
    assert problems() == []


@pytest.mark.django_db
def test_a_moderator_who_leaves_leaves_a_record_that_holds(busy, moderator):
    erase(moderator.email)

    assert problems() == []
    assert Decision.objects.filter(by=None, by_number=moderator.pk).exists()


@pytest.mark.django_db
def test_an_account_that_is_deleted_leaves_a_record_that_holds_and_a_name_that_is_cut_out_does_not(busy, moderator):
    Decision.objects.filter(by=moderator).update(by=None)
    assert len(problems()) == 1

    type(moderator).objects.filter(pk=moderator.pk).delete()

    assert problems() == []


@pytest.mark.django_db
def test_retention_deletes_spam_and_the_record_holds(moderator):
    thread = create_thread()
    for_good, kept = receive(thread), receive(thread)
    mark_as_spam(for_good, by=moderator)
    approve(kept, by=moderator)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=91))

    apply_policy()

    assert list(Comment.objects.all()) == [kept]
    assert problems() == []


def a_year_later():
    """Everything that has a time is a year and a day older now."""
    back = timedelta(days=366)
    Version.objects.update(created_at=F("created_at") - back)
    Appeal.objects.update(created_at=F("created_at") - back, decided_at=F("decided_at") - back)
    Note.objects.update(created_at=F("created_at") - back)
    Message.objects.update(created_at=F("created_at") - back)


def decided_long_ago(days=181):
    """Before anything is sealed: what is sealed cannot be moved."""
    Decision.objects.update(at=F("at") - timedelta(days=days))


@pytest.mark.django_db
def test_a_text_that_has_given_way_is_forgotten_after_a_year_and_the_record_holds(moderator):
    thread = create_thread()
    edited, waits, alone = receive(thread), receive(thread), receive(thread)
    for comment in (edited, waits, alone):
        approve(comment, by=moderator)
    door.revise(edited, body="New")
    approve(edited, by=moderator)
    door.revise(waits, body="Newest")
    decided_long_ago()
    a_year_later()

    apply_policy()

    gone = Version.objects.get(body="")
    assert (gone.comment, gone.number, gone.salt, gone.signals, gone.digest) == (edited, 1, "", [], "")
    assert problems() == []


@pytest.mark.django_db
def test_a_text_that_could_come_back_is_kept(moderator, reader):
    thread = create_thread()
    young, appealed = receive(thread), receive(thread)
    for comment in (young, appealed):
        approve(comment, by=moderator)
        door.revise(comment, body="New")
        last = reject(comment, by=moderator, reason="unkind")
    appeal = open_appeal(last, "Please look again.")
    Decision.objects.filter(comment=appealed).update(at=F("at") - timedelta(days=400))
    a_year_later()

    apply_policy()

    assert not Version.objects.filter(body="").exists()
    overturn(appeal, by=create_user(role="Moderator"))
    appealed.refresh_from_db()
    assert appealed.body == "New"


@pytest.mark.django_db
def test_notes_messages_and_the_words_of_an_appeal_go_after_a_year(moderator):
    comment = receive(create_thread())
    decision = reject(comment, by=moderator, reason="unkind")
    other = reject(receive(comment.thread), by=moderator, reason="unkind")
    uphold(open_appeal(decision, "My words."), by=create_user(role="Moderator"), answer="Our answer.")
    waiting = open_appeal(other, "Open for long.")
    Note.objects.create(comment=comment, by=moderator, body="Third time.")
    Message.objects.create(comment=comment, by=moderator, body="Please call.")

    apply_policy()
    assert (Note.objects.count(), Message.objects.count()) == (1, 1)
    a_year_later()
    apply_policy()

    assert (Note.objects.count(), Message.objects.count()) == (0, 0)
    judged = Appeal.objects.get(decision=decision)
    assert (judged.text, judged.answer, judged.outcome) == ("", "", "upheld")
    assert Appeal.objects.get(pk=waiting.pk).text == "Open for long."
    assert problems() == []


@pytest.mark.django_db
def test_spam_that_somebody_answered_does_not_take_the_answer_along(moderator):
    spam = receive(create_thread())
    approve(spam, by=moderator)
    answer = receive(spam.thread, parent=spam)
    mark_as_spam(spam, by=moderator)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=91))

    apply_policy()

    assert answer in Comment.objects.all()
    assert problems() == []


@pytest.mark.django_db
def test_with_a_page_go_its_comments_and_the_record_holds(busy):
    Thread.objects.filter(pk=busy.thread_id).delete()

    assert problems() == []


# --- Sealing, the command, the night --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_sealing_goes_in_chunks_and_gives_every_line_one_place(django_assert_max_num_queries):
    thread = create_thread()
    Comment.objects.bulk_create([Comment(thread=thread, name="R", body="x", waits_since=timezone.now())])
    comment = Comment.objects.get()
    Decision.objects.bulk_create([Decision(comment=comment, outcome="pending") for _n in range(CHUNK + 3)])

    with django_assert_max_num_queries(15):
        assert seal_due() == CHUNK

    assert (seal_due(), seal_due()) == (3, 0)
    assert list(Decision.objects.order_by("id").values_list("place", flat=True)) == list(range(1, CHUNK + 4))


@pytest.mark.django_db
def test_the_command_says_how_many_and_where_the_chain_ends(busy):
    out = StringIO()
    call_command("verify_decisions", stdout=out)

    assert Seal.objects.get().digest in out.getvalue()
    assert f"{Decision.objects.count()} decisions sealed" in out.getvalue()


@pytest.mark.django_db
def test_the_command_fails_and_names_what_is_wrong(busy):
    Comment.objects.filter(pk=busy.pk).update(body="Other words")
    said = StringIO()

    with pytest.raises(CommandError) as failed:
        call_command("verify_decisions", stdout=StringIO(), stderr=said)

    assert failed.value.returncode == 1
    assert f"comment {busy.pk}" in said.getvalue()


def night():
    while look_by_night():
        pass
    return Seal.objects.get().problems


@pytest.mark.django_db
def test_what_the_night_finds_stands_on_the_moderators_front_page(client, busy, moderator):
    client.force_login(moderator)
    night()
    assert "record" not in client.get("/admin/").content.decode().lower().partition("<main")[2]

    Comment.objects.filter(pk=busy.pk).update(body="Other words")
    Seal.objects.update(looked_at=timezone.now() - timedelta(days=2))
    night()

    assert f"The words of comment {busy.pk} are not those" in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_late_seals_are_an_alarm(client, busy, moderator):
    approve(busy, by=None)
    Decision.objects.filter(place=None).update(at=timezone.now() - timedelta(minutes=2))
    client.force_login(moderator)

    assert "sealed" in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_the_night_looks_once(busy):
    night()
    Comment.objects.filter(pk=busy.pk).update(body="Other words")

    assert night() == []


@pytest.mark.django_db
def test_the_night_puts_counts_right(busy):
    Comment.objects.filter(pk=busy.pk).update(helpful_count=7, reported_at=timezone.now())

    assert len(night()) == 2
    busy.refresh_from_db()
    assert (busy.helpful_count, busy.reported_at) == (0, None)
