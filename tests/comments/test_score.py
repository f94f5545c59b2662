"""What spam looks like here, learned from moderators' decisions. `honest.txt` and `taught.tsv` were written for this."""

import random
import zlib
from datetime import timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from benchmarks._judges import Ours, cross_validated
from benchmarks._spam import read_texts
from comments.decisions import comments as decisions
from comments.decisions.comments import mark_as_spam, reject, remove, undo
from comments.decisions.sanctions import impose
from comments.intake import score
from comments.intake.checks import DOUBTFUL, SURE, Writing, look_at, verdict
from comments.intake.receive import receive
from comments.intake.score import ENOUGH, HAM, HEAD, SPAM, Knowledge, NotAModel, read, score_of, spots_in
from comments.models import Decision, SpamModel
from comments.spam import learning
from comments.spam.learning import as_file, from_file, learn_due, replace, retrain
from comments.text.words import Rule, Rules
from tests.clock import is_quick
from tests.factories import create_comment, create_thread, create_user

HERE = Path(__file__).parent
SPAM_TEXT = "Cheap pills without prescription, order now, free shipping"

# What a moderator in a hurry might put on the lists, and the names that a health site has to allow.
LISTED = {
    "blocked": [
        "buy viagra", "online casino bonus", "payday loan", "escort service", "spell caster", "no prescription needed",
        "cheap pills", "hot girls", "guest post", "followers and likes", "bitcoin investment", "free spins",
    ],
    "suspect": [
        "viagra", "cialis", "xanax", "tramadol", "fentanyl", "botox", "casino", "porn", "escort", "payday", "crypto",
        "without prescription", "free shipping", "weight loss pills", "penis enlargement", "whatsapp", "telegram",
        "miracle drops", "act now", "click here", "make money",
    ],
    "allowed": [
        "viagra", "cialis", "xanax", "tramadol", "fentanyl", "botox", "online casino", "porn habit", "escort dogs",
        "kind of escort", "ritalin", "semaglutide",
    ],
}  # fmt: skip


