"""Languages: whether a text is in one that the site's readers and moderators do not expect.

By script where scripts differ, else by the small words that every sentence has. Says nothing about short texts, about
mixed ones, and about languages it does not know.
"""

import tomllib
from bisect import bisect
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from comments.text.words import EDGES

# Letters before "is this another script" is asked, words before "is this another language" is.
FEWEST_LETTERS, FEWEST_WORDS = 20, 12
MOSTLY = 0.7  # of the letters
# Beside this file: {"small": {"en": "the and of …"}, "everyday": …}.
LISTED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
WORDS = {language: frozenset(words.split()) for language, words in LISTED["small"].items()}
# Small and everyday words.
WORDS_OF = {
    language: frozenset(" ".join(words.get(language, "") for words in LISTED.values()).split())
    for language in LISTED["small"] | LISTED["everyday"]
}
# First letters of the blocks that texts come in; Latin is what stands before the first.
SCRIPTS = [
    (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"), (0x0590, "Hebrew"), (0x0600, "Arabic"),
    (0x0780, "other"), (0x0900, "Indic"), (0x0E00, "Thai"), (0x0E80, "other"), (0x10A0, "Georgian"),
    (0x1100, "Korean"), (0x1200, "other"), (0x1E00, "Latin"), (0x1F00, "Greek"), (0x2000, "Latin"),
    (0x2C00, "other"), (0x3040, "Japanese"), (0x3400, "Chinese"), (0xA000, "other"), (0xAC00, "Korean"),
    (0xD7B0, "other"), (0xF900, "Chinese"), (0xFB00, "Latin"), (0xFB13, "other"), (0xFB50, "Arabic"),
    (0xFF00, "Latin"), (0xFFEF, "other"),
]  # fmt: skip
FAMILIAR = frozenset("äöüßàâæçéèêëîïôœùûÿáíñóúªº")
MOSTLY_OURS = 0.3  # of the words
MOST_READ = 2_000  # characters
FEWEST_UNKNOWN = 5  # words, none of which anybody knows
FIRSTS = [first for first, _name in SCRIPTS]
EXPECTED = {
    "el": {"Greek"}, "ru": {"Cyrillic"}, "uk": {"Cyrillic"}, "bg": {"Cyrillic"}, "sr": {"Cyrillic", "Latin"},
    "hy": {"Armenian"}, "he": {"Hebrew"}, "ar": {"Arabic"}, "fa": {"Arabic"}, "ur": {"Arabic"}, "hi": {"Indic"},
    "bn": {"Indic"}, "ta": {"Indic"}, "th": {"Thai"}, "ka": {"Georgian"}, "ko": {"Korean"},
    "ja": {"Japanese", "Chinese"}, "zh": {"Chinese"},
}  # fmt: skip


def is_foreign(text: str, language: str) -> bool:
    """`language` is the site's, as "en" or "pt-br"."""
    own = language.partition("-")[0].lower()
    return other_script(text, EXPECTED.get(own, {"Latin"})) or other_words(text, own)


def other_script(text: str, expected: set[str]) -> bool:
    """Whether most letters are of scripts that readers of the site do not expect."""
    if text.isascii() and "Latin" in expected:
        return False
    scripts = [script_of(letter) for letter in text if letter.isalpha()]
    if len(scripts) < FEWEST_LETTERS and not (len(scripts) >= FEWEST_LETTERS // 2 and "Chinese" in scripts):
        return False
    strange = sum(script not in expected for script in scripts)
    return strange > MOSTLY * len(scripts)


def script_of(letter: str) -> str:
    place = bisect(FIRSTS, ord(letter))
    return SCRIPTS[place - 1][1] if place else "Latin"


def other_words(text: str, own: str) -> bool:
    """Whether the small words are those of another language, and hardly one is of ours."""
    words = list(chunks_in(text))
    if own not in WORDS or len(words) < FEWEST_WORDS:
        return False
    ours = sum(word in WORDS[own] for word in words)
    strange = [word for word in words if word not in WORDS[own]]
    theirs = max(sum(word in known for word in strange) for known in WORDS.values())
    return theirs >= 4 and theirs > 0.2 * len(words) and theirs > 4 * ours


def is_unheard(text: str, heard: Iterable[str], known: Container[str]) -> bool:
    """Whether it is in none of the languages `heard`, in which danger is looked for. Also short texts are judged, and a
    mixed one is heard. `known` are words of those languages beside the small ones."""
    heard, text = set(heard), text[:MOST_READ]
    scripts = [script_of(letter) for letter in text if letter.isalpha()]
    if sum(script != "Latin" for script in scripts) > MOSTLY * len(scripts):
        return len(scripts) > 1
    words = words_in(text)
    ours = {word for word in words if word in known or any(word in WORDS[own] for own in heard)}
    others = [word for word in words if word not in ours]
    if len(words) < 2:
        return False
    if any(is_in(words, others, WORDS_OF[language]) for language in WORDS_OF.keys() - heard):
        return True
    mine = len(words) - len(others)
    strange = 2 * sum(map(has_strange_letter, others)) >= len(words)
    return mine <= MOSTLY_OURS * len(words) and (strange or (len(words) >= FEWEST_UNKNOWN and not mine))


def is_in(words: list[str], others: list[str], theirs: frozenset[str]) -> bool:
    """Whether a text is in the language of these words. What both languages have ("nie" in German and Polish) is no sign of ours;
    `others` are words that we do not have."""
    ours = sum(word not in theirs for word in words) - sum(word not in theirs for word in others)
    return ours <= MOSTLY_OURS * len(words) and sum(word in theirs for word in others) >= max(2, ours)


def chunks_in(text: str) -> Iterator[str]:
    """What stands between blanks, without the signs around it."""
    return (chunk.strip(EDGES) for chunk in text.lower().replace("’", "'").split())


def words_in(text: str) -> list[str]:
    return [word for word in chunks_in(text) if any(map(str.isalpha, word)) and not (len(word) == 1 and word.isascii())]


def has_strange_letter(word: str) -> bool:
    return any(not letter.isascii() and letter.isalpha() and letter not in FAMILIAR for letter in word)
