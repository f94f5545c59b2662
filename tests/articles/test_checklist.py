from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from articles.checklist import CHECKS, check, holding, look
from articles.indexing import index_due
from articles.models import Link, Paper
from articles.models.steps import NotReady
from articles.text.content import empty
from articles.workflow.publishing import publish, publish_due, schedule
from articles.workflow.saving import adopt, write
from articles.workflow.submitting import submit
from tests.articles.article_form import form_data, url
from tests.factories import create_article, create_image, create_topic, create_writer

pytestmark = pytest.mark.django_db
SUMMARY = "Two sentences that say what the article is about. And for whom it was written."


def content(**parts):
    """One in which there is nothing to mend."""
    whole = {"title": "A title", "slug": "a-title", "summary": SUMMARY, "body": "<p>Text.</p>"}
    given = {"topic": create_topic().pk, "writers": [create_writer().pk]}
    return {**empty(), **whole, **given, **parts}


def reference(number, text="A source", **fields):
    return {"number": number, "text": text, "url": "", "doi": "", "pmid": "", "accessed_on": None, **fields}


def found(article=None, **parts):
    """What each check found, as the writer reads it."""
    article = article or create_article()
    return {one.key: list(map(str, findings)) for one, findings in check(look(article, content(**parts))) if findings}


def held(article, **parts):
    return [finding.key for finding in holding(article, content(**parts))]


def test_a_text_without_fault_passes_every_check():
    body = '<h2>One</h2><p>About 5 % [1]. See <a href="/topics/">the topics</a>.</p><h3>Two</h3><p>Words.</p>'

    assert found(body=body, references=[reference(1)]) == {}


def fine(client, article):
    return client.get(url("change", article.pk)).context["fine"]


def test_nothing_is_fine_that_is_not_there(client, writer):
    client.force_login(writer)
    draft = create_article(writer=writer.writer, title="", summary="", body="", topic=None)
    assert client.get(url("add")).context["fine"] == []
    assert fine(client, draft) == []

    draft = create_article(
        writer=writer.writer, body='<p>Words, and <a href="https://example.org/">where to read more about them</a>.</p>'
    )
    said = set(fine(client, draft))
    assert {"Links say where they lead", "No note is open"} <= said
    assert {"Tables have headers", "Headings are in order", "Each [1] has its source"}.isdisjoint(said)


def test_what_is_missing_is_named_and_holds():
    assert found(title=" ", body="", topic=None, writers=[])["missing"] == [
        "Still missing: a title, the text, a main topic, a writer."
    ]
    assert held(create_article(), topic=None) == ["missing"]


def test_a_summary_may_be_too_short_and_too_long_and_neither_holds():
    assert "short" in found(summary="In short.")["summary"][0]
    assert "long" in found(summary="a" * 201)["summary"][0]
    assert held(create_article(), summary="In short.") == []


def test_a_picture_needs_words_unless_the_library_has_them_or_it_is_decoration():
    known, decoration = create_image(), create_image(alt="", is_decorative=True)
    body = "".join(f'<figure><img src="{image.file.url}" alt=""></figure>' for image in (known, decoration))
    article = create_article()

    assert held(article, body=body) == []
    assert held(article, body='<figure><img src="/media/images/b.png" alt="Two > one"></figure>') == []
    assert held(article, body=body + '<figure><img src="/media/images/gone.png" alt=" "></figure>') == ["pictures"]


def test_a_picture_that_was_pasted_without_its_file_holds_publication():
    article = create_article()

    assert held(article, body='<p>x</p><figure><img alt="A closed eyelid"></figure>') == ["pictures"]


def test_markers_and_sources_belong_together():
    parts = {"body": "<p>So [1, 3].</p><p>And [4]</p>", "references": [reference(1), reference(2)]}
    findings = found(**parts)

    assert findings["markers"] == ["The text points at sources that are not there: [3], [4]."]
    assert findings["uncited"] == ["Nothing in the text points at this source: source 2."]
    assert held(create_article(), **parts) == ["markers"]


def test_what_a_reader_may_ask_about_wants_a_source_in_its_paragraph():
    claims = ["It helps 80 % of people.", "One in ten falls ill.", "Take 5 mg at night.", "Studies have shown it.",
              "It lowers the risk of a stroke.", "The risk is higher at night.", "It is clinically proven."]  # fmt: skip
    plain = ["It was one in the morning.", "She studied for years.", "Her lower leg hurt.", "In 2024 she came back."]

    for words in claims:
        assert found(body=f"<p>First. {words}</p>")["claims"] == [
            f"A reader may ask where this comes from. A source helps: {words}."
        ]
        sourced = [f"<p>{words} So they say [1].</p>", f'<p>{words}<span data-footnote="">A book.</span></p>']
        assert all("claims" not in found(body=body, references=[reference(1)]) for body in sourced)
    assert all("claims" not in found(body=f"<p>{words}</p>") for words in plain)


