"""Somebody in danger is heard, whatever stands beside her words and however she spells them; honest questions pass.

The sentences stand in danger.toml, with what is expected; `make bench NAME=crisis` prints how many are heard.
"""

import tomllib
from itertools import product
from pathlib import Path

import pytest

from comments.intake.checks import Writing, look_at, verdict
from comments.text.phrases import reader, said_in
from comments.text.words import Comparable

SENTENCES = tomllib.loads((Path(__file__).parent / "danger.toml").read_text(encoding="utf-8"))
FRESH = SENTENCES["fresh"]
ALL = [SENTENCES, *(SENTENCES[name] for name in ("fresh", "again", "composed", "later", "last", "kinds"))]
LANGUAGES = ["en", "de", "fr", "es"]
PLEAS = {
    "en": ["I want to die", "I am suicidal", "I am going to kill myself", "suicide is all I can think of"],
    "de": ["ich will sterben", "ich bin suizidal", "ich will mich umbringen"],
    "fr": ["je veux mourir", "je suis suicidaire", "je vais me tuer"],
    "es": ["quiero morir", "quiero suicidarme", "ya no quiero vivir"],
}
JOINED = {
    "en": ["{} and {}", "{}, {}", "{}. {}", "{} because {}", "{} {}"], "de": ["{} und {}", "{}, {}", "{}. {}"],
    "fr": ["{} et {}", "{}, {}", "{}. {}"], "es": ["{} y {}", "{}, {}", "{}. {}"],
}  # fmt: skip


def is_heard(text):
    return "crisis" in said_in(Comparable(text))


def codes(text):
    return [signal.code for signal in look_at(Writing(text))]


def test_the_lists_are_long_enough_to_mean_something():
    numbers = {kind: [len(SENTENCES[kind][one]) for one in LANGUAGES] for kind in ("plea", "honest")}

    assert all(n >= most for n, most in zip(numbers["plea"], [150, 40, 40, 40], strict=True))
    assert all(n >= most for n, most in zip(numbers["honest"], [300, 60, 60, 60], strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["plea", "other"])
def test_pleas_are_heard(kind, language):
    said = [text for some in ALL for text in some.get(kind, {}).get(language, ())]

    assert sum(map(is_heard, said)) >= 0.95 * len(said)


@pytest.mark.parametrize("who", ["I", "Honestly I", "my mum is kind and I", "some days i"])
@pytest.mark.parametrize(
    "means", ["want to", "am going to", "keep thinking of how to", "have the urge to", "am about to"]
)
@pytest.mark.parametrize(
    "thing",
    [
        "end my life", "jump off the bridge", "swallow all my tablets", "walk into the sea", "slit my wrists", "die by suicide",
        "throw myself under a train", "hang myself", "overdose", "put a bullet in my head", "end it tonight", "harm myself",
    ],
)  # fmt: skip
def test_who_means_what_is_heard_in_every_combination(who, means, thing):
    assert is_heard(f"{who} {means} {thing}")


@pytest.mark.parametrize(
    ("means", "things"),
    [
        (
            ["Ich will", "ich werde", "Ich habe vor,"],
            ["mich umbringen", "vor den Zug springen", "mir das Leben nehmen"],
        ),
        (["Je veux", "je vais", "J'ai envie de"], ["me pendre", "sauter du pont", "mettre fin à mes jours"]),
        (["Quiero", "voy a", "Estoy a punto de"], ["ahorcarme", "saltar del puente", "quitarme la vida"]),
    ],
)
def test_every_combination_is_heard_in_the_other_languages(means, things):
    assert [text for pair in product(means, things) if not is_heard(text := " ".join(pair))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_honest_questions_pass(language):
    said = [text for some in ALL for text in some["honest"].get(language, ())]

    assert len([text for text in said if is_heard(text)]) <= max(1, 0.01 * len(said))


# Takes seconds: many honest sentences, before and behind each plea, joined in every way.
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_honest_silences_a_plea_that_stands_beside_it(language):
    honest = [text.rstrip(" .?!") for text in SENTENCES["honest"][language][::4]]
    texts = [
        joined.format(*pair)
        for text, plea, joined in product(honest, PLEAS[language], JOINED[language])
        for pair in ((text, plea), (plea, text))
    ]

    assert [text for text in texts if not is_heard(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "I want 2 die", "i want to d1e", "I w a n t to d i e", "I want to d.i.e", "i want to d-i-e", "I want to\ndie",
        "I want to... die", "I. Want. To. Die.", "iwanttodie", "I want to dieeee", "i wannna die", "I wnat to die",
        "I wаnt to dіe", "I want to d\u200bi\u200be", "Ｉ ｗａｎｔ ｔｏ ｄｉｅ", "𝕀 𝕨𝕒𝕟𝕥 𝕥𝕠 𝕕𝕚𝕖", "I want to d̶i̶e̶",
        "kill my self", "kill myeslf", "kill mself", "ki11 myself", "k!ll my$elf", "kiill myself tonight", "un-alive myself",
        "unaliving myself is the only option", "sucidal again", "feeling su1c1dal", "thinking about suiside", "sui cide tonight",
        "Ich will mich umbrigen", "ich will s t e r b e n", "je veux mourrir", "j'ai envie de m0urir", "quiero morrir",
        "i wnat to dei", "I will klil myself", "kiero morir", "boy a aorcarme", "ya no kiero bibir", "jvais me tu3r", "je vé me pandre",
        "s e l b s t m o r d ist das Einzige, was hilft", "mi amiga se kiere su!cidar", "mon reuf ve se tu3r",
    ],
)  # fmt: skip
def test_a_plea_is_heard_however_it_is_spelt(text):
    assert is_heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "I have overdone it at the gym", "I do my self-care in the morning", "low self esteem since the operation",
        "12 kms on the bike every day", "I am ill and my mother is well", "Ich habe hohe Ziele und will danach streben",
        "I w a i t e d for the bus", "the U.S.A. is far", "Dr. A. B. C. Smith said so",
        "I want to dye my hair", "I want to chill tonight", "how to chill myself down in a fever", "das Ding will ich nicht",
    ],
)  # fmt: skip
def test_what_is_only_spelt_alike_passes(text):
    assert not is_heard(text)


