"""Sources beside the text: found by their number, said when they are there twice or were retracted."""

import json
from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles.desk import sources as desk_sources
from articles.models import Article, Link, Paper, Reference
from articles.sources.citation import Source
from articles.sources.lookup import Found
from articles.workflow.saving import adopt, write
from articles.workflow.submitting import submit
from tests.articles.article_form import form_data, url
from tests.factories import create_article

pytestmark = pytest.mark.django_db
TEA = Source(
    text="Gone I. Tea. 2015.",
    doi="10.5555/tea",
    is_retracted=True,
    retracted_on=date(2019, 4, 30),
    notice="https://n.example/",
)
SAID = "This paper was retracted on 30 April 2019."


@pytest.fixture
def answer(monkeypatch):
    """What the look-up says, until a test says otherwise."""
    answers = [Found(TEA)]
    monkeypatch.setattr(desk_sources, "look_up", lambda words: answers[-1])
    cache.clear()
    return answers.append


def ask(client, words="10.5555/tea"):
    return client.post(url("lookup"), {"words": words})


def latest(draft):
    return Article.objects.get(pk=draft.pk).content["references"]


def test_the_page_is_told_how_a_source_is_cited_and_that_it_was_retracted(client, writer, answer):
    client.force_login(writer)

    said = ask(client).json()

    today = timezone.localdate().isoformat()
    assert said["source"] == {"text": TEA.text, "url": "", "doi": TEA.doi, "pmid": "", "accessed_on": today}
    assert (said["note"], said["alarm"], said["notice"]) == ("", SAID, "https://n.example/")


def test_words_that_are_no_number_are_refused_with_a_sentence(client, writer):
    client.force_login(writer)

    for words in ("sleep", ""):
        assert ask(client, words).json() == {"why": "This is no DOI, PMID or address."}


def test_only_who_writes_looks_up(client, reviewer, moderator, answer):
    for person in (reviewer, moderator):
        client.force_login(person)
        assert ask(client).status_code == 403
    client.logout()
    assert ask(client).status_code == 401


def test_nobody_looks_up_faster_than_a_person_does(client, writer, answer, monkeypatch):
    monkeypatch.setattr(desk_sources, "LOOKUPS", 2)
    client.force_login(writer)

    assert [ask(client).status_code for _n in range(3)] == [200, 200, 429]


def test_without_javascript_the_form_comes_back_with_the_source_and_every_word(client, writer, draft, answer):
    client.force_login(writer)
    rows = [{"text": "By hand", "place": 4}, {}]
    data = form_data(draft, body="<p>Typed.</p>", references=rows, _source="doi:10.5555/TEA", _lookup="1")
    del data["_continue"]

    page = client.post(url("change", draft.pk), data, follow=True)

    assert [(row["number"], row["text"], row["doi"]) for row in latest(draft)] == [
        (4, "By hand", ""),
        (5, TEA.text, TEA.doi),
    ]
    assert Article.objects.get(pk=draft.pk).content["body"] == "<p>Typed.</p>"
    assert SAID in page.content.decode()


def test_without_javascript_a_new_article_can_have_one_too(client, writer, answer):
    client.force_login(writer)

    client.post(url("add"), form_data(_source="10.5555/tea", _lookup="1"))

    assert Article.objects.get().content["references"][0]["doi"] == TEA.doi


def test_the_same_source_is_not_added_twice(client, writer, draft, answer):
    client.force_login(writer)
    rows = [{"text": "Tea", "place": 7, "doi": "https://doi.org/10.5555/TEA"}]

    page = client.post(url("change", draft.pk), form_data(draft, references=rows, _source="10.5555/tea"), follow=True)

    assert "This is source 7 already." in page.content.decode()
    assert len(latest(draft)) == 1


def test_what_nobody_knows_costs_no_word(client, writer, draft, answer):
    answer(Found(Source(doi="10.5555/x"), "This site cannot be reached."))
    client.force_login(writer)

    data = form_data(draft, body="<p>Typed.</p>", _source="10.5555/x")
    page = client.post(url("change", draft.pk), data, follow=True).content.decode()

    assert "This site cannot be reached." in page
    assert [(row["text"], row["doi"]) for row in latest(draft)] == [("doi:10.5555/x", "10.5555/x")]
    assert Article.objects.get(pk=draft.pk).content["body"] == "<p>Typed.</p>"


def test_words_that_were_found_later_are_offered_and_taken_only_where_nobody_has_typed(client, writer, draft):
    Paper.objects.create(doi="10.5555/x", text="Found I. Late. 2020.")
    Paper.objects.create(pmid="7", text="Found II. Later. 2021.")
    client.force_login(writer)
    rows = [{"text": "doi:10.5555/x", "doi": "10.5555/x"}, {"text": "My words", "pmid": "7"}]
    data = form_data(draft, references=rows)

    said = client.post(url("autosave", draft.pk), data).json()["sources"]
    page = client.get(url("change", draft.pk)).content.decode()
    kept = [row["text"] for row in latest(draft)]

    assert said == [{"number": 1, "bare": "doi:10.5555/x", "found": "Found I. Late. 2020."}]
    assert page.count('name="_take"') == 1
    assert kept == ["doi:10.5555/x", "My words"]
    for number in ("2", "x", "1"):
        placed = {**data, "references-0-place": "1", "references-1-place": "2", "_take": number}
        client.post(url("change", draft.pk), {**placed, "started_from": Article.objects.get(pk=draft.pk).edition})
    assert [row["text"] for row in latest(draft)] == ["Found I. Late. 2020.", "My words"]


