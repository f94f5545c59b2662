import re
from functools import partial

import pytest

from articles.models import Article
from articles.rendering import cited_numbers, headings, places_cited, refresh, render_body, render_html
from tests.clock import is_quick, seconds
from tests.factories import create_article, create_image


def render(html, references=(), images=()):
    return render_html(html, references=references, images=dict(images))


def test_headings_get_ids_of_their_own():
    html = render("<h2>What helps</h2><h2>What helps</h2><h3>Was <em>hilft</em> &amp; wem?</h3><h2>…</h2><h2>痛み</h2>")

    assert headings(html) == [
        (2, "s-what-helps", "What helps"),
        (2, "s-what-helps--2", "What helps"),
        (3, "s-was-hilft-wem", "Was hilft & wem?"),
        (2, "s-part", "…"),
        (2, "s-痛み", "痛み"),
    ]


def test_markers_lead_to_the_references_there_are():
    html = render("<p>Known [1]. Also [1, 3] and [2–4].</p>", references={1, 3})

    assert '[<a href="#ref-1" id="cite-1" aria-label="Source 1">1</a>]' in html
    assert (
        '[<a href="#ref-1" id="cite-1-2" aria-label="Source 1">1</a>, <a href="#ref-3" id="cite-3" aria-label="Source 3">3</a>]'
        in html
    )
    assert "[2–4]" in html  # neither end exists, only what lies between


@pytest.mark.parametrize("text", ["[9]", "[]", "[a]", "[1 2]", "[1", "[[x]]", "[1234]", "see [1]("])
def test_what_is_no_marker_of_a_reference_stays_as_typed(text):
    if text != "see [1](":
        assert render(f"<p>{text}</p>", references={1, 2}) == f"<p>{text}</p>"
    assert "<script" not in render(f"<p>{text}</p>")


def test_links_and_headings_take_no_markers():
    assert "cite" not in render('<h2>Pain [1]</h2><p><a href="/x/">[1]</a></p>', references={1})


def test_links_that_leave_say_so_and_others_do_not(settings):
    settings.BASE_URL = "https://wellread.example"
    html = render(
        f'<p><a href="https://example.org/">a</a><a href="/topics/">b</a><a href="//evil.example/">c</a>'
        f'<a href="{settings.BASE_URL}/x/">d</a><a href="{settings.BASE_URL}.evil.example/">e</a>'
        '<a href="tel:112">f</a><a href="mailto:a@example.org">g</a></p>'
    )

    assert html.count('rel="external noopener noreferrer"') == 3
    assert '<a href="tel:112">' in html
    assert '<a href="/topics/">' in html


def test_tables_can_be_scrolled_and_name_their_headers():
    html = render("<table><tbody><tr><th>A</th><th>B</th></tr><tr><th>C</th><td>1</td></tr></tbody></table>")

    assert html.startswith('<div class="table" tabindex="0" role="region" aria-label="Table 1"><table>')
    assert html.count('scope="col"') == 2
    assert '<th scope="row">C</th>' in html
    assert html.endswith("</table></div>")


def test_headers_of_rows_alone_name_their_rows():
    html = render("<table><tbody><tr><th>A</th><td>1</td></tr><tr><th>B</th><td>2</td></tr></tbody></table>")

    assert html.count('scope="row"') == 2
    assert "col" not in html


BOX = '<aside data-callout="{}"><p>Words</p></aside>'


def test_a_box_is_named_by_the_page_and_its_name_is_no_heading_of_the_text():
    html = render("<h2>Why</h2>" + "".join(BOX.format(kind) for kind in ("help", "key", "questions")))

    assert '<div class="when" role="note" aria-labelledby="box-1"><h2 id="box-1">When to get help</h2><p>' in html
    assert '<h2 id="box-2">Key points</h2>' in html
    assert '<h2 id="box-3">Questions for your doctor</h2>' in html
    assert headings(html) == [(2, "s-why", "Why")]


def test_a_box_without_words_is_none():
    assert render('<p>a</p><aside data-callout="key"><p></p></aside>') == "<p>a</p>"


