"""Letters as the eye takes them: which pass for which, which nobody sees, how many marks one can carry, and what is cleaned
out of a text before it is stored.

What passes for what is Unicode's own table of confusable characters (UTS 39), as the package confusable_homoglyphs
carries it. Comparing sees further than it does: figures and signs that are read as letters, titles, word order.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

from confusable_homoglyphs.confusables import confusables_data

# Letters that pass for Latin ones, after case folding and without accents: what Unicode's table leaves out because the
# small letters differ, and what spam uses.
PAIRS = [
    ("аеорсухіјѕһԁԛԝвкмнтгь", "aeopcyxijshdqwbkmhtrb"),  # Cyrillic
    ("αβγεηικμνορτυχω", "abyenikuvoptuxw"),  # Greek
    ("ıɡɑɩƅøłđħɪɴʀʟօոսհցⲟⲣⲥ", "igaiboldhinrlonuhgopc"),  # others
    ("ᴀʙᴄᴅᴇɢʜᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡʏᴢ", "abcdeghjkmopstuvwyz"),  # small capitals
    *(("".join(chr(first + n) for n in range(26)), "abcdefghijklmnopqrstuvwxyz") for first in (0x1F150, 0x1F170, 0x1F1E6)),
]  # fmt: skip
LOOK_ALIKES = {odd: plain for odds, plains in PAIRS for odd, plain in zip(odds, plains, strict=True)}
# Nothing to the eye, though letters or signs to Unicode.
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u180e\ufffc\U0001d159\U00013441\U00013442\U00016fe4")
# The marks of a trade name would become letters.
BLANKS = UNSEEN | frozenset("™℠")
APOSTROPHES = frozenset("'’‘`´ʼ")
LONGEST_FOLD = 3  # letters that one character may stand for: U+FDFA alone would be eighteen
# Figures and signs that stand for letters inside a word: "v1agra", "ca$h".
SIGNS = "@$!|+€£"
LEET = str.maketrans("0134578" + SIGNS, "oieastb" + "asiitel")
# i, l and 1 look the same; so a disguised word is compared without the difference.
ONE = str.maketrans("l", "i")
# Letters of another alphabet that only pass for ours when they stand among them.
AMONG_OURS = str.maketrans("пияш", "nnrw")

# They turn the reading direction of everything behind them: in a name they could rewrite the line it stands in.
BIDI_CONTROLS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
CONTROLS = {"Cc", "Zl", "Zp"}  # among them all that ends a line
OVERRIDES = {0x202D: None, 0x202E: None}
EMBEDDINGS, ISOLATES = "\u202a\u202b", "\u2066\u2067\u2068"
ENDS = {"\u202c": EMBEDDINGS, "\u2069": ISOLATES}
NESTING = {ord(letter): None for letter in EMBEDDINGS + ISOLATES + "".join(ENDS)}
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")

# What stands on a letter, and what is not seen between such marks.
MARKS = "".join(
    chr(code)
    for code in (*range(0x0300, 0x20000), *range(0xE0000, 0xE01F0))
    if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"}
)
PILE = re.compile(f"[{MARKS}]{{4,}}")
# The same and more, but looked for in a moment: most texts hold no such run.
MAYBE_PILE = re.compile(r"[^\w\s!-~]{4}")
# For letters of any script, not of one: Vietnamese needs two, Greek and phonetic script four.
ANYBODYS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
MOST_OF_ANYBODYS, MOST_OF_ONE = 4, 2
MOST_MARKS = 8  # the highest stack of Tibetan letters, and a flag made of tags


@lru_cache(maxsize=20_000)
def fold(letter: str) -> str:
    """One character as it is compared: none for what cannot be seen, sometimes several ("ß" is "ss")."""
    if letter in BLANKS:
        return ""
    if letter in APOSTROPHES:
        return "'"
    shown = (c for c in unicodedata.normalize("NFKD", letter.casefold()) if not _is_unseen(c))
    plain = "".join(LOOK_ALIKES.get(c, c) for c in "".join(shown).casefold())
    if len(plain) < 2:
        return plain
    # "½", "㏂" and the like keep their letters. What would be many, or letters of their own kind, stays as it is: one
    # character must not become a text.
    letters = "".join(filter(str.isalnum, plain))
    return letters if letters.isascii() and len(letters) <= LONGEST_FOLD else letter.casefold()[:1]


def _is_unseen(letter: str) -> bool:
    """Accents piled on letters, joiners, what turns the reading direction, selectors of a variant."""
    if unicodedata.combining(letter):
        return True
    kind = unicodedata.category(letter)
    return kind in {"Cf", "Me"} or (kind == "Mn" and not "\u0900" <= letter <= "\u1fff")


@lru_cache(maxsize=20_000)
def shape(letter: str) -> str:
    """One character as it looks, in small Latin letters where it passes for any."""
    if letter.isascii():
        return letter.lower()
    taken_for = "".join(filterfalse(unicodedata.combining, confusables_data.get(letter, [{"c": ""}])[0]["c"]))
    return taken_for.lower() if taken_for.isascii() and taken_for.isalnum() else fold(letter).translate(AMONG_OURS)


def shapes(text: str) -> str:
    """A text as it looks at a glance: two that are the same here can be taken for each other."""
    return "".join(map(shape, unicodedata.normalize("NFC", text)))


def is_seen(text: str) -> bool:
    """Whether there is anything to see: letters, figures, signs or pictures, not only blanks, joiners and marks."""
    return any(unicodedata.category(letter)[0] in "LNPS" and letter not in UNSEEN for letter in text)


def in_one_line(text: str) -> str:
    """Without control characters, without what turns the reading direction, and with one blank between words."""
    calm = text.translate(BIDI_CONTROLS)
    return " ".join("".join(" " if unicodedata.category(c) in CONTROLS else c for c in calm).split())


def clean_text(value: str) -> str:
    """Text as it is stored: one kind of line ending, no NUL, no half of a surrogate pair, no blanks around it."""
    value = value.replace("\0", "").encode("utf-8", "replace").decode()
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def clean_line(value: str) -> str:
    """A name or a title."""
    return in_one_line(clean_text(value))


def is_piled(text: str) -> bool:
    """Whether some letter carries more marks than any language asks for."""
    return without_piles(text) != text


def without_piles(text: str) -> str:
    """Every letter with no more marks than it can carry; the others would cover the lines above and below."""
    return PILE.sub(lambda pile: _bearable(pile.group()), text) if MAYBE_PILE.search(text) else text


def without_unseen(text: str) -> str:
    """For an address: none of what a browser leaves out, or what would turn its letters around."""
    if text.isascii():
        return text
    return "".join(
        letter for letter in text if letter not in UNSEEN and unicodedata.category(letter) not in {"Cf", "Cc"}
    )


def settled(text: str) -> str:
    """Without what turns the reading direction of others' words: overrides go, and so does in a line whatever is not
    closed in it. What writers of Arabic and Hebrew need stays."""
    if not TURNS.search(text):
        return text
    return "\n".join(
        line if _is_closed(line) else line.translate(NESTING) for line in text.translate(OVERRIDES).split("\n")
    )


def _bearable(pile: str) -> str:
    kept, anybodys = "", 0
    for mark in pile:
        anybodys += bool(ANYBODYS.match(mark))
        is_one_more = anybodys > MOST_OF_ANYBODYS and ANYBODYS.match(mark)
        if len(kept) < MOST_MARKS and not is_one_more and kept.count(mark) < MOST_OF_ONE:
            kept += mark
    return kept


def _is_closed(line: str) -> bool:
    opened: list[str] = []
    for letter in line:
        if letter in EMBEDDINGS or letter in ISOLATES:
            opened.append(letter)
        elif letter in ENDS and (not opened or opened.pop() not in ENDS[letter]):
            return False
    return not opened
