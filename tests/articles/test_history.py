import re
from html import unescape
from random import Random
from time import process_time

import pytest

from articles.drafts.differences import differences, of_words
from articles.models import Article
from articles.workflow.publishing import archive, publish
from articles.workflow.saving import Window, adopt, when_live, write
from articles.workflow.submitting import submit
from edge import sequences
from tests.articles.article_form import url
from tests.factories import create_article, create_topic, create_user


def save(article, by, *, by_itself=False, **changes):
    content = {**article.content, **changes}
    return write(article, content, by=by, since=article.edition, is_autosave=by_itself, window=Window("a1"))


def shown(before, after, part="body"):
    empty = {"title": "", "slug": "", "summary": "", "key_points": "", "get_help": "", "body": "", "image": None,
             "topic": None, "other_topics": [], "writers": [], "references": []}  # fmt: skip
    found = differences({**empty, part: before}, {**empty, part: after})
    return found[0].html if found else ""


def test_words_that_came_and_went_are_marked_and_the_rest_is_left_out():
    before = "<p>One.</p><p>Two.</p><p>Three.</p><p>Four is good.</p>"
    after = "<p>One.</p><p>Two.</p><p>Three.</p><p>Four is very good.</p>"

    html = shown(before, after)

    assert html == '<p class="muted">…</p><p>Three.</p><p>Four is <ins>very </ins>good.</p>'


def test_a_rewritten_sentence_is_shown_as_a_whole_and_what_was_only_changed_by_its_words():
    kept = " Go to bed early."
    for before, after, html in [
        ("The cat sat on the mat because it was warm.", "A dog lay near a door since they were cold.",
         "<del>The cat sat on the mat because it was warm. </del><ins>A dog lay near a door since they were cold. </ins>Go to bed early."),
        ("Walking every single day is good for most people.", "Walking most days will be good for most people.",
         "Walking <del>every single day is</del><ins>most days will be</ins> good for most people. Go to bed early."),
    ]:  # fmt: skip
        assert shown(before + kept, after + kept, "summary") == html


def test_a_list_is_compared_by_its_items_and_a_table_by_its_rows():
    items = shown("<ul><li>One</li><li>Two</li></ul>", "<ul><li>New</li><li>Two</li><li>Three</li></ul>")
    row = "<tr><td>{}</td></tr>"
    rows = shown(
        f"<table><tbody>{row.format('a')}</tbody></table>",
        f"<table><tbody>{row.format('a')}{row.format('b')}</tbody></table>",
    )

    assert "<li><del>One</del><ins>New</ins></li><li>Two</li>" in items
    assert '<li class="diff__new"><span class="visually-hidden">Added:</span> Three</li></ul>' in items
    assert (
        '<tr><td>a</td></tr><tr class="diff__new"><td><span class="visually-hidden">Added:</span> b</td></tr>' in rows
    )


def test_a_source_is_compared_with_the_one_that_had_its_number():
    before = [{"number": 1, "text": "A study"}, {"number": 2, "text": "Gone"}]

    html = shown(before, [{"number": 1, "text": "A big study"}], "references")

    assert html == "<ul><li>1. A <ins>big </ins>study</li><li><del>2. Gone</del></li></ul>"


def test_every_word_of_both_texts_is_in_the_comparison_whatever_was_changed():
    chance = Random(5)
    words = ["sleep", "pain.", "doctor", "night!", "helps", "often", "<b", "&amp;", "because", "x"]
    for _n in range(200):
        before, after = (" ".join(chance.choices(words, k=chance.randrange(40))) for _side in range(2))
        html = of_words(before, after)
        for mark, text in (("ins", before), ("del", after)):
            assert unescape(re.sub(rf"<{mark}>.*?</{mark}>|</?(?:ins|del)>", "", html, flags=re.S)) == text


def test_a_paragraph_that_became_a_list_is_shown_as_both():
    html = shown("<p>Words.</p>", "<ul><li>Words.</li></ul>")

    assert '<div class="diff__gone">' in html
    assert "<p>Words.</p>" in html
    assert "<ul><li>Words.</li></ul>" in html


def test_hostile_words_run_nothing_in_a_comparison():
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"

    for part in ("body", "title", "key_points"):
        for html in (shown("", bad, part), shown(bad, "x", part), shown(f"a {bad} b", f"a {bad} c", part)):
            assert "<script" not in html
            assert "onerror=alert(2)>" not in html