def test_footnotes_are_letters_and_lead_to_their_words_and_back():
    html = render(
        '<h2>Pain<span data-footnote="">One</span></h2><p>a <a href="/x/">b<span data-footnote="">Two, see [1] and'
        " https://example.org/y?a=1&amp;b=2.</span> c</a></p>",
        references={1},
    )

    assert headings(html) == [(2, "s-pain", "Pain")]
    assert '<a href="#note-1" id="note-at-1" aria-label="Footnote a">a</a>' in html
    assert '<a href="/x/">b c</a><sup class="note"><a href="#note-2"' in html  # no link in a link
    assert '<li id="note-1">One <a href="#note-at-1"' in html
    assert '<a href="#ref-1" id="cite-1" aria-label="Source 1">1</a>' in html
    assert '<a href="https://example.org/y?a=1&amp;b=2" rel="external noopener noreferrer">' in html


def test_the_letters_of_footnotes_go_on_behind_z():
    html = render("<p>" + '<span data-footnote="">x</span>' * 28 + "</p>")

    assert ">z</a>" in html
    assert 'aria-label="Footnote ab">ab</a>' in html


def test_no_address_of_a_part_is_used_twice():
    text = '<h2>Notes</h2><h2>Box 1</h2><p>[1] [1]<span data-footnote="">[1]</span></p>' + BOX.format("key")
    ids = re.findall(r' id="([^"]+)"', render(text, references={1}))

    assert len(ids) == len(set(ids)) == 9


VIDEO = '<figure data-embed="https://vimeo.com/123456"><figcaption>{}</figcaption></figure>'


def test_a_video_is_a_poster_of_ours_that_leads_to_a_page_of_ours():
    html = render_html(VIDEO.format("So") + VIDEO.format(""), references=(), images={}, address="/articles/a/")

    assert 'href="/articles/a/video/1/"' in html
    assert 'href="/articles/a/video/2/"' in html
    assert html.count("<figcaption>") == 1
    assert not re.search(r"<(?:iframe|img|script|link|source)|src=", html)


def test_a_video_on_a_page_that_cannot_ask_is_a_link_that_leaves():
    assert 'href="https://vimeo.com/123456" rel="external noopener noreferrer"' in render(VIDEO.format("So"))


def test_paragraphs_say_their_direction_where_some_run_from_right_to_left():
    assert render("<p>שלום</p><h2>A</h2>") == '<p dir="auto">שלום</p><h2 id="s-a" dir="auto">A</h2>'
    assert headings(render("<h2>שלום</h2>")) == [(2, "s-שלום", "שלום")]


def test_a_number_to_call_in_a_footnote_is_a_link():
    html = render(
        '<p>a<span data-footnote="">By day: tel:+493012, by night: sms:741741. The hotel:112 is shut.</span></p>'
    )

    assert 'By day: <a href="tel:+493012">+493012</a>, by night: <a href="sms:741741">741741</a>. The hotel:112' in html


def test_a_quotation_a_list_and_a_table_run_as_their_first_letter_does():
    quote = "<blockquote><p>שלום</p><p>A</p></blockquote>"
    table = "<table><tbody><tr><td>1 &amp;</td><td><p>א</p></td><td>b</td></tr></tbody></table>"

    assert render(quote) == '<blockquote dir="rtl"><p dir="auto">שלום</p><p dir="auto">A</p></blockquote>'
    assert render(f"{quote}<ol><li>&nbsp;A א</li></ol>").endswith('<ol dir="ltr"><li>&nbsp;A א</li></ol>')
    assert (
        '<table dir="rtl"><tbody><tr><td>1 &amp;</td><td dir="rtl"><p dir="auto">א</p></td><td dir="ltr">b'
        in render(table)
    )


def test_a_direction_that_somebody_has_set_is_that_of_the_page():
    assert (
        render('<p dir="rtl">A</p><ul dir="ltr"><li>א</li></ul>') == '<p dir="rtl">A</p><ul dir="ltr"><li>א</li></ul>'
    )


def test_a_picture_brings_its_credit_with_and_without_a_caption(db):
    image = create_image(alt="A nerve", credit="Drawn by <b>A</b>")
    picture = f'<img src="{image.file.url}" alt="A nerve">'
    images = {image.file.url: image}

    html = render(f"<figure>{picture}<figcaption>So</figcaption></figure><figure>{picture}</figure>", images=images)

    credit = '<span class="muted">Drawn by &lt;b&gt;A&lt;/b&gt;</span></figcaption></figure>'
    assert f"<figcaption>So {credit}" in html
    assert f"<figcaption>{credit}" in html