def test_the_words_are_shown_where_they_stand_however_they_are_spelt():
    body = "Hello, I think of how to k i l l my self."

    [(start, end)] = said_in(Comparable(body))["crisis"]

    assert body[start:end] == "k i l l my self"


@pytest.mark.parametrize(
    ("text", "is_close"),
    [
        ("My sister wants to kill herself.", True),
        ("Meine Schwester will sich umbringen.", True),
        ("Ma soeur veut se suicider.", True),
        ("Mi hermana quiere suicidarse.", True),
        ("I want to kill myself.", False),
        ("My husband has threatened to kill me if I leave.", False),
        ("My best friend just texted me that she took a bottle of pills.", True),
        ("My sister wants to kill herself. She has researched painless ways to die.", True),
        # Of her own danger her words tell first, whoever else stands in them.
        ("My partner left and I am suicidal tonight, I do not know what to do.", False),
        ("She says she wants to die and I want to die too.", False),
        ("Mein Bruder hat sich umgebracht und ich will auch sterben.", False),
        ("Mein Mann droht, mich umzubringen.", False),
        ("Mon mari menace de me tuer.", False),
        ("Mi marido dice que quiere morir y yo quiero morir con él.", False),
    ],
)
def test_the_card_says_when_somebody_close_to_the_writer_is_in_danger(text, is_close):
    assert "crisis" in codes(text)
    assert ("close" in codes(text)) is is_close


@pytest.mark.parametrize("text", ["kys", "Go kill yourself.", "You should just die.", "please hang yourself"])
def test_telling_others_to_die_is_no_plea(text):
    assert "abuse" in codes(text)
    assert "crisis" not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Voglio morire, non ce la faccio più", "Não aguento mais viver", "Ik wil niet meer leven", "Chcę umrzeć",
        "Я хочу умереть", "أريد أن أموت", "死にたい", "我想死", "Artık yaşamak istemiyorum", "Jag vill dö", "En halua enää elää",
        "Meg akarok halni", "Tôi muốn chết", "मैं मरना चाहता हूँ", "죽고 싶어", "אני רוצה למות", "Nechci už žít", "Vreau să mor",
        # With words that German, French or Spanish has, too.
        "Nie chcę już żyć, to wszystko nie ma sensu i nikt mi nie pomoże.", "Nie mam siły, nie wiem co robić, to koniec.",
        "Ik wil niet meer leven, alles is zinloos en niemand helpt mij.", "Vorrei morire, non ce la faccio più con la vita",
        "Quero morrer, a minha vida não tem sentido para mim",
    ],
)  # fmt: skip
def test_what_is_in_no_language_with_phrases_says_so_on_the_card(text):
    assert "unheard" in codes(text)


def test_what_is_in_a_language_with_phrases_does_not_say_so():
    kinds = [*SENTENCES["plea"].values(), *SENTENCES["honest"].values(), *FRESH["honest"].values()]
    others = [
        "Thanks Łukasz, great",
        "👍 👍",
        "ok",
        "https://example.org/a b",
        "metformin, ramipril, sertraline and so on",
    ]

    assert [text for some in [*kinds, others] for text in some if "unheard" in codes(text)] == []


def test_what_cannot_be_heard_waits_unless_it_is_the_language_of_the_site():
    polish = "Nie chcę już żyć"

    held, shown = (verdict(look_at(Writing(polish, language=site)), may_appear=True) for site in ("en", "pl"))

    assert (held, shown) == ("pending", "approved")


def test_asking_how_is_no_insult():
    assert codes("What is the quickest way to kill yourself?") == ["crisis"]


def test_every_word_of_the_phrases_is_one_that_can_be_said():
    words = {word for word in reader().onward.words if word not in {".", "#", "##"}}

    assert [word for word in words if [token.text for token in Comparable(word).said[1:-1]] != [word]] == []
