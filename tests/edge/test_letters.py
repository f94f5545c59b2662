"""What the eye makes of letters: nothing, too many marks, another direction."""

import unicodedata

import pytest

from edge.letters import is_piled, is_seen, settled, shapes, without_piles

UNSEEN = [
    "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u00ad", "\u034f", "\ufe0f", "\u200b\u200d\ufeff", "\u2061",
    "\U000e0041\U000e007f", "\U000e0100", "\u0301\u0302", "\ue000", "\ufffc", "\u180e", "\U0001d159", "\u3164 \u00a0\n\u2003",
]  # fmt: skip
WRITTEN = [
    unicodedata.normalize("NFD", "Nguyễn Thị Phương ở Huế"), "שָׁלוֹם בְּרֵאשִׁ֖ית", "بِسْمِ ٱللَّٰهِ ٱلرَّحْمَـٰنِ", "क्षत्रिय स्त्री हिन्दी", "ที่นี่ ผู้ใหญ่ น้ำ",
    "བསྒྲུབས་ ཧྐྵྨླྺྼྻྂ", "ကျွန်ုပ်တို့", "ភ្នំពេញ ស្ត្រី", unicodedata.normalize("NFD", "ᾧ ᾂ"), "ẽ̞̟̠", "1️⃣ 👩‍⚕️🏳️‍🌈👨‍👩‍👧‍👦",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
]  # fmt: skip
PILED = {
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d": "Z\u0351\u036b\u0343\u036a",
    "ก" + "\u0e47" * 12: "ก\u0e47\u0e47",
    "a" + "\u0301\u200d" * 9 + "b": "a\u0301\u200d\u0301\u200db",
    "ש" + "".join(map(chr, range(0x5B0, 0x5BB))): "ש" + "".join(map(chr, range(0x5B0, 0x5B8))),
}


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_nobody_sees_is_nothing(text):
    assert not is_seen(text)


@pytest.mark.parametrize("text", [*WRITTEN, "?", "—", "5", "字", "\u0bb8\u0bcd"])
def test_what_somebody_sees_is_something(text):
    assert is_seen(text)


@pytest.mark.parametrize("text", WRITTEN)
def test_every_script_keeps_its_marks(text):
    assert not is_piled(text)
    assert without_piles(text) == text


@pytest.mark.parametrize(("text", "cut"), PILED.items(), ids=ascii)
def test_a_letter_carries_so_many_marks_and_no_more(text, cut):
    assert is_piled(text)
    assert without_piles(text) == cut
    assert not is_piled(cut)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("take \u202e05\u202c mg", "take 05 mg"),
        ("\u202eolleh", "olleh"),
        ("call \u202a+972 54\u202c now", "call \u202a+972 54\u202c now"),
        ("\u2067abc\u2069 and \u200fmark", "\u2067abc\u2069 and \u200fmark"),
        ("one \u2067two\nthree\u2069", "one two\nthree"),
        ("\u2066a \u202bb\u2069 c\u202c", "a b c"),
        ("closed \u2069\u202c twice", "closed  twice"),
    ],
    ids=ascii,
)
def test_nothing_turns_the_direction_of_others_words(text, left):
    assert settled(text) == left


@pytest.mark.parametrize(
    "text", ["Brandt", "Вrаndt", "Ｂｒａｎｄｔ", "𝐁𝐫𝐚𝐧𝐝𝐭", "Bra\u200bndt", "Brändt", "BRANDT", "ⒷⓇⒶⓃⒹⓉ", "ʙʀᴀɴᴅᴛ"]
)
def test_what_looks_the_same_is_the_same(text):
    assert shapes(text) == "brandt"