def test_a_hostile_text_is_compared_in_good_time_and_both_can_be_read(monkeypatch):
    chance = Random(7)
    few = ["".join(f"<p>{' '.join(chance.choices('abcde', k=1400))}</p>" for _ in range(4)) for _side in range(2)]
    unlike = [f"<p>{' '.join(f'{side}{n}' for n in range(1400))}</p>" for side in "xy"]
    monkeypatch.setattr(sequences, "MOST_PAIRS", 500_000)
    for before, after in (few, unlike, ["<p>a</p>" * 3_001, "<p>b</p>" * 3_001]):
        start = process_time()
        html = shown(before, after)
        assert process_time() - start < 1
        for mark, text in (("ins", before), ("del", after)):
            assert re.sub(rf"<{mark}>.*?</{mark}>|</?(?:ins|del)>", "", html) == text


# Each is many short comparisons. What one of them costs beside its words has to be paid for, too.
SHORT_PIECES = {
    "sentences": ("<p>" + ". " * 150_000 + "</p>", "<p>" + "! " * 150_000 + "</p>"),
    "paragraphs": ("<p>a b c</p>" * 25_000, "<p>b c a</p><p>c</p>" * 15_000),
    "rows": tuple(
        f"<table><tbody>{f'<tr><td>{words}</td></tr>' * 10_000}</tbody></table>" for words in ("a b", "b a c")
    ),
    "items": tuple(f"<ul>{f'<li><p>{words}</p></li>' * 15_000}</ul>" for words in ("a b", "b a c")),
}


# Takes over a second: the texts are as long as what somebody may wait for.
@pytest.mark.parametrize("shape", SHORT_PIECES)
def test_two_very_long_texts_cost_no_more_comparisons_than_somebody_waits_for(shape, monkeypatch):
    made = []

    class Counted(sequences.Matcher):
        def __init__(self, *sides):
            made.append(sides)
            super().__init__(*sides)

    monkeypatch.setattr("articles.text.merging.Matcher", Counted)
    before, after = SHORT_PIECES[shape]
    html = shown(before, after)

    assert len(made) <= sequences.MOST_SEQUENCES
    assert len(html) >= max(len(before), len(after))


def test_a_page_that_compares_coarsely_says_so(client, editor, monkeypatch):
    article = create_article(body="<p>One two three.</p>")
    adopt(article, by=editor)
    save(article, editor, body="<p>One 2 three.</p>")
    client.force_login(editor)
    address = url("compare", article.pk)
    assert "word by word throughout" not in client.get(address).content.decode()

    monkeypatch.setattr(sequences, "MOST_SEQUENCES", 0)

    assert "word by word throughout" in client.get(address).content.decode()


def test_only_the_part_that_is_compared_coarsely_is_called_so():
    long = [f"<p>{' '.join(f'{side}{n}' for n in range(3_001))}</p>" for side in "xy"]
    parts = {"title": ("Old title", "New title"), "body": long}
    empty = {"title": "", "slug": "", "summary": "", "key_points": "", "get_help": "", "body": "", "image": None,
             "topic": None, "other_topics": [], "writers": [], "references": []}  # fmt: skip

    found = differences(*({**empty, **{part: sides[n] for part, sides in parts.items()}} for n in (0, 1)))

    assert {one.part: one.is_coarse for one in found} == {"title": False, "body": True}


def test_what_is_not_text_is_named(db):
    gone, come = create_topic(name="Sleep"), create_topic(name="Pain")

    html = shown([gone.pk], [come.pk], "other_topics")

    assert html == "<ul><li><del>Sleep</del></li><li><ins>Pain</ins></li></ul>"


def test_what_saved_itself_is_one_line_of_the_history(client, editor):
    article = create_article()
    adopt(article, by=editor)
    for n in range(5):
        save(article, editor, by_itself=True, summary=f"Summary {n}")
    save(article, editor, summary="Saved.")
    client.force_login(editor)

    page = client.get(url("history", article.pk)).content.decode()

    assert page.count('name="from"') == 3
    assert "and 4 before it" in page


def test_what_was_live_when_is_always_known(client, editor):
    article = create_article()
    adopt(article, by=editor)
    first = save(article, editor, by_itself=True, summary="Seen first.")
    publish(article, by=editor)
    save(article, editor, by_itself=True, summary="Between.")
    second = save(article, editor, by_itself=True, summary="Seen second.")
    publish(article, by=editor)
    archive(article, by=editor, note="Old.")
    published, again, archived = article.events.filter(step__in=["publish", "archive"]).order_by("id")
    client.force_login(editor)

    page = client.get(url("history", article.pk)).content.decode()

    assert when_live(article) == {first.pk: [(published.at, again.at)], second.pk: [(again.at, archived.at)]}
    assert page.count("readers saw it from") == 2
    assert "readers see it since" not in page


