"""What the worker reads out of texts, and which texts are alike."""

from random import Random

import pytest

from articles.indexing import held, index, index_due, links_in
from articles.models import Article, Likeness, Link, Paper
from articles.near_duplicates import MOST_WITH_ONE_MARK, SHORT, alike, marks_of, pairs_of, share
from articles.text.identifiers import normal_address
from articles.workflow.publishing import publish
from articles.workflow.saving import adopt, write
from tests.factories import create_article, create_image

pytestmark = pytest.mark.django_db
LINK = '<p><a href="{}">there</a></p>'


def words(n, seed=0):
    chosen = Random(seed)
    return " ".join("".join(chosen.choices("abcdefgiklmnoprstuw", k=5)) for _n in range(n))


def saved(article, by, **changes):
    """The article with another latest text, which readers do not see while it is published."""
    write(article, {**article.content, **changes}, by=by, since=article.edition)
    return Article.objects.get(pk=article.pk)


def addresses(article):
    return sorted(article.links.values_list("address", flat=True))


def test_one_page_has_one_address():
    for written, normal in {
        "HTTPS://Example.ORG": "https://example.org/",
        "https://example.org:443/a#part": "https://example.org/a",
        "http://example.org:8080/?q=ä": "http://example.org:8080/?q=%C3%A4",
        "https://bücher.example/straße": "https://xn--bcher-kva.example/stra%C3%9Fe",
        "https://example.org/a%20b c": "https://example.org/a%20b%20c",
        "/articles/sleep/": "http://localhost:8000/articles/sleep/",
        "https://example.org/" + "x" * 500: "",
        "mailto:a@example.org": "",
        "tel:112": "",
        "sms:741741?body=HOME": "",
        "//example.org/": "",
        "https://[": "",
        "https://example.org:99999/": "",
        "https://" + "a" * 70 + ".example/": "",
    }.items():
        assert normal_address(written) == normal, written


def test_links_of_text_and_sources_are_kept_once_and_go_with_the_text(writer, draft):
    body = LINK.format("https://one.example/#a") + LINK.format("https://one.example/#b") + LINK.format("mailto:x@y.zz")
    source = {
        "number": 1,
        "text": "S",
        "url": "https://two.example/?a=1&b=2",
        "doi": "",
        "pmid": "",
        "accessed_on": None,
    }
    article = saved(draft, writer, body=body, references=[source])

    assert index_due() == 1
    assert addresses(article) == ["https://one.example/", "https://two.example/?a=1&b=2"]
    saved(article, writer, references=[], body="<p>Nothing.</p>")
    index_due()
    assert addresses(article) == []


def test_what_has_not_changed_is_not_read_again(draft):
    assert (index_due(), index_due()) == (1, 0)


def test_a_save_while_it_is_read_makes_it_be_read_again(writer, draft):
    stale = Article.objects.get(pk=draft.pk)
    saved(draft, writer, body=LINK.format("https://new.example/"))

    assert not index(stale)
    assert (index_due(), addresses(draft)) == (1, ["https://new.example/"])


def test_of_two_workers_one_writes(draft):
    first, second = (Article.objects.get(pk=draft.pk) for _n in range(2))

    assert [index(first), index(second)] == [True, False]


def test_a_picture_is_used_while_the_latest_or_the_live_text_shows_it(editor):
    old, new, main = create_image(), create_image(), create_image()
    article = create_article(published=True, body=f'<p><img src="{old.file.url}"></p>', image=main)
    adopt(article, by=editor)
    article = saved(article, editor, body=f'<p><img src="{new.file.url}"></p>')
    index_due()
    assert set(article.images_in_text.all()) == {old, new, main}

    publish(article, by=editor)
    index_due()
    assert set(article.images_in_text.all()) == {new, main}