def test_headings_begin_large_say_something_and_stand_once():
    assert "small ones" in found(body="<h3>Pain</h3><h2>Care</h2>")["headings"][0]
    assert found(body="<h2> </h2><p>Text.</p>")["headings"] == ["A heading without words: heading."]
    assert found(body="<h2>Pain</h2><p>Text.</p><h3>pain</h3>")["headings"] == ["The same heading stands twice: pain."]
    assert "headings" not in found(body="<h2>Pain</h2><h3>At night</h3><h2>Care</h2>")


def test_a_links_words_say_where_it_leads():
    for words in ["here", "Click here!", "https://example.org/a", "", "<em>Read more</em> →"]:
        assert "links" in found(body=f'<p><a href="https://example.org/a">{words}</a></p>'), words
    assert "links" not in found(body='<p><a href="https://example.org/a">The leaflet of the clinic</a></p>')


def test_a_table_needs_header_cells():
    row = "<tr><td>a</td></tr>"
    assert "tables" in found(body=f"<table><tbody>{row}</tbody></table>")
    assert "tables" not in found(body=f"<table><tbody><tr><th>A</th></tr>{row}</tbody></table>")


def test_a_title_is_compared_with_what_readers_see_and_an_address_with_everything():
    create_article(title="Über Migraine", slug="migraine", published=True)
    create_article(title="A draft", slug="a-draft")
    article = create_article(title="Mine", slug="mine")

    assert set(found(article, title="Über migraine", slug="migraine")) == {"title", "address"}
    assert set(found(article, title="A draft", slug="a-draft")) == {"address"}
    assert held(article, title="Über migraine", slug="mine") == []


def test_every_writer_of_the_byline_has_to_say_something_about_conflicts_of_interest():
    said, silent = create_writer(conflicts="None"), create_writer(name="Sam", conflicts=" ", is_guest=True)
    article = create_article()

    assert held(article, writers=[said.pk]) == []
    assert held(article, writers=[said.pk, silent.pk]) == ["conflicts"]
    assert found(article, writers=[silent.pk])["conflicts"][0].endswith(": Sam.")


def test_a_retracted_paper_holds_until_readers_are_told():
    Paper.objects.create(doi="10.1/gone", is_retracted=True)
    Paper.objects.create(pmid="77", is_retracted=True)
    article, body = create_article(), "<p>So [1, 2].</p>"

    def sources(words):
        return [reference(1, words, doi="10.1/GONE"), reference(2, words, pmid="77")]

    assert held(article, body=body, references=sources("A paper")) == ["retracted"]
    assert held(article, body=body, references=sources("Retracted: A paper")) == []
    assert held(article, body=body, references=[reference(1, doi="10.1/here"), reference(2)]) == []


def test_a_link_that_is_broken_is_advice_as_long_as_the_text_holds_it():
    article, address = create_article(), "https://example.org/gone"
    article.links.add(Link.objects.create(address=address, broken_at=timezone.now()))

    assert found(article, body=f'<p><a href="{address}#part">A leaflet</a></p>')["broken"][0].endswith("A leaflet.")
    assert found(article, body="<p>[1]</p>", references=[reference(1, url=address)])["broken"][0].endswith("source 1.")
    assert found(article, body="<p>It is gone.</p>") == {}


def test_open_notes_are_counted_and_resolved_ones_are_not():
    article = create_article()
    article.notes.create(text="Why?")
    article.notes.create(text="Done", resolved_at=timezone.now())

    assert found(article)["notes"] == ["A note on this text is open."]


def test_every_check_that_holds_says_why():
    assert [one.key for one in CHECKS if one.holds] == [
        "missing", "address", "pictures", "markers", "retracted", "conflicts",
    ]  # fmt: skip


def test_the_database_is_asked_once(django_assert_max_num_queries):
    article = create_article()
    parts = content(
        body='<figure><img src="/media/a.png" alt=""></figure><p><a href="/x">y</a> [1]</p>',
        references=[reference(1, doi="10.1/a", pmid="1")],
    )

    with django_assert_max_num_queries(1):
        check(look(article, parts))


