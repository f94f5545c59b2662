"""Danger is heard in four languages, honest words pass, and nothing that anybody writes makes it slow."""

import tomllib
from functools import partial
from pathlib import Path

import pytest

from comments.intake.checks import Writing, look_at
from comments.text.language import is_foreign
from comments.text.personal import personal_in
from comments.text.phrases import FOLDER, said_in
from comments.text.words import Comparable
from tests.clock import is_quick

HERE = Path(__file__).parent
DANGER = tomllib.loads((HERE / "crisis.toml").read_text(encoding="utf-8"))
ADVICE = tomllib.loads((HERE / "advice.toml").read_text(encoding="utf-8"))
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def heard(kind, sentences):
    return [sentence for sentence in sentences if kind in said_in(Comparable(sentence))]


def test_the_sets_are_large_enough_to_mean_something():
    assert [sum(map(len, DANGER[name].values())) >= 120 for name in ("crisis", "honest")] == [True, True]
    assert sorted(DANGER["crisis"]) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_heard(language):
    said = DANGER["crisis"][language]

    assert len(heard("crisis", said)) >= 0.95 * len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_sounds_like_danger_passes(language):
    said = DANGER["honest"][language]

    assert len(heard("crisis", said)) <= 0.05 * len(said)


def test_danger_said_in_a_roundabout_way_is_mostly_heard():
    said = [sentence for sentences in DANGER["later"].values() for sentence in sentences]

    assert len(heard("crisis", said)) >= 0.9 * len(said)


@pytest.mark.parametrize("kind", ["dosage", "stop"])
def test_advice_is_told_from_a_story_and_a_question(kind):
    assert heard(kind, ADVICE[kind]["yes"]) == ADVICE[kind]["yes"]
    assert heard(kind, ADVICE[kind]["no"]) == []


def test_it_is_shown_where_it_stands_in_the_text_as_it_was_typed():
    body = "Ich — ehrlich\u200b — wıll nur noch stérben. Danke."

    [(start, end)] = said_in(Comparable(body))["crisis"]

    assert body[start:end] == "Ich — ehrlich\u200b — wıll nur noch stérben"


def test_an_honest_sentence_does_not_cover_for_another():
    body = "This cough is killing me, I don't want to die of it. But since May I want to kill myself."

    [(start, end)] = said_in(Comparable(body))["crisis"]

    assert body[start:end] == "kill myself"


def test_many_honest_sentences_do_not_hide_danger():
    assert "crisis" in said_in(Comparable("I don't want to die. " * 250 + "I want to die."))


@pytest.mark.parametrize(
    "words",
    [
        "Call me on 020 7946 0958", "(212) 555-0142", "write to rosa.k@example.org", "rosa at gmail dot com",
        "Ruf mich an: 0151 23456789", "06 12 34 56 78", "llámame al 612 345 678", "MRN 00123456",
        "my NHS number is 943 476 5919", "Patient no. 1234567", "Versichertennummer A123456789", "078-05-1120",
        "numéro de sécurité sociale 2 85 05 78 006 084 91", "DNI 12345678Z",
    ],
)  # fmt: skip
def test_what_is_personal_is_seen(words):
    assert "personal" in [signal.code for signal in look_at(Writing(words))]


def test_figures_that_people_talk_about_are_not_personal():
    honest = [
        "1000-2000 mg a day", "120/80 and then 135/85, 128/79", "between 2010-2015 and 2016", "born 12.03.1965",
        "PMID: 31234567", "NCT01234567", "10 000 steps, 70 000 a week", "1,234,567 people", "10.1001/jama.2019.12345",
        "It cost 1200000 dollars", "in 1998, 1999, 2000 and 2001", "1 2 3 4 5 6 7 8 9 10", "12:30-13:45",
        "page 12345678 of it", "ISBN 978-3-16-148410-0", "@moderator thanks",
    ]  # fmt: skip

    assert [words for words in honest if personal_in(words)] == []


def test_another_language_is_seen_and_short_or_mixed_texts_are_not_judged():
    german = "Danke für den Artikel, er hat mir sehr geholfen, als meine Mutter im Krankenhaus war und ich nicht weiter"
    english = "Thank you for this article, it helped me a lot when my mother was in hospital and I did not know"
    drugs = "sertraline lisinopril metformin ramipril amlodipin simvastatin pantoprazol bisoprolol torasemid eltroxin"
    quoting = "My letter says 'der Befund ist nicht gut und das ist so' and I do not know what it means, do you?"

    foreign = [text for text in (german, "Спасибо за статью, она мне очень помогла") if is_foreign(text, "en")]

    assert len(foreign) == 2
    assert not any(is_foreign(text, "en") for text in (english, drugs, quoting, "Danke, das ist sehr gut", "👍" * 50))
    assert (is_foreign(english, "de"), is_foreign(german, "de")) == (True, False)
    assert not is_foreign(german, "xx")


# Takes over a second on a busy machine: seventeen texts of ten thousand characters.
def test_hostile_texts_are_read_quickly():
    hostile = [
        "i want to ", "kill myself ", "this cough i don't want to die ", "i ", "a.", "1 ", "suicidal ", "\u0301", "@.",
        "take two pills ", "call 1 2 3 4 5 6 7 ", "mrn 1", "a@a.", "at a dot ", "nhs number is ", "1.", "(1) ",
    ]  # fmt: skip

    def read(body):
        return look_at(Writing(body, title=body[:150], language="en"))

    for part in hostile:
        # The benchmark `door` has the real limit; this one leaves room for a busy machine.
        assert is_quick(partial(read, part * (10_000 // len(part))), 0.4), part
