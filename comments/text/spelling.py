"""Spelling as people do it: the words of a text as the phrases know them.

A word that no phrase knows is looked at once more: written with a sign for a letter, a letter too many, too few or
wrong, spelt letter by letter, torn in two, or run together with others. Only words that no phrase knows are changed,
and what was found about a word is remembered, so the time grows with the text and nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

from comments.text.words import COMMA, LINE, MANY, NUMBER, STOP, Token
from edge.letters import ONE

LONGEST = 40  # letters of a word that is looked at once more, and of a word spelt letter by letter
LONGEST_PIECE = 12
FEWEST_SPELT = 3  # letters one by one
FEWEST_NEAR = 6  # letters of a word that may have a wrong one
FEWEST_TOGETHER = 7  # letters of several words run together
MOST_REMEMBERED = 20_000
REPEATED = re.compile(r"(.)\1+")
# What is said alike, for those who write as they speak: "kiero", "boi a suisidarme". The longer ones first.
ALIKE = (
    ("ch", "x"),
    ("qu", "k"),
    ("ce", "se"),
    ("ci", "si"),
    ("c", "k"),
    ("z", "s"),
    ("v", "b"),
    ("y", "i"),
    ("h", ""),
)
MARKS = {STOP, COMMA, LINE}


class Spelling:
    """`words` and `stems` are those of the phrases; `same` leads from other ways to write (of up to three words) to one
    of them; `near` are the words that matter so much that a letter may be wrong."""

    def __init__(self, words: Iterable[str], stems: Iterable[str], same: dict[str, str], near: Iterable[str]) -> None:
        self.words = {*words, *same.values()}
        self.stems = tuple(stems)
        self.same = {tuple(written.split()): word for written, word in same.items()}
        self.other = {words[0]: word for words, word in self.same.items() if len(words) == 1}
        self.near = {word for word in near if len(word) >= FEWEST_NEAR}
        self.key = set(near)
        self.bare = {word.replace("'", ""): word for word in self.words if "'" in word}
        self.doubled = {without_doubles(word): word for word in self.words}
        self.doubled |= {without_doubles(written): word for written, word in self.other.items()}
        self.signed = {word.translate(ONE): word for word in self.key}
        self.swapped = {swap: word for word in self.key for swap in swaps(word)}
        self.sounds = {sound(word): word for word in self.key}
        self.missing = {(word[:n] + word[n + 1 :]): (word, n) for word in self.near for n in range(1, len(word))}
        # Pauses and numbers are written in one way, unless another way to write something begins with one.
        self.settled = {*MARKS, NUMBER, MANY} - {written[0] for written in self.same}
        self.known = lru_cache(MOST_REMEMBERED)(self._meant)
        self.letters = lru_cache(MOST_REMEMBERED)(partial(self.pieces, or_letters=True))

    def read(self, tokens: list[Token]) -> list[Token]:
        """The same text in the spelling of the phrases. What becomes several words stands where the one word stood."""
        read: list[Token] = []
        place = 0
        while place < len(tokens):
            if tokens[place].text in self.settled:
                read.append(tokens[place])
                place += 1
                continue
            taken, found = self._spelt(tokens, place) or self._torn(tokens, place) or (1, self._alone(tokens[place]))
            read += found
            place += taken
        return read

    def _alone(self, token: Token) -> list[Token]:
        if token.text in MARKS or (token.text in self.words and token.text not in self.other):
            return [token]
        return [Token(word, token.start, token.end) for word in self.known(token.text)]

    def _spelt(self, tokens: list[Token], place: int) -> tuple[int, list[Token]] | None:
        """ "d i e", "d.i.e" """
        if not is_letter(tokens[place]):
            return None
        letters, after = [tokens[place]], place + 1
        while after < len(tokens) and len(letters) < LONGEST:
            if is_letter(tokens[after]):
                letters.append(tokens[after])
            elif not is_between(tokens, after):
                break
            after += 1
        if len(letters) < FEWEST_SPELT:
            return None
        joined = "".join(letter.text for letter in letters)
        return after - place, list(spread(self.letters(joined), letters))

    def _torn(self, tokens: list[Token], place: int) -> tuple[int, list[Token]] | None:
        """ "my self", "sui cide" """
        some = [token.text for token in tokens[place : place + 3]]
        for number in (3, 2):
            word = self.same.get(tuple(some[:number])) if len(some) >= number else None
            if word is None and number == 2 and len(some) > 1 and not {*some[:2]} <= self.words:
                joined = "".join(some[:2])
                word = joined if joined in self.near else None
            if word:
                return number, [Token(word, tokens[place].start, tokens[place + number - 1].end)]
        return None

    def _meant(self, word: str) -> tuple[str, ...]:
        """The word, or the words, that it was meant to be; itself when nobody can tell."""
        if len(word) > LONGEST:
            return (word,)
        found = self.other.get(word) or self.bare.get(word)
        begins, apostrophe, rest = word.partition("'")
        if not found and (elided := self.other.get(begins + apostrophe)) and apostrophe and rest:
            return (elided, *self._meant(rest))  # "j'espère"
        if not found and "'" in word:
            # "don't" and "dont", "he's" and "he".
            found = next((one for one in (word.replace("'", ""), word.partition("'")[0]) if one in self.words), word)
        if found or word.startswith(self.stems) or word in self.words:
            return (found or word,)
        return (self._misspelt(word),) if self._misspelt(word) else self._together(word) or (word,)

    def _misspelt(self, word: str) -> str:
        """ "dieee", "kiill", "ki11", "dei", "boi", "sucide", "myeslf" """
        without = self.doubled.get(without_doubles(word), "")
        if without and (without in self.key or any(len(match.group()) > 2 for match in REPEATED.finditer(word))):
            return without
        alike = self.signed.get(word.translate(ONE)) or self.swapped.get(word) or self.sounds.get(sound(word))
        if alike or len(word) < FEWEST_NEAR - 1:
            return alike or ""
        return self._nearly(word) or self._nearly(without_doubles(word))

    def _nearly(self, word: str) -> str:
        """The word from which this one differs by a letter: left out, put in, another one, or two of them swapped."""
        if word in self.missing:
            return self.missing[word][0]
        for place in range(1, len(word)):
            rest = word[:place] + word[place + 1 :]
            if rest in self.near:
                return rest
            meant, other = self.missing.get(rest, ("", 0))
            if meant and (place == other or (abs(place - other) == 1 and word[place] == meant[other])):
                return meant
        return ""

    def _together(self, word: str) -> tuple[str, ...]:
        """ "killmyself" """
        pieces = self.pieces(word) if len(word) >= FEWEST_TOGETHER else ()
        return pieces if any(piece in self.key for piece in pieces) else ()

    def pieces(self, run: str, *, or_letters: bool = False) -> tuple[str, ...]:
        """The fewest known words that these letters are when nothing stands between them. None when they are not, unless
        a letter may stay one."""
        best: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(run) + 1):
            ways = []
            for start in range(max(0, end - LONGEST_PIECE), end):
                before, piece = best[start], self._piece(run[start:end])
                if not piece and or_letters and end - start == 1:
                    piece = run[start]
                if piece and before is not None:
                    ways.append((*before, piece))
            best.append(min(ways, key=len) if ways else None)
        return best[-1] or ()

    def _piece(self, letters: str) -> str:
        if len(letters) == 1 and letters not in "ia":
            return ""
        return self.other.get(letters) or (letters if letters in self.words else "")


def without_doubles(word: str) -> str:
    return REPEATED.sub(r"\1", word)


def swaps(word: str) -> Iterator[str]:
    """The word with two neighbours swapped; the first letter stays."""
    for place in range(1, len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def sound(word: str) -> str:
    for written, said in ALIKE:
        word = word.replace(written, said)
    return without_doubles(word)


def is_letter(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isascii() and token.text.isalpha()


def is_between(tokens: list[Token], place: int) -> bool:
    """A mark between two letters without a blank: "d.i.e"."""
    if place + 1 >= len(tokens) or tokens[place].text not in MARKS or not is_letter(tokens[place + 1]):
        return False
    return tokens[place - 1].end == tokens[place].start and tokens[place].end == tokens[place + 1].start


def spread(words: Iterable[str], letters: list[Token]) -> Iterator[Token]:
    """The words over the letters that they were spelt with."""
    place, words = 0, list(words)
    for word in words:
        # What stands for another way to write it may have more letters than there are.
        last = min(place + len(word), len(letters)) - 1
        first = min(place, last)
        yield Token(word, letters[first].start, letters[last].end)
        place += len(word)