# --- Publication waits -------------------------------------------------------------------------------------------------


def points_at_nothing(writer):
    article = create_article(writer=writer.writer, body="<p>So [1].</p>", summary=SUMMARY)
    adopt(article, by=writer)
    return article


def test_what_holds_keeps_an_article_from_being_published_and_scheduled(writer, editor):
    article = points_at_nothing(writer)

    for moment in (None, timezone.now() + timedelta(days=1)):
        with pytest.raises(NotReady, match=r"points at sources that are not there: \[1\]"):
            schedule(article, by=editor, at=moment)
    article.refresh_from_db()
    assert article.status == "draft"
    assert not article.is_live
    submit(article, by=writer)  # the editors see it, too

    write(article, {**article.content, "references": [reference(1)]}, by=editor, since=article.edition)
    publish(article, by=editor)
    assert article.is_live


def test_what_was_checked_when_it_was_scheduled_appears(writer, editor):
    article = points_at_nothing(writer)
    sources = [reference(1, doi="10.1/gone")]
    write(article, {**article.content, "references": sources}, by=editor, since=article.edition)
    schedule(article, by=editor, at=timezone.now() + timedelta(days=1))
    Paper.objects.update_or_create(doi="10.1/gone", defaults={"is_retracted": True})
    type(article).objects.filter(pk=article.pk).update(publish_at=timezone.now())

    publish_due()

    article.refresh_from_db()
    assert article.is_live


def test_the_page_says_what_holds_and_the_button_leads_there(client, writer, editor):
    article = points_at_nothing(writer)
    client.force_login(editor)

    page = client.get(url("change", article.pk)).content.decode()
    assert "1 thing to mend" in page
    assert "The text points at sources that are not there" in page
    answer = client.post(url("change", article.pk), {**form_data(article, body="<p>So [1].</p>"), "_step": "publish"})
    assert answer["Location"] == url("change", article.pk) + "#checks"
    step = client.get(url("step", article.pk, "schedule")).content.decode()
    assert "This cannot be published yet" in step


def test_each_save_tells_what_is_left(client, writer):
    article = points_at_nothing(writer)
    client.force_login(writer)

    said = client.post(url("autosave", article.pk), form_data(article, body="<p>So [1].</p>", summary=SUMMARY)).json()
    assert 'data-holding="1"' in said["checks"]
    article.refresh_from_db()
    said = client.post(url("autosave", article.pk), form_data(article, body="<p>So.</p>", summary=SUMMARY)).json()
    assert 'data-holding="0"' in said["checks"]


def test_who_may_only_read_gets_the_list_without_ways_to_fields(client, writer, reviewer):
    article = points_at_nothing(writer)
    submit(article, by=writer)
    client.force_login(reviewer)

    page = client.get(url("change", article.pk)).content.decode()

    assert "The text points at sources that are not there" in page
    assert 'data-quote="So' not in page
    assert "js/checking.js" not in page


def test_nobody_hears_of_a_like_text_that_she_may_not_see(client, writer, editor):
    body = "<p>" + " ".join(map("".join, product("bcdfg", "aeiou", "lmnr", "ae"))) + "</p>"
    secret = create_article(title="Not yet told", body=body)
    adopt(secret, by=None)
    mine = create_article(writer=writer.writer, body=body)
    adopt(mine, by=writer)
    index_due()
    pages = []
    for person in (writer, editor):
        client.force_login(person)
        page = client.get(url("change", mine.pk)).content.decode()
        saved = client.post(url("autosave", mine.pk), form_data(mine, body=body)).json()["checks"]
        mine.refresh_from_db()
        pages.append((page, saved))

    assert all("Not yet told" not in html for html in pages[0])
    assert all("100 % of the words stand like this in" in html and "Not yet told" in html for html in pages[1])


def test_what_is_written_beside_a_live_text_is_not_given_away_by_its_likeness(client, writer, editor):
    body = "<p>" + " ".join(map("".join, product("bcdfg", "aeiou", "lmnr", "ae"))) + "</p>"
    live, mine = create_article(title="Well known", published=True), create_article(writer=writer.writer, body=body)
    adopt(live, by=editor)
    adopt(mine, by=writer)
    client.force_login(writer)
    told = []
    for step in (
        lambda: write(live, {**live.content, "body": body}, by=editor, since=1),
        lambda: publish(live, by=editor),
    ):
        step()
        index_due()
        told.append("Well known" in client.get(url("change", mine.pk)).content.decode())

    assert told == [False, True]
