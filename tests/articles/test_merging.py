from random import Random

import pytest

from articles.text.content import blocks_of, undo_of, undone
from articles.text.merging import MINE, THEIRS, Clash, merge

BASE = {
    "title": "Sleep", "summary": "In short.", "body": "<p>One thing.</p><h2>Why</h2><p>Two things.</p><p>Three.</p>",
    "key_points": "First\nSecond\n", "get_help": "", "topic": 1, "other_topics": [2, 3], "writers": [1],
    "references": [{"number": 1, "text": "A"}, {"number": 2, "text": "B"}],
}  # fmt: skip


def changed(**parts):
    return {**BASE, **parts}


def test_what_one_of_two_changed_is_kept_beside_what_the_other_changed():
    merged = merge(BASE, changed(title="Sleep well"), changed(summary="Shorter.", topic=9))

    assert not merged.clashes
    assert merged.content() == changed(title="Sleep well", summary="Shorter.", topic=9)


def test_two_paragraphs_two_people():
    theirs = changed(body=BASE["body"].replace("One thing", "One new thing"))
    mine = changed(body=BASE["body"].replace("Three.", "Three and four.") + "<p>Five.</p>")

    merged = merge(BASE, theirs, mine)

    assert not merged.clashes
    assert merged.content()["body"] == (
        "<p>One new thing.</p><h2>Why</h2><p>Two things.</p><p>Three and four.</p><p>Five.</p>"
    )


def test_two_words_of_one_paragraph():
    base, theirs, mine = (
        {"body": f"<p>{words}</p>"}
        for words in (
            "Sleep is good for the heart.",
            "Deep sleep is good for the heart.",
            "Sleep is good for the heart and the head.",
        )
    )

    merged = merge(base, theirs, mine)

    assert not merged.clashes
    assert merged.content()["body"] == "<p>Deep sleep is good for the heart and the head.</p>"


def test_the_same_words_changed_in_two_ways_clash_and_either_can_be_chosen():
    theirs = changed(body=BASE["body"].replace("Two things", "Two or three things"))
    mine = changed(body=BASE["body"].replace("Two things", "Two big things"))

    merged = merge(BASE, theirs, mine)

    assert merged.clashes == [
        Clash("body", "<p>Two things.</p>", "<p>Two or three things.</p>", "<p>Two big things.</p>")
    ]
    assert merged.content([MINE]) == mine
    assert merged.content([THEIRS]) == merged.content() == theirs


def test_the_same_change_by_both_is_no_clash():
    both = changed(title="Sleep well", body="<p>New.</p>")

    assert merge(BASE, both, dict(both)).content() == both


def test_topics_and_sources_are_merged_one_by_one():
    theirs = changed(other_topics=[2, 3, 4], references=[{"number": 1, "text": "A, 2nd"}, {"number": 2, "text": "B"}])
    mine = changed(other_topics=[3, 5], references=[*BASE["references"], {"number": 3, "text": "C"}])

    merged = merge(BASE, theirs, mine)

    assert not merged.clashes
    assert merged.content()["other_topics"] == [3, 4, 5]
    assert [row["text"] for row in merged.content()["references"]] == ["A, 2nd", "B", "C"]


def test_two_new_sources_with_one_number_clash():
    merged = merge(
        BASE,
        *(changed(references=[*BASE["references"], {"number": 3, "text": text}]) for text in "CD"),
    )

    assert [clash.part for clash in merged.clashes] == ["references"]
    assert [row["text"] for row in merged.content([MINE])["references"]] == ["A", "B", "D"]


def test_markup_is_never_torn_apart():
    base, theirs, mine = (
        f"<p>{words}</p>" for words in ("a b c d", "a <em>b c</em> d", "a b c d e")
    )  # fmt: skip

    assert merge({"body": base}, {"body": theirs}, {"body": mine}).clashes


def test_any_two_edits_of_different_paragraphs_are_merged_without_a_question():
    chance = Random(1)
    for _n in range(300):
        blocks = [f"<p>Paragraph {n} of it {chance.random()}.</p>" for n in range(12)]
        theirs, mine = list(blocks), list(blocks)
        one, other = chance.sample(range(0, 12, 2), 2)
        theirs[one] = chance.choice(["", "<p>New</p>", theirs[one] + "<p>After</p>"])
        mine[other] = chance.choice(["", "<ul><li>New</li></ul>", "<p>Before</p>" + mine[other]])
        expected = [theirs[n] if n == one else mine[n] for n in range(12)]

        merged = merge(*({"body": "".join(side)} for side in (blocks, theirs, mine)))

        assert merged.content()["body"] == "".join(expected)


@pytest.mark.parametrize("piece", ["<p></p>", "<p>a</p>", "a ", "<ul><li>", "</p>", "<br>"])
def test_a_hostile_text_is_compared_in_good_time(piece):
    base = piece * (300_000 // len(piece))

    merged = merge({"body": base}, {"body": base[:150_000]}, {"body": "x" + base})

    assert merged.content([MINE] * len(merged.clashes))["body"]


def test_every_state_comes_back_from_the_next_one():
    chance = Random(2)
    older = dict(BASE)
    for _n in range(200):
        newer = dict(older)
        at = chance.randrange(len(older["body"]) + 1)
        newer["body"] = older["body"][:at] + chance.choice(["", "x", "xx"]) + older["body"][at + chance.randrange(3) :]
        if chance.random() < 0.2:
            newer |= {"topic": chance.choice([1, None]), "writers": [chance.randrange(9)]}

        assert undone(newer, undo_of(older, newer)) == older
        older = newer


def test_a_few_letters_more_are_a_few_letters_to_keep():
    older = changed(body="<p>" + "word " * 3_000 + "</p>")
    newer = changed(body=older["body"].replace("</p>", "more</p>"))

    assert undo_of(older, newer) == {"body": [len(older["body"]) - 4, 4, ""]}


def test_blocks_are_the_whole_text():
    html = "<p>a<br>b</p><ul><li><p>x</p></li></ul>loose<hr><table><tr><td>1</td></tr></table> "

    assert "".join(blocks_of(html)) == html
    assert blocks_of(html)[:2] == ["<p>a<br>b</p>", "<ul><li><p>x</p></li></ul>"]


BOX = '<aside data-callout="help"><p>Ring us at {}.</p><ul><li>By {}</li></ul></aside>'
NOTE = '<p>{} words<span data-footnote="">See page {}.</span></p>'


def test_a_box_is_one_block_and_its_words_and_those_of_footnotes_are_merged_one_by_one():
    base, theirs, mine = (
        {"body": BOX.format(*words[:2]) + NOTE.format(*words[2:])}
        for words in (("night", "day", "Many", "4"), ("noon", "day", "Many", "9"), ("night", "phone", "Few", "4"))
    )

    assert len(blocks_of(base["body"])) == 2
    merged = merge(base, theirs, mine)
    assert not merged.clashes
    assert merged.content()["body"] == BOX.format("noon", "phone") + NOTE.format("Few", "9")