def test_a_long_history_has_pages_and_the_latest_stands_on_each(client, editor):
    article = create_article()
    adopt(article, by=editor)
    for n in range(60):
        save(article, editor, summary=f"Summary {n}")
    client.force_login(editor)

    numbers, before = [], ""
    while True:
        page = client.get(url("history", article.pk), {"before": before} if before else {}).content.decode()
        found = [int(number) for number in re.findall(r'name="from" value="(\d+)"', page)]
        numbers += found[1:] if before else found
        assert found[0] == 61
        if not (more := re.search(r"\?before=(\d+)", page)):
            break
        before = more[1]

    assert numbers == list(range(61, 0, -1))


def test_who_may_only_read_what_is_live_sees_no_trace_of_the_next_text_in_the_history(client, editor, moderator):
    article = create_article(published=True)
    adopt(article, by=editor)
    save(article, editor, summary="Next.")
    submit(article, by=editor)
    client.force_login(moderator)

    page = client.get(url("history", article.pk)).content.decode()

    assert page.count('name="from"') == 1
    assert "readers see it since" in page
    assert "Submit" not in page


def test_any_two_revisions_are_compared(client, editor):
    article = create_article()
    adopt(article, by=editor)
    save(article, editor, summary="In other words.")
    save(article, editor, title="Other")
    client.force_login(editor)

    page = client.get(url("compare", article.pk), {"from": 1, "to": 2}).content.decode()
    latest = client.get(url("compare", article.pk)).content.decode()

    assert "<ins>other words.</ins>" in page
    assert "<ins>Other</ins>" in latest
    for number in ("0", "x", "9" * 30, "-1"):
        assert client.get(url("compare", article.pk), {"from": number}).status_code == 200


def test_comparing_and_the_history_cost_the_same_for_many_revisions(client, editor, django_assert_max_num_queries):
    article = create_article()
    adopt(article, by=editor)
    for n in range(120):
        save(article, editor, summary=f"Summary {n}")
    client.force_login(editor)

    with django_assert_max_num_queries(16):
        assert client.get(url("compare", article.pk), {"from": 2, "to": 118}).status_code == 200
    with django_assert_max_num_queries(16):
        assert client.get(url("history", article.pk)).status_code == 200


def test_an_earlier_text_is_brought_back_and_the_later_one_stays_in_the_history(client, editor):
    article = create_article()
    adopt(article, by=editor)
    save(article, editor, summary="Worse.")
    client.force_login(editor)

    client.post(url("restore", article.pk, 1))

    article = Article.objects.get(pk=article.pk)
    assert [revision.content["summary"] for revision in article.revisions.all()] == ["In short.", "Worse.", "In short."]
    assert (article.events.get().step, article.events.get().note) == ("restore", "#1")


def test_who_may_not_write_it_may_not_bring_anything_back(client, draft, writer):
    submit(draft, by=writer)
    client.force_login(writer)
    client.post(url("restore", draft.pk, 1))
    client.force_login(create_user(role="Writer", byline=True))

    assert client.post(url("restore", draft.pk, 1)).status_code == 404
    assert client.get(url("compare", draft.pk)).status_code == 404
    assert not draft.events.filter(step="restore").exists()


def test_key_points_are_compared_line_by_line():
    html = shown("Rest.\nDrink.", "Rest.\nDrink water.", "key_points")

    assert html.startswith("Rest.<br>")


def test_one_revision_is_shown_alone_to_whoever_may_read_it(client, editor, moderator, writer):
    article = create_article(title="Sleep", slug="sleep", writer=writer.writer)
    adopt(article, by=editor)
    save(article, editor, summary="A later one.", body="<p>Later.</p>")
    address = url("revision", article.pk, 1)
    client.force_login(editor)
    assert address in client.get(url("history", article.pk)).text

    page = client.get(address)
    assert "<p>Text.</p>" in page.text
    assert "A later one." not in page.text
    assert "Bring back revision 1" in page.text
    assert client.get(url("revision", article.pk, 9)).status_code == 404
    client.force_login(moderator)
    assert client.get(address).status_code == 404

    publish(article, by=editor)
    assert client.get(url("revision", article.pk, 2)).status_code == 200
    assert client.get(address).status_code == 404