def test_papers_are_known_by_either_number_and_wait_to_be_asked_about(writer, draft):
    row = {"text": "S", "url": "", "doi": "", "pmid": "", "accessed_on": None}
    rows = [{**row, "number": 1, "doi": "10.5555/ABC"}, {**row, "number": 2, "pmid": "77"}, {**row, "number": 3}]
    Paper.objects.create(doi="10.5555/abc", pmid="5")

    article = saved(draft, writer, references=rows)
    index_due()

    assert sorted(article.papers.values_list("doi", "pmid"), key=str) == [("10.5555/abc", "5"), (None, "77")]
    assert Paper.objects.due().count() == 2


def test_a_text_that_cannot_be_read_does_not_hold_up_the_others(monkeypatch, writer, draft):
    other = create_article()
    adopt(other, by=writer)
    monkeypatch.setattr("articles.indexing.held", lambda article: 1 / 0 if article.pk == draft.pk else held(article))

    assert index_due() == 2
    assert not Article.objects.filter(is_indexed=False).exists()


def test_five_thousand_words_with_links_take_few_queries(writer, draft, django_assert_max_num_queries):
    links = "".join(LINK.format(f"https://a{n}.example/") for n in range(100))
    saved(draft, writer, body=f"<p>{words(5000)}</p>{links}")

    with django_assert_max_num_queries(14):
        index_due()
    assert Link.objects.count() == 100


def test_a_copy_is_found_and_a_text_on_the_same_topic_is_not(writer, draft):
    text = words(600)
    copied = saved(draft, writer, body=f"<p>{text}</p><p>{words(100, 2)}</p>")
    other = create_article(body=f"<p>{words(600, 3)} {' '.join(text.split()[:60])}</p>")
    adopt(other, by=writer)
    index_due()
    article = create_article(body=f"<h2>Heading</h2><p>{text.upper()}</p>")

    ((found, alikeness),) = alike(article)

    assert found == copied
    assert 0.8 < alikeness < 0.9
    assert alike(article, among=[other.pk]) == []


def test_half_alike_texts_share_a_mark_nearly_always():
    missed = 0
    for seed in range(40):
        common = words(300, seed)
        texts = [f"{common} {words(150, 1000 + 2 * seed + side)}" for side in range(2)]
        one, other = map(pairs_of, texts)
        assert 0.45 < share(one, other) < 0.55
        missed += not {*marks_of(one)} & {*marks_of(other)}
    assert missed <= 4


def test_texts_that_share_little_share_no_mark():
    texts = [pairs_of(f"{words(60, 1)} {words(1500, seed)}") for seed in range(2, 12)]
    marks = [mark for text in texts for mark in set(marks_of(text))]

    assert len(marks) - len(set(marks)) <= 2


def test_short_texts_are_alike_by_chance_and_count_as_nothing():
    assert marks_of(pairs_of(f"<p>{words(SHORT)}</p>")) == []
    assert len(set(marks_of(pairs_of(f"<p>{words(SHORT + 20)}</p>")))) > 1


def test_a_mark_that_everybody_has_is_not_written_again(writer):
    text = f"<p>{words(100)}</p>"
    articles = [create_article(body=text) for _n in range(MOST_WITH_ONE_MARK + 5)]
    for article in articles:
        adopt(article, by=writer)
    index_due()

    assert Likeness.objects.filter(article=articles[0]).count() > 1
    assert Likeness.objects.filter(article=articles[-1]).count() == 0
    # It finds those that have it all the same.
    assert alike(articles[-1])


def test_likeness_takes_few_queries_among_many(writer, draft, django_assert_max_num_queries):
    text = f"<p>{words(300)}</p>"
    for _n in range(20):
        adopt(create_article(body=text), by=writer)
    index_due()
    article = saved(draft, writer, body=text)

    with django_assert_max_num_queries(3):
        assert len(alike(article)) == 5


def test_hostile_texts_do_not_take_long():
    hostile = ["<a " * 50_000, '<a href="' * 20_000, "<" * 100_000, 'x="' * 50_000]
    for text in hostile:
        assert links_in({"body": text, "references": []}) == []
        pairs_of(text)
