"""From a DOI, a PMID or an address to a source. The answers are invented, in the form that the registers document."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles.indexing import index_due
from articles.models import Article, Paper
from articles.newsroom.stale import cites_retracted
from articles.sources import crossref, lookup, pubmed, webpages
from articles.sources.citation import Work, author, pages, plain
from articles.sources.lookup import NotUnderstood, ask_due_papers, look_up
from articles.text.identifiers import Asked, understood
from articles.workflow.saving import adopt, write
from edge.fetching import Answer, NotFetched
from tests.factories import create_article

pytestmark = pytest.mark.django_db
ANSWERS = Path(__file__).parent / "answers"
CROSSREF = json.loads((ANSWERS / "crossref.json").read_text())
SLEEP = (
    "Müller AMB, Okafor N Jr, van der Berg J, The Quiet Night Study Group, Five A, Six B, et al. "
    "Sleep and H. pylori: CO2 levels, p < 0.05 & more. J Invent Sleep. 2021;12(3):284-7."
)
TEA = "10.5555/tics.9"
PAGE = """<html><head><title>Sleep &amp; you | Invented Health Service</title>
<meta property="og:site_name" content="Invented Health Service"><meta name="date" content="2023-04-05">
<script type="application/ld+json">{"@graph": [{"@type": "BreadcrumbList"}, {"@type": ["MedicalWebPage"], "headline": "Sleep &amp; you"}]}</script>
"""
JOURNAL = """<meta name=viewport content=x><META CONTENT='Sleep at sea' NAME='citation_title'>
<meta name="citation_author" content="Berg, Anna M."><meta name="citation_author" content="Ole Olsen">
<meta name="citation_journal_title" content="J Sea"><meta name="citation_volume" content="3"><meta name="citation_firstpage" content="10">
<meta name="citation_lastpage" content="19"><meta name="citation_publication_date" content="2001/05"><meta name="citation_pmid" content="42">"""


class Outside:
    """The world: what it was asked, what it answers, and whether it is there at all."""

    def __init__(self):
        self.asked, self.pages, self.is_away = [], {}, False

    def fetch(self, address, *, accept="*/*", **limits):
        self.asked.append(address)
        if self.is_away:
            raise NotFetched("This site cannot be reached.", "refused")
        status, kind, body = self._answer(address)
        return Answer(address, status, kind, "utf-8", body.encode("utf-8", "surrogatepass"), is_cut=False)

    def _answer(self, address):
        if address.startswith(crossref.WORKS):
            doi = address.removeprefix(crossref.WORKS).partition("?")[0].replace("%2F", "/")
            message = CROSSREF.get(doi)
            return (200, "application/json", json.dumps({"message": message})) if message else (404, "text/plain", "")
        if address.startswith(pubmed.SUMMARY):
            return 200, "application/json", (ANSWERS / "pubmed.json").read_text()
        return self.pages.get(address, (404, "text/html", ""))


@pytest.fixture
def outside(monkeypatch, settings):
    settings.OUTSIDE_LOOKUPS = True
    world = Outside()
    for module in (crossref, pubmed, webpages):
        monkeypatch.setattr(module, "fetch", world.fetch)
    cache.clear()
    return world


@pytest.fixture
def citing(writer):
    """A draft that cites the paper about tea, which the worker has read."""
    article = create_article(writer=writer.writer)
    adopt(article, by=writer)
    row = {"number": 1, "text": "Tea", "url": "", "doi": TEA.upper(), "pmid": "", "accessed_on": None}
    write(article, {**article.content, "references": [row]}, by=writer, since=article.edition)
    index_due()
    return Article.objects.get(pk=article.pk)


def test_whatever_way_a_number_is_written_it_is_understood():
    doi = "10.1016/s0140-6736(97)11096-0"
    for words, asked in {
        " 10.1016/S0140-6736(97)11096-0 ": Asked(doi=doi),
        "doi:10.1016/S0140-6736(97)11096-0.": Asked(doi=doi),
        "https://doi.org/10.1016/S0140-6736(97)11096-0": Asked(doi=doi),
        "http://dx.doi.org/10.1016%2FS0140-6736%2897%2911096-0": Asked(doi=doi),
        "https://www.example.org/doi/full/10.1016/S0140-6736(97)11096-0/full?x=1#top": Asked(doi=doi),
        "(see Smith 1997, 10.1016/S0140-6736(97)11096-0)": Asked(doi=doi),
        "10.1016/S0140-6736(97)11096-0%00%1f": Asked(doi=doi),  # PostgreSQL knows no NUL
        "\u200b10.1016/S0140-6736(97)11096-0\u202c": Asked(doi=doi),
        "https://example.org/articles/10.5555/abc.pdf": Asked(doi="10.5555/abc"),
        "12345678": Asked(pmid="12345678"),
        "PMID: 123": Asked(pmid="123"),
        "pmid 0123": Asked(pmid="123"),
        "https://pubmed.ncbi.nlm.nih.gov/123/": Asked(pmid="123"),
        "pubmed.ncbi.nlm.nih.gov/?term=123": Asked(pmid="123"),
        "https://www.ncbi.nlm.nih.gov/pubmed/123": Asked(pmid="123"),
        "Smith A. Sleep. 2001. PMID: 123.": Asked(pmid="123"),
        "https://www.who.int/news?a=1": Asked(url="https://www.who.int/news?a=1"),
        "www.who.int/news": Asked(url="https://www.who.int/news"),
        "https://example.org/123/": Asked(url="https://example.org/123/"),
    }.items():
        assert understood(words) == asked, words
    for words in ("", "sleep", "javascript:alert(1)", "https://", "10.5555/", "10.5555/" + "x" * 200, "https://[", "0"):
        assert understood(words) is None, words


def test_a_doi_becomes_a_source_in_the_style_of_the_house(outside):
    found = look_up("https://doi.org/10.5555/SLEEP.2021.17")

    assert (found.source.text, found.source.doi, found.note) == (SLEEP, "10.5555/sleep.2021.17", "")
    assert "mailto=" in outside.asked[0]


def test_a_paper_is_asked_about_once_a_month(outside):
    first, again = look_up("10.5555/sleep.2021.17"), look_up("doi:10.5555/sleep.2021.17")
    assert (first, len(outside.asked)) == (again, 1)

    Paper.objects.update(asked_at=timezone.now() - timedelta(days=31))
    look_up("10.5555/sleep.2021.17")
    assert (len(outside.asked), Paper.objects.count()) == (2, 1)


def test_a_pmid_and_the_doi_that_belongs_to_it_are_one_paper(outside):
    source = look_up("PMID: 30000001").source

    assert source.text == "Müller AB, Okafor N. Sleep in two tongues. J Invent Sleep. 2021;12(3):284-7."
    assert (source.doi, source.pmid) == ("10.5555/sleep.2021.17", "30000001")
    look_up("10.5555/sleep.2021.17")
    assert (Paper.objects.count(), len(outside.asked)) == (1, 1)


def test_other_kinds_say_what_they_are(outside):
    for doi, text in {
        "10.5555/book.4": "Leaf R. The nerve. In: The Head: A Book. Shelf; 2018. p. 12-9.",
        "10.5555/preprint.2": "Wei L. Early words [preprint]. Invented Archive; 2024.",
        TEA: "Gone I. Warm tea against tics. Annals of Invented Neurology. 2015;8:e17.",
    }.items():
        assert look_up(doi).source.text == text


def test_a_doi_of_another_register_is_asked_for_where_it_leads(outside):
    csl = {
        "type": "dataset",
        "title": "Nights",
        "author": [{"literal": "A Lab"}],
        "publisher": "Zoo",
        "issued": {"date-parts": [[2022]]},
    }
    outside.pages["https://doi.org/10.5555/data.1"] = (200, crossref.CSL, json.dumps(csl))

    assert look_up("10.5555/data.1").source.text == "A Lab. Nights [dataset]. Zoo; 2022."


def test_a_retracted_paper_is_known_as_one(outside):
    source = look_up(TEA).source
    assert (source.is_retracted, source.retracted_on) == (True, date(2019, 4, 30))
    assert source.notice == "https://doi.org/10.5555/tics.9r"

    source = look_up("30000002").source
    assert (source.is_retracted, source.notice) == (True, "https://pubmed.ncbi.nlm.nih.gov/30000003/")


def test_neither_a_notice_nor_a_concern_is_a_retraction(outside):
    assert not look_up("10.5555/tics.9r").source.is_retracted
    assert not look_up("10.5555/concern.1").source.is_retracted


def test_a_hostile_answer_becomes_clean_words(outside):
    found = look_up("10.5555/hostile")

    assert found.source.text == "List, Bold X. evilx 3 < 4. Not a list. 9-1."
    assert (found.source.doi, found.source.is_retracted) == ("10.5555/hostile", False)


def test_answers_of_any_shape_are_survived(outside, monkeypatch):
    shapes = [None, [], 7, "x", {}, {"title": [[]]}, {"author": {"a": 1}}, {"updated-by": {"x": [1]}}, {"issued": [[]]}]
    for shape in shapes:
        assert crossref.source_of(shape, "10.5555/x").text == ""
        assert pubmed.source_of(shape, "1").text == ""
    assert crossref.ask("10.5555/x") is None
    assert pubmed.ask("30000009") is None
    assert pubmed.ask("99") is None


def test_a_long_title_loses_its_end_and_nothing_else():
    text = Work(authors=["Smith A"], title="Words " * 200, container="J", year="2020", volume="1").cited()

    assert len(text) <= 500
    assert text.startswith("Smith A. Words Words")
    assert text.endswith("… J. 2020;1." if "…. " not in text else "…. J. 2020;1.")


def test_names_and_pages_are_shortened_as_the_style_says():
    assert [author("Smith", "Anna-Maria B."), author("Li", ""), author("Roe", "J", "III")] == [
        "Smith AMB",
        "Li",
        "Roe J III",
    ]
    for written, short in {
        "284-287": "284-7",
        "99–101": "99-101",
        "e17": "e17",
        "12-9": "12-9",
        "S1-S9": "S1-S9",
    }.items():
        assert pages(written) == short
    assert plain("a\u00adb\n<b>c</b>\u202e &amp;amp; <p") == "ab c & <p"


def test_a_page_says_what_it_is_called(outside):
    outside.pages["https://health.example/sleep"] = (200, "text/html", PAGE)
    outside.pages["https://sea.example/1"] = (200, "text/html", JOURNAL)

    page, paper = look_up("https://health.example/sleep").source, look_up("https://sea.example/1").source

    assert (page.text, page.url) == ("Sleep & you. Invented Health Service; 2023.", "https://health.example/sleep")
    assert (paper.text, paper.pmid) == ("Berg AM, Olsen O. Sleep at sea. J Sea. 2001;3:10-9.", "42")


def test_the_page_of_a_paper_is_the_paper(outside):
    head = '<meta name="citation_title" content="Tea"><meta name="citation_doi" content="doi:10.5555/TICS.9">'
    outside.pages["https://annals.example/1"] = (200, "text/html", head)

    assert look_up("https://annals.example/1").source.is_retracted


def test_hostile_pages_do_not_take_long():
    for text in (
        "<meta " * 50_000,
        '<meta name="' * 25_000,
        "<script application/ld+json>" * 10_000,
        "<title" * 50_000,
        "[" * 300_000,
    ):
        answer = Answer("https://a.example/", 200, "text/html", "", text.encode(), is_cut=True)
        assert webpages.source_of(answer, answer.url) is None


def test_when_nobody_answers_the_number_stays_and_the_rest_is_typed(outside):
    outside.is_away = True

    found = look_up(TEA)

    assert (found.source.doi, found.source.text) == (TEA, "")
    assert found.note == "This site cannot be reached. Please type who published it, title and year."
    assert Paper.objects.count() == 0


def test_what_is_none_of_the_three_is_said(outside):
    with pytest.raises(NotUnderstood):
        look_up("sleep")
    assert "Nobody knows this DOI" in look_up("10.5555/nothing").note
    assert "does not say what it is called" in look_up("https://nothing.example/").note


# --- Every month -------------------------------------------------------------------------------------------------------


def test_a_retraction_of_a_cited_paper_is_found_without_anybody_asking(outside, citing):
    assert (ask_due_papers(), ask_due_papers()) == (1, 0)

    paper = citing.papers.get()
    assert (paper.is_retracted, paper.retracted_on) == (True, date(2019, 4, 30))
    assert timedelta(days=29) < paper.due_at - timezone.now() < timedelta(days=40)
    assert list(Article.objects.filter(cites_retracted())) == [citing]


def test_papers_of_nobody_and_of_the_archive_are_not_asked_about(outside, citing):
    Article.objects.update(status="archived")
    Paper.objects.create(doi="10.5555/alone")

    assert ask_due_papers(limit=5) == 2
    assert outside.asked == []
    assert list(Paper.objects.values_list("doi", flat=True)) == [TEA]


def test_a_register_that_is_away_is_left_in_peace(outside, citing):
    outside.is_away = True
    assert (ask_due_papers(), ask_due_papers(), len(outside.asked)) == (0, 0, 1)

    outside.is_away = False
    cache.delete(lookup.AWAY)
    Paper.objects.update(due_at=timezone.now())
    assert (ask_due_papers(), citing.papers.get().is_retracted) == (1, True)


def test_switched_off_nobody_is_asked(outside, citing, settings):
    settings.OUTSIDE_LOOKUPS = False

    assert (ask_due_papers(), outside.asked) == (0, [])


def test_a_paper_belongs_to_the_worker_who_claims_it_first(outside, citing):
    first, second = (Paper.objects.get() for _n in range(2))

    assert [lookup.claim(first), lookup.claim(second)] == [True, False]


def test_what_one_register_knows_to_be_retracted_is(outside, citing):
    Paper.objects.update(doi="10.5555/sleep.2021.17", pmid="30000002")
    ask_due_papers()

    assert citing.papers.get().is_retracted