def honest():
    lines = (HERE / "honest.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def taught():
    texts = read_texts(HERE / "taught.tsv")
    random.Random(1).shuffle(texts)
    return texts


def knowing(texts):
    ours = Ours()
    ours.train(texts)
    return ours.knowledge


@pytest.fixture(scope="module")
def knowledge():
    return knowing(taught())


@pytest.fixture
def _fresh_copy():
    score.forget()
    yield
    score.forget()


@pytest.fixture
def thread(db):
    return create_thread()


def decided(thread, how, by, body, *, ago=60):
    """A comment that was decided so many minutes ago."""
    comment = create_comment(thread=thread, body=body)
    decision = reject(comment, by=by, reason="unkind") if how == "reject" else getattr(decisions, how)(comment, by=by)
    return comment, aged(decision, ago)


def aged(decision, ago=60):
    Decision.objects.filter(pk=decision.pk).update(at=timezone.now() - timedelta(minutes=ago))
    return decision


def learned():
    return read(SpamModel.objects.get())


def same(one, other):
    return one.counts == other.counts and one.texts == other.texts


# --- The score ---------------------------------------------------------------------------------------------------


def test_of_200_honest_comments_none_is_spam_and_at_most_two_are_held_by_lists_and_score(knowledge):
    rules = Rules(tuple(Rule(kind, phrase) for kind, phrases in LISTED.items() for phrase in phrases))
    texts, held = honest(), []
    for text in texts:
        found = look_at(Writing(body=text, score=knowledge.score(text), rules=rules, language="en"))
        assert verdict(found, may_appear=False) == "pending", text
        if any(
            one.code in {"blocked", "suspect"} or (one.code == "score" and one.count >= 100 * SURE) for one in found
        ):
            held.append(text)

    assert len(texts) == len(set(texts)) == 200
    assert not set(texts) & {text for text, _is_spam in taught()}
    assert len(held) <= 2, held


def test_most_spam_is_held_by_the_score_alone():
    held = cross_validated(Ours, taught(), folds=5)

    assert held.found > 0.75
    assert held.held <= 0.02


def test_the_same_words_say_less_among_many_than_alone(knowledge):
    """Else every long text is told by its length: each of its words says a little, and none of them alone."""
    few = score.marks_of(SPAM_TEXT)
    much = {**dict.fromkeys(few, 1), **dict.fromkeys(score.marks_of(" ".join(honest())), 0)}
    knowledge = Knowledge(texts=[100, 100])
    for mark in much:
        knowledge.counts[HAM][mark] = knowledge.counts[SPAM][mark] = 10
    for mark in few:
        knowledge.counts[SPAM][mark] = 20

    assert 0 < knowledge.raw(dict.fromkeys(much, 1.0)) < knowledge.raw(few) / 2


def test_a_word_alone_is_no_proof(knowledge):
    assert knowledge.score("") < DOUBTFUL
    assert max(map(knowledge.score, ("free", "click", "channel", "money", "www"))) < SURE


def test_of_a_model_from_before_the_counters_stay_and_the_scale_begins_anew(knowledge):
    """A result was a sum then, so its slope would make everything look honest."""
    data = HEAD.pack(score.SUMS, *knowledge.texts, 0.01, 0.0, *map(len, knowledge.results))
    older = Knowledge.from_bytes(data + knowledge.as_bytes()[HEAD.size :])

    assert same(older, knowledge)
    assert (older.slope, older.shift) == (Knowledge.slope, Knowledge.shift)
    assert not any(older.results)
    assert sum(older.score(text) >= SURE for text in honest()) <= 2
    assert sum(older.score(text) >= SURE for text, is_spam in taught() if is_spam) > 100
    older.learn(SPAM_TEXT, SPAM)
    assert older.as_bytes().startswith(score.MAGIC)


def test_taking_back_what_was_learned_leaves_nothing(knowledge):
    before = knowledge.as_bytes()
    knowledge.learn(SPAM_TEXT, SPAM)
    knowledge.unlearn(SPAM_TEXT, SPAM)

    assert same(knowledge, Knowledge.from_bytes(before))


def test_a_score_is_quick_for_whatever_text(knowledge):
    hostile = {
        "signs": "!?" * 5_000,
        "one word": "a" * 10_000,
        "many words": " ".join(f"{n}x" for n in range(2_000)),
        "look-alikes": "\u0430\u0435\u043e" * 3_333,
        "marks": ("a" + "\u0301" * 20) * 500,
        "one that is many": "\ufdfa" * 10_000,
        "half a pair": "\ud800 " * 5_000,
        "another script": "".join(chr(0x4E00 + n) for n in range(8_000)),
    }
    for name, text in hostile.items():
        assert 0 <= knowledge.score(text) <= 1, name
        assert is_quick(partial(knowledge.score, text), 0.05), name
    assert is_quick(partial(knowledge.score, honest()[0]), 0.003)


def test_the_words_that_made_it_high_are_shown_where_they_stand(knowledge):
    text = "My doctor told me: \u200bCHEAP pills, casino. Thank you."
    words = [text[start:end] for start, end in knowledge.loudest(text, 3)]

    assert {"CHEAP", "casino"} <= set(words)
    assert "doctor" not in words


def test_a_flood_of_texts_does_not_overflow_the_counters(monkeypatch):
    monkeypatch.setattr(score, "FULL", 8)
    knowledge = Knowledge()
    for _n in range(9):
        knowledge.learn(SPAM_TEXT, SPAM)

    assert knowledge.texts == [0, 5]
    assert max(knowledge.counts[SPAM]) == 5


def test_it_is_small_and_comes_back_from_its_bytes(knowledge):
    data = knowledge.as_bytes()

    assert len(data) < 512 * 1024
    assert same(Knowledge.from_bytes(data), knowledge)
    assert Knowledge.from_bytes(data).score(SPAM_TEXT) == knowledge.score(SPAM_TEXT)


def test_broken_bytes_are_refused(knowledge):
    data = knowledge.as_bytes()
    bomb = data[: HEAD.size] + zlib.compress(bytes(50_000_000))
    long = HEAD.pack(b"WSP1", 1, 1, 0.1, 0.0, 4_000_000_000, 1) + data[HEAD.size :]
    for broken in (b"", b"x", data[:-100], b"XXXX" + data[4:], data[: HEAD.size] + b"no", bomb, long):
        with pytest.raises(NotAModel):
            Knowledge.from_bytes(broken)


# --- Learning ----------------------------------------------------------------------------------------------------


def test_it_learns_what_people_approved_and_what_they_called_spam(thread, moderator):
    decided(thread, "approve", moderator, "Warmth helps me.")
    decided(thread, "mark_as_spam", moderator, SPAM_TEXT)

    assert learn_due() == 2
    assert learned().texts == [1, 1]
    assert learn_due() == 0


def test_what_was_rejected_or_decided_by_the_program_teaches_nothing(thread, moderator):
    decided(thread, "reject", moderator, "You are all idiots.")
    decided(thread, "approve", None, "It appeared at once.")
    decided(thread, "mark_as_spam", None, "It fell into the trap.")
    learn_due()

    assert learned().texts == [0, 0]


def test_what_is_decided_about_the_person_says_nothing_about_the_text(thread, moderator):
    comment, _decision = decided(thread, "mark_as_spam", moderator, SPAM_TEXT)
    impose(kind="mute", user=create_user(), comment=comment, by=moderator, reason="advert")
    aged(Decision.objects.latest("pk"))
    learn_due()

    assert learned().texts == [0, 1]


def test_it_waits_until_a_decision_can_no_longer_be_taken_back(thread, moderator):
    decided(thread, "approve", moderator, "Warmth helps me.", ago=5)

    assert learn_due() == 0
    assert not SpamModel.objects.exists()


def test_an_undone_decision_is_not_learned(thread, moderator):
    comment, decision = decided(thread, "mark_as_spam", moderator, "Warmth helps me.", ago=1)
    undone = undo(comment, decision, by=moderator)
    aged(decision), aged(undone)
    learn_due()

    assert learned().texts == [0, 0]


@pytest.mark.parametrize(("then", "texts"), [("remove", [0, 0]), ("mark_as_spam", [0, 1])])
def test_a_later_decision_takes_back_what_was_learned_from_the_first(thread, moderator, then, texts):
    comment, _decision = decided(thread, "approve", moderator, SPAM_TEXT)
    learn_due()
    comment.refresh_from_db()
    aged(getattr(decisions, then)(comment, by=moderator, **({"reason": "advert"} if then == "remove" else {})))
    learn_due()

    assert learned().texts == texts
    assert not any(learned().counts[HAM])


def test_learning_the_whole_record_anew_comes_to_the_same(thread, moderator):
    for n in range(6):
        comment, _decision = decided(thread, "approve" if n % 2 else "mark_as_spam", moderator, f"Text number {n}.")
        learn_due()
        if n % 4 == 1:
            comment.refresh_from_db()
            aged(remove(comment, by=moderator, reason="private"))
    learn_due()
    step_by_step = learned()

    assert same(read(retrain()), step_by_step)
    assert SpamModel.objects.get().reached == Decision.objects.latest("pk").pk


def test_what_a_person_took_with_her_is_no_longer_learned(thread, moderator):
    comment, _decision = decided(thread, "mark_as_spam", moderator, SPAM_TEXT)
    comment.versions.update(body="")

    assert read(retrain()).texts == [0, 0]


def test_two_workers_do_not_both_learn(thread, moderator, monkeypatch):
    decided(thread, "mark_as_spam", moderator, SPAM_TEXT)
    learn = learning.learn

    def slowly(*args, **kwargs):
        monkeypatch.setattr(learning, "learn", learn)
        assert learn_due() == 1  # the other worker, in between
        return learn(*args, **kwargs)

    monkeypatch.setattr(learning, "learn", slowly)

    assert learn_due() == 0
    assert learned().texts == [0, 1]


def test_a_long_record_is_read_in_pieces_and_arrivals_alone_change_no_edition(thread, moderator, monkeypatch):
    monkeypatch.setattr(learning, "LINES", 2)
    for n in range(5):
        receive(thread, name="Rosa", email="rosa@example.net", body=f"Text number {n}.", limited=False)
    Decision.objects.update(at=timezone.now() - timedelta(hours=1))
    assert [learn_due() for _time in range(4)] == [2, 2, 1, 0]
    assert SpamModel.objects.get().edition == 0

    for comment in thread.comments.all():
        aged(mark_as_spam(comment, by=moderator))
    assert [learn_due() for _time in range(4)] == [2, 2, 1, 0]
    assert learned().texts == [0, 5]


def test_looking_when_nothing_is_due_is_cheap(thread, moderator, django_assert_num_queries):
    decided(thread, "approve", moderator, "Warmth helps me.")
    learn_due()

    with django_assert_num_queries(2):
        learn_due()


# --- For all processes -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_fresh_copy", "db")
def test_it_says_nothing_before_it_knows_enough_of_both():
    knowledge = Knowledge()
    for text, is_spam in taught():
        if knowledge.texts[is_spam] < ENOUGH - is_spam:
            knowledge.learn(text, is_spam)
    replace(knowledge)

    assert score_of(SPAM_TEXT) is None
    assert spots_in(SPAM_TEXT) == []


@pytest.mark.usefixtures("_fresh_copy", "db")
def test_a_process_sees_a_new_edition_after_a_while_and_asks_seldom(knowledge, monkeypatch, django_assert_num_queries):
    assert score_of(SPAM_TEXT) is None
    replace(knowledge)
    with django_assert_num_queries(0):
        assert score_of(SPAM_TEXT) is None
    monkeypatch.setattr(score, "LOOK_EVERY", 0)

    assert score_of(SPAM_TEXT) > 0.95
    assert score_of("Warmth helps me.") < 0.5
    with django_assert_num_queries(1):
        score_of(SPAM_TEXT)


@pytest.mark.usefixtures("_fresh_copy")
def test_a_broken_score_shuts_nobody_out(thread):
    SpamModel.objects.create(pk=1, weights=b"broken", edition=7)

    assert receive(thread, name="Rosa", email="rosa@example.net", body=SPAM_TEXT).status == "pending"


@pytest.mark.usefixtures("_fresh_copy")
def test_the_door_asks_for_the_score_and_never_turns_anybody_away_for_it(thread, knowledge):
    replace(knowledge)
    comment = receive(thread, name="Rosa", email="rosa@example.net", body=SPAM_TEXT)

    [signal] = [one for one in comment.reasons if one.code == "score"]
    assert signal.count >= 100 * SURE
    assert signal.spots
    assert comment.status == "pending"


# --- Commands ----------------------------------------------------------------------------------------------------


def run(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_what_it_knows_can_be_carried_to_another_site(knowledge, tmp_path):
    replace(knowledge)
    run("spam_model", "--export", str(tmp_path / "score.json"))
    SpamModel.objects.all().delete()
    said = run("spam_model", "--import", str(tmp_path / "score.json"))

    assert same(learned(), knowledge)
    assert "150 approved texts and 146 of spam" in said


@pytest.mark.django_db
def test_a_file_that_is_no_score_changes_nothing(knowledge, tmp_path):
    replace(knowledge)
    good = as_file(SpamModel.objects.get())
    for content in ("", "[]", "{}", "null", good[:-500], good.replace('"version": 1', '"version": 2'), "[" * 100_000):
        with pytest.raises(NotAModel):
            from_file(content)
        (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        run("spam_model", "--import", str(tmp_path / "bad.json"))

    assert SpamModel.objects.get().edition == 1