# Takes over a second: the long form is sent and shown again three times.
def test_hostile_forms_break_nothing(client, writer, draft, answer):
    client.force_login(writer)
    for total in ("x", "-1", "99999999"):
        data = {**form_data(draft), "references-TOTAL_FORMS": total, "_source": "10.5555/tea"}
        assert client.post(url("change", draft.pk), data).status_code < 500


def test_whoever_may_not_write_it_asks_nobody(client, moderator, draft, answer, monkeypatch):
    monkeypatch.setattr(desk_sources, "look_up", lambda words: pytest.fail("asked"))
    client.force_login(moderator)

    client.post(url("change", draft.pk), form_data(draft, _source="10.5555/tea"))


def test_after_each_save_the_page_hears_what_is_wrong_with_its_sources(client, writer, draft):
    Paper.objects.create(doi=TEA.doi, is_retracted=True, retracted_on=TEA.retracted_on, notice=TEA.notice)
    client.force_login(writer)
    rows = [
        {"text": "Tea", "doi": "10.5555/TEA"}, {"text": "Other", "pmid": "5", "doi": "10.5555/other"},
        {"text": "Again", "pmid": "5"},
    ]  # fmt: skip

    said = client.post(url("autosave", draft.pk), form_data(draft, references=rows)).json()["sources"]

    assert said == [
        {"number": 1, "alarm": SAID, "notice": "https://n.example/"},
        {"number": 3, "alarm": "The same as source 2.", "notice": ""},
    ]
    page = client.get(url("change", draft.pk)).content.decode()
    assert SAID in page
    assert "The same as source 2." in page


def test_readers_are_told_beside_the_source(client, django_assert_max_num_queries):
    article = create_article(published=True)
    for number, doi in enumerate(("10.5555/TEA", "10.5555/fine"), start=1):
        Reference.objects.create(article=article, number=number, text="S", doi=doi)
    Paper.objects.create(doi="10.5555/fine")
    paper = Paper.objects.create(doi=TEA.doi)
    before = client.get(article.get_absolute_url())
    assert "retracted" not in before.content.decode()

    Paper.objects.filter(pk=paper.pk).update(is_retracted=True, retracted_on=TEA.retracted_on, notice=TEA.notice)
    again = client.get(article.get_absolute_url(), headers={"If-None-Match": before["ETag"]})

    html = again.content.decode()
    assert (again.status_code, html.count(SAID), html.count('href="https://n.example/"')) == (200, 1, 1)


def test_a_reviewer_reads_the_sources_as_readers_do(client, writer, reviewer, draft):
    Paper.objects.create(doi=TEA.doi, is_retracted=True, retracted_on=TEA.retracted_on)
    row = {"number": 1, "text": "Tea", "url": "", "doi": TEA.doi, "pmid": "", "accessed_on": "2026-02-01"}
    write(draft, {**draft.content, "references": [row]}, by=writer, since=draft.edition)
    submit(draft, by=writer)
    client.force_login(reviewer)

    page = client.get(url("change", draft.pk)).content.decode()

    assert '<a href="https://doi.org/10.5555/tea" rel="external noopener noreferrer">Tea</a>' in page
    assert SAID in page


def test_the_list_of_broken_links_is_for_editors(client, writer, editor):
    link = Link.objects.create(
        address="https://gone.example/", broken_at=timezone.now(), answer="404: the page is gone."
    )
    Link.objects.create(address="https://fine.example/")
    article = create_article(title="Leads there")
    adopt(article, by=None)
    link.articles.add(article)
    client.force_login(writer)
    assert client.get("/admin/articles/link/").status_code == 403
    assert client.post(f"/admin/articles/link/{link.pk}/check/").status_code == 403

    client.force_login(editor)
    page = client.get("/admin/articles/link/").content.decode()
    assert "https://gone.example/" in page
    assert "Leads there" in page
    assert "https://fine.example/" not in page
    assert "https://fine.example/" in client.get("/admin/articles/link/?what=all").content.decode()


def test_an_editor_has_a_link_checked_at_once(client, editor, monkeypatch):
    link = Link.objects.create(address="http://localhost:8000/articles/", broken_at=timezone.now(), tries=3)
    client.force_login(editor)

    assert client.get(f"/admin/articles/link/{link.pk}/check/").status_code == 405
    client.post(f"/admin/articles/link/{link.pk}/check/")

    link.refresh_from_db()
    assert (link.broken_at, link.tries) == (None, 0)


def test_the_list_of_links_costs_the_same_for_many(client, editor, django_assert_max_num_queries):
    for n in range(50):
        Link.objects.create(address=f"https://{n}.example/", broken_at=timezone.now()).articles.add(create_article())
    client.force_login(editor)

    with django_assert_max_num_queries(8):
        page = client.get("/admin/articles/link/")
    assert len(page.context["cl"].result_list) == 50


def test_what_the_page_hears_is_json_and_nothing_else(client, writer, answer):
    answer(Found(Source(text="</script><b>x", url="https://a.example/")))
    client.force_login(writer)

    response = ask(client)
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["source"]["text"] == "</script><b>x"