def test_own_pictures_bring_their_size_and_wait_until_they_are_needed(db):
    image = create_image(alt="A nerve")
    article = create_article(body=f'<figure><img src="{image.file.url}" alt=""><figcaption>So</figcaption></figure>')

    html = render_body(article)

    assert 'width="40" height="30"' in html
    assert 'alt="A nerve"' in html
    assert 'loading="lazy"' in html


def test_foreign_pictures_never_reach_a_page():
    assert "evil" not in render('<p><img src="https://evil.example/x.png" alt="x"></p>')


def test_text_and_entities_survive_unchanged():
    html = "<p>5 &lt; 6 &amp; “x” — é&nbsp;ü 🌿<br>a</p><hr><ul><li>b</li></ul>"

    assert render(html) == html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script><p onclick=alert(1)>x</p>",
        '<a href="javascript:alert(1)">x</a><svg onload=alert(1)>',
        '<h2 id="x" onmouseover="alert(1)">&lt;script&gt;alert(1)&lt;/script&gt;</h2>',
        '<img src="/media/x.webp" onerror="alert(1)" alt="&quot;><script>alert(1)</script>">',
        "<!--><script>alert(1)</script>--><![CDATA[<script>alert(1)</script>]]>",
    ],
)
def test_hostile_html_comes_out_harmless(hostile):
    html = render(hostile)

    assert "<script" not in html
    assert "javascript:" not in html
    assert not [word for word in ("onclick=", "onload=", "onmouseover=") if word in html]
    assert ' onerror="' not in html


@pytest.mark.parametrize(
    "piece",
    [
        "[1,",
        "[ ",
        "[1 , 2 ",
        "<h2>x",
        "<table>",
        "<a href=x>",
        "&",
        "&#",
        "<img ",
        "<blockquote>",
        "<ul><li>",
        "<UL><li>x",
        "<!--",
        "<![",
        "<p>[1]</p>",
        "<b>",
        '<p>a<span data-footnote="">https://a.example/ [1]</span></p>',
        '<p><span data-footnote="">https://',
        '<aside data-callout="key"><p>a</p></aside>',
        '<aside data-callout="key">',
        '<figure data-embed="https://vimeo.com/123456">',
    ],
)
def test_time_grows_with_the_length_of_the_text_and_no_faster(piece):
    def rendering(times):
        return partial(render, piece * times, references={1})

    short = seconds(rendering(2_000))

    assert is_quick(rendering(16_000), max(short, 0.01) * 8 * 4)


@pytest.mark.parametrize("path", ["save", "create", "update", "bulk_create"])
def test_hostile_html_is_stored_on_no_path(db, path):
    hostile = '<p onclick="x()">Text</p><script>alert(1)</script><img src="https://evil.example/a.png" alt="">'
    article = create_article()
    if path == "save":
        article.body = hostile
        article.save()
    elif path == "create":
        article = create_article(body=hostile)
    elif path == "update":
        Article.objects.filter(pk=article.pk).update(body=hostile)
    else:
        fields = {"title": "B", "slug": "b", "summary": "B", "topic": article.topic}
        [article] = Article.objects.bulk_create([Article(body=hostile, **fields)])
    article.refresh_from_db()
    refresh(article)

    for html in (article.body, article.body_html):
        assert "Text" in html
        assert not [bad for bad in ("script", "onclick", "evil") if bad in html]


def test_the_numbers_a_text_points_at():
    assert cited_numbers("<p>[1] and [3–5], not [x] or 7</p>") == {1, 3, 4, 5}


def test_a_source_knows_every_place_where_it_is_cited():
    html = render("<p>One [1], two [1, 3].</p>", references=[1, 3])

    assert places_cited(html) == {1: ["cite-1", "cite-1-2"], 3: ["cite-3"]}


def test_each_way_back_from_a_footnote_has_a_name_of_its_own():
    html = render("<p>" + '<span data-footnote="">x</span>' * 2 + "</p>")

    assert re.findall(r"Back to the text from footnote (\w)", html) == ["a", "b"]
